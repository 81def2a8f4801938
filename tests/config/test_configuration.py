"""Every variable with odd values: each works to the end, in pages and in mail that a real server takes, or stops the

start with the variable's name.
"""

import os
import re
from contextlib import contextmanager
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import AuthResult
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from newsletter import tasks
from newsletter.forms import SignupForm
from tests import factories
from tests.clock import ago
from tests.config.mail_server import mail_server
from tests.config.read_anew import read_anew
from tests.config.test_mail_smtp import Mailbox
from tests.markup import relations_of

pytestmark = pytest.mark.long

APPLIED = (
    "SITE_NAME", "SITE_URL", "DEFAULT_FROM_EMAIL", "MAILERS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS",
    "SECURITY_CONTACT", "COMMENTS_MAX_DEPTH", "TRUSTED_PROXIES", "COMMENTS_DISPOSABLE_DOMAINS", "TIME_ZONE",
    "LANGUAGE_CODE",
)  # fmt: skip
LONG = "Die sehr große Zeitschrift für Ernährung, Schlaf & “Bewegung” " * 3


@pytest.fixture
def start(monkeypatch, settings):
    """Read settings.py anew from an environment with these variables, and use what it says."""

    def read(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        module = read_anew("config/settings.py", **os.environ)
        for name in APPLIED:
            setattr(settings, name, getattr(module, name))
        return module

    return read


class Sink(Mailbox):
    """Takes mails in and keeps who sent them, and as whom a client logged in."""

    def __init__(self):
        super().__init__()
        self.senders, self.logins = [], []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        self.senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=True)


@pytest.fixture
def sink():
    """Run a mail server for a while: `with sink() as (mailbox, url):`."""

    @contextmanager
    def run(login=""):
        mailbox = Sink()
        more = {"authenticator": mailbox.authenticate, "auth_require_tls": False} if login else {}
        with mail_server(mailbox, **more) as port:
            yield mailbox, f"smtp+plain://{login}127.0.0.1:{port}"

    return run


def sent_newsletter_mail(sink, start, **variables):
    """The mail that a list member gets, as the server takes it in, with the address that sent it."""
    subscriber = factories.subscriber("confirmed", mail_due_at=timezone.now())
    with sink() as (mailbox, url):
        start(**{"MAIL_URL": url, "ALLOWED_HOSTS": "", **variables})
        tasks.send_confirmation.call(subscriber.pk)
    subscriber.refresh_from_db()
    assert subscriber.mail_due_at is None, "the mail did not go out"
    [raw], [sender] = mailbox.raw, mailbox.senders
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return message_from_bytes(raw, policy=policy.default), sender


def unfolded(name):
    """Without the space that this Python's parser leaves between two encoded words of a name (RFC 2047 6.2: none)."""
    return re.sub(r"\s", "", name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "Sleep, Food & Co",
        "Health: the magazine",
        "Health; the magazine",
        'The "Big" One',
        'a "b',
        "O'Neil\\s",
        "a<b>c",
        "me@home",
        "(Health)",
        "[Health].",
        "Größe, Maß & Mehr",
        "Größe: «“\"'»",
        "=?utf-8?q?Health?=",
        "健康, 雑誌。",
        "مجلة الصحة، العدد",
        '👩‍⚕️ Health, "x"',
        "x" * 200,
        "word " * 40,
        "ü" * 200,
        LONG,
        "%s {0} {{ x }} $x",
        "</title><script>",
        "Cafe\u0301",
    ],
)
def test_any_name_of_the_site_stands_in_mails_and_pages(start, sink, client, name):
    mail, sender = sent_newsletter_mail(sink, start, SITE_NAME=name)
    page = client.get("/")

    shown = " ".join(name.split()).replace("e\u0301", "é")
    [address] = mail["From"].addresses
    assert not mail["From"].defects
    assert unfolded(address.display_name) == unfolded(shown)
    assert address.addr_spec == sender == "noreply@testserver"
    assert mail["List-Id"].endswith(" <newsletter.testserver>")
    assert unfolded(shown) in unfolded(mail["List-Id"].replace('\\"', '"').replace("\\\\", "\\"))
    assert shown in " ".join(mail.get_body(("plain",)).get_content().split())
    assert page.status_code == 200
    assert "<script>" not in re.sub(r"<script [^>]+>", "", page.text)


SITES = [
    ("https://zeitschrift-größe.example", "https://xn--zeitschrift-gre-3ib40b.example", ""),
    ("https://Straße.example/", "https://xn--strae-oqa.example", ""),
    ("https://例え.example:8443", "https://xn--r8jz45g.example:8443", ""),
    ("HTTPS://Magazine.EXAMPLE:443", "https://magazine.example", ""),
    ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", ""),
    ("http://magazine.example.:80", "http://magazine.example", ""),
    ("http://magazine", "http://magazine", ""),
    ("http://192.0.2.7:8000", "http://192.0.2.7:8000", "localhost"),
    ("http://[2001:DB8::1]:8000", "http://[2001:db8::1]:8000", "localhost"),
    ("http://[::1]", "http://[::1]", "localhost"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "url", "domain"), SITES)
def test_any_address_of_the_site_works_in_mails_pages_and_forms(
    start, sink, client, written, url, domain
):
    domain = domain or urlsplit(url).hostname
    mail, sender = sent_newsletter_mail(sink, start, SITE_URL=written)
    host = url.partition("://")[2]
    with ago(seconds=10):
        form = {
            "email": "new@example.org",
            "rendered": SignupForm(request=None)["rendered"].value(),
        }

    page = client.get("/", headers={"host": host}, secure=url.startswith("https"))
    answer = client.post(
        "/newsletter/", form, headers={"host": host, "origin": url}, secure=url.startswith("https")
    )

    assert sender == f"noreply@{domain}"
    assert mail["List-Id"].endswith(f"<newsletter.{domain}>")
    assert mail["Message-ID"].endswith(f"@{domain}>")
    assert f"{url}/newsletter/" in mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe"].startswith(f"<{url}/newsletter/")
    assert relations_of(page.text)["canonical"] == f"{url}/"
    assert answer.status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("hello@magazine.example", "", "hello@magazine.example"),
        ("Our Magazine <hello@magazine.example>", "Our Magazine", "hello@magazine.example"),
        ("Sleep, Food; Co: <hello@magazine.example>", "Sleep, Food; Co:", "hello@magazine.example"),
        ('"Sleep, Food" <hello@magazine.example>', "Sleep, Food", "hello@magazine.example"),
        ("Größe, Maß <hello@größe.example>", "Größe, Maß", "hello@xn--gre-6ka8i.example"),
        ("<hello@magazine.example>", "", "hello@magazine.example"),
        ("mailer@intranet", "", "mailer@intranet"),
    ],
)
def test_any_sender_arrives(start, sink, written, name, address):
    mail, sender = sent_newsletter_mail(sink, start, MAIL_FROM=written)

    [given] = mail["From"].addresses
    assert (given.display_name, given.addr_spec, sender) == (name, address, address)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("login", "user", "password"),
    [
        ("me:p%40ss%3Aw%2Frd%23%3F%25@", "me", "p@ss:w/rd#?%"),
        ("me%40magazine.example:a@b@", "me@magazine.example", "a@b"),
        ("me:%20a%20b+c@", "me", " a b+c"),
        ("me:a:b:c@", "me", "a:b:c"),
    ],
)
def test_password_with_any_signs_reaches_the_mail_server(start, sink, login, user, password):
    subscriber = factories.subscriber("confirmed", mail_due_at=timezone.now())

    with sink(login) as (mailbox, url):
        start(MAIL_URL=url)
        tasks.send_confirmation.call(subscriber.pk)

    assert len(mailbox.mails) == 1
    assert mailbox.logins == [(user.encode(), password.encode())]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LANGUAGE_CODE", "de"),
        ("LANGUAGE_CODE", "ar"),
        ("LANGUAGE_CODE", "zh-hans"),
        ("TIME_ZONE", "Asia/Kathmandu"),
        ("TIME_ZONE", "Etc/GMT+12"),
        ("TIME_ZONE", "America/Argentina/ComodRivadavia"),
        ("PAGE_CACHE_MB", "0"),
        ("SHARED_PAGES_MB", "0"),
        ("COMMENTS_MAX_DEPTH", "50"),
        ("TRUSTED_PROXIES", "3"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "Größe.example, testserver"),
        ("ALLOWED_HOSTS", ".testserver"),
        ("ALLOWED_HOSTS", "[2001:DB8::1],testserver"),
        ("COMMENTS_DISPOSABLE_DOMAINS", "größe.example, हिन्दी.example"),
        ("COMMENTS_SPAM_SERVICE_KEY", "größe & =?"),
        ("SECURITY_CONTACT", "mailto:wache@größe.example"),
        ("SECURITY_CONTACT", "https://größe.example/wächter"),
        ("VAR_DIR", "somewhere/not there yet/größe"),
    ],
)  # fmt: skip
def test_odd_value_that_may_be_works(start, client, variable, value):
    factories.published_article()
    start(**{variable: value})

    for path in ("/", "/archive/", "/search/?q=sleep", "/feed/", "/newsletter/"):
        assert client.get(path, follow=True).status_code == 200, path
    if variable == "SECURITY_CONTACT":
        assert client.get("/.well-known/security.txt").content.isascii()


REFUSED = {
    "SITE_NAME": ["x" * 201, "a\nb", "a\x1bb", "a\u2028b", "\u200b\u2060", "a\udcffb"],
    "SITE_URL": [
        "magazine.example", "ftp://magazine.example", "https://", "https://magazine.example/blog",
        "https://magazine.example?x", "https://magazine.example/#x", "https://me:secret@magazine.example",
        "https://mag azine.example", "https://maga\nzine.example", "https://a_b.example", "https://-a.example",
        "https://magazine.example:0", "https://magazine.example:65536", "https://magazine.example:x",
        "https://999.1.1.1", "https://1.2.3", "https://[::1", "https://[fe80::1%25eth0]", "https://i❤.example",
        "https://*.example", "https://" + "a" * 64 + ".example", "https://a..example", "https://" + "a." * 130 + "example",
        "https://magazine%2eexample", "javascript:alert(1)", "https://magazine.example\\@x.example",
    ],
    "ALLOWED_HOSTS": [
        "https://magazine.example", "magazine.example:8000", "magazine.example/", "*.magazine.example", "a b",
        "me@magazine.example", "magazine.example,a_b", "[::1]:8000", "http:", "..example",
    ],
    "SECRET_KEY": ["short", "x" * 31, "x" * 40 + "\n" + "x" * 40],
    "LANGUAGE_CODE": ["tlh", "EN", "de_DE", "../de"],
    "TIME_ZONE": ["Mars/Olympus", "europe/berlin", "UTC+1", "../etc/passwd", "Factory", "localtime"],
    "PAGE_CACHE_MB": ["1" + "0" * 30, "9" * 5000, "-1", "1.5", "64MB", "1e3", "²", "0x10"],
    "SHARED_PAGES_MB": ["-1", "64MB"],
    "COMMENTS_MAX_DEPTH": ["0", "51", "four"],
    "TRUSTED_PROXIES": ["-1", "21", "yes"],
    "DEBUG": ["maybe", "2"],
    "HEALTH_PUBLICATION": ["perhaps"],
    "MAIL_URL": [
        "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:0", "smtp://mail.example:99999",
        "smtp://me:pa#ss@mail.example", "smtp://me:pa/ss@mail.example", "smtp://me:pa?ss@mail.example",
        "smtp://me@mail.example", "smtp://:secret@mail.example", "smtp://me:pässword@mail.example",
        "smtp://mail.example/x", "smtp://mail example", "smtp://[::1", "smtp://me:pa\nss@mail.example",
    ],
    "MAIL_FROM": [
        "hello", "hello@", "Our Magazine", "a@b.example, c@d.example", "A <a@b.example>, B <c@d.example>",
        "größe@magazine.example", "Our <hello@magazine.example", "Our <>", "hello@ma gazine.example",
        "hello@magazine.example\nBcc: x@example.org", "a b@magazine.example", "hello@-x.example",
    ],
    "SECURITY_CONTACT": [
        "security@magazine.example", "mailto:", "mailto:x", "http://magazine.example", "https://", "https://a b",
        "mailto:a@b.example\nEvil: x", "javascript:alert(1)", "mailto:a@b.example%0AEvil:x", "tel:123",
    ],
    "DATABASE_URL": [
        "mysql://h/paper", "postgresql://h", "postgresql://h/", "postgresql://h:x/paper", "postgresql://h:0/paper",
        "postgresql://me:pa#ss@h/paper", "postgresql://me:pa/ss@h/paper", "postgresql://me:12/ss@h/paper",
        "postgresql://me:pa?ss@h/paper", "postgresql://h/paper?nonsense=1", "postgresql://h/paper?sslmode=banana",
        "postgresql://h/paper?connect_timeout=soon", "postgresql://a_b c/paper", "postgresql://h/pa%00per",
        "postgresql://[::1/paper", "postgresql://h/paper?pool=true",
    ],
    "CHANGE_FEED_URL": ["mysql://h/paper", "postgresql://h:x/paper", "postgresql://h/paper?nonsense=1"],
    "COMMENTS_DISPOSABLE_DOMAINS": ["no domain", "example", "a@b.example", "/nowhere/at/all", "i❤.example"],
    "COMMENTS_SPAM_SERVICE_URL": ["http://spam.example", "https://10.1.2.3", "https://[::1]", "https://spam.example:0"],
    "SOURCE_LOOKUP_URL": ["http://sources.example", "https://10.1.2.3"],
    "SENTRY_DSN": [
        "faults.example", "https://faults.example/1", "https://key@faults.example/", "ftp://key@faults.example/1",
        "https://key@faults.example/one",
    ],
    "VAR_DIR": ["/dev/null", "/dev/null/below", "a" * 256, "/" + "a/" * 600, "a\nb"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "value"), [(name, value) for name, values in REFUSED.items() for value in values]
)
def test_value_that_cannot_work_stops_the_start_by_the_variables_name(
    start, monkeypatch, variable, value
):
    monkeypatch.setenv("COMMENTS_SPAM_SERVICE_KEY", "key")

    with pytest.raises(ImproperlyConfigured, match=rf"^{variable}\b") as refusal:
        start(**{variable: value})

    assert "\n" not in str(refusal.value)
    assert "pa#ss" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["smtp://me:secret/1@mail.example", "smtp://me:secret#1@mail.example:587"]
)
def test_message_about_a_wrong_url_tells_no_password(start, url):
    for variable, value in (("MAIL_URL", url), ("DATABASE_URL", url.replace("smtp", "postgresql"))):
        with pytest.raises(ImproperlyConfigured) as refusal:
            start(**{variable: value})
        assert "secret" not in str(refusal.value)


def test_relative_folder_is_the_same_wherever_a_command_is_started(start, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert start(VAR_DIR="elsewhere").VAR_DIR == project.BASE_DIR / "elsewhere"
