import ast
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.mail import mailers

from config.web.mail import messages as mail
from config.web.mail.headers import REGISTRY, named

pytestmark = pytest.mark.django_db
CONTEXT = {"unsubscribe_url": "http://testserver/u/", "confirmed_at": None}


@pytest.fixture
def folder(settings, tmp_path):
    """Mails as files, as without MAIL_URL."""
    backend = "config.web.mail.messages.EmlFileBackend"
    options = {"folder": tmp_path / "mail"}
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
    return tmp_path / "mail"


def read(folder):
    [file] = folder.iterdir()
    raw = file.read_bytes()
    return raw, message_from_bytes(raw, policy=policy.default)


def test_mail_is_one_file_of_text_and_html(folder):
    mail.send("newsletter_subscribed", to="reader@example.org", context=CONTEXT)

    _, message = read(folder)
    assert message["To"] == "reader@example.org"
    assert message["Message-ID"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_link_can_be_copied_out_of_the_file(folder):
    link = f"http://testserver/{'x' * 150}/"

    mail.send(
        "newsletter_subscribed",
        to="reader@example.org",
        context={"unsubscribe_url": link, "confirmed_at": None},
    )

    raw, _ = read(folder)
    assert f"\n{link}\n".encode() in raw


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("", "a@b.example"),
        ("The Lantern", "The Lantern <a@b.example>"),
        ("Lantern, weekly", '"Lantern, weekly" <a@b.example>'),
        (r'The "L\"', r'"The \"L\\\"" <a@b.example>'),
        ("Größe", "=?utf-8?b?R3LDtsOfZQ==?= <a@b.example>"),
        ("=?x", "=?utf-8?b?PT94?= <a@b.example>"),
    ],
)
def test_name_is_quoted_or_encoded_where_it_must_be(name, header):
    assert named(name, "a@b.example") == header


def test_subject_is_one_line_whatever_is_in_it(folder, settings):
    settings.SITE_NAME = "Colophon\r\nBcc: victim@example.org"

    mail.send("newsletter_subscribed", to="reader@example.org", context=CONTEXT)

    _, message = read(folder)
    assert message["Bcc"] is None
    assert message["Subject"].endswith("Colophon Bcc: victim@example.org")


@pytest.mark.parametrize("where", ["to", "header"])
def test_line_break_in_an_address_or_header_is_refused(folder, where):
    bad = "reader@example.org\r\nBcc: victim@example.org"
    to, headers = (bad, {}) if where == "to" else ("reader@example.org", {"List-Unsubscribe": bad})

    with pytest.raises(ValueError):
        mail.send("newsletter_subscribed", to=to, context=CONTEXT, headers=headers)

    assert not folder.exists() or not list(folder.iterdir())


def test_long_url_in_a_header_stays_readable_for_mail_programs(folder):
    url = f"<https://magazine.example/newsletter/one-click/{'x' * 120}/>"

    mail.send(
        "newsletter_subscribed",
        to="reader@example.org",
        context=CONTEXT,
        headers={"List-Unsubscribe": url},
    )

    raw, _ = read(folder)
    assert f"\nList-Unsubscribe: {url}\n".encode() in raw


@pytest.mark.parametrize(
    ("typed", "broken"),
    [
        (f"{'x' * 60} {'y' * 6} z", f"{'x' * 60} {'y' * 6}\r\n z"),
        (f"{'x' * 60} {'y' * 7} z", f"{'x' * 60}\r\n {'y' * 7} z"),
        (f"{'x' * 67}  z", f"{'x' * 67} \r\n z"),
        ("a  b", "a  b"),
        ("x" * 200, "x" * 200),
    ],
)
def test_long_header_is_broken_at_spaces_and_keeps_them(typed, broken):
    folded = REGISTRY("Subject", typed).fold(policy=policy.SMTP)

    assert folded == f"Subject: {broken}\r\n"


def test_address_with_an_international_domain_is_sent_in_ascii(folder):
    mail.send("newsletter_subscribed", to="reader@bücher.example", context=CONTEXT)

    raw, _ = read(folder)
    assert b"To: reader@xn--bcher-kva.example" in raw


def test_unfinished_mail_leaves_no_file(folder, monkeypatch):
    def full(path, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        mail.send("newsletter_subscribed", to="reader@example.org", context=CONTEXT)

    assert not list(folder.iterdir())


def test_newsletter_issues_have_a_mailer_of_their_own():
    assert {"default", "bulk"} <= set(mailers.settings)


@pytest.mark.parametrize(
    "template",
    sorted((project.BASE_DIR / "templates" / "emails").glob("*.txt")),
    ids=lambda p: p.name,
)
def test_plain_text_is_not_escaped_for_html(template):
    source = re.sub(r"{% load [^%]*%}", "", template.read_text()).strip()
    if source.startswith("{% extends"):  # the blocks are rendered within those of the other one
        return

    assert source.startswith("{% autoescape off %}")
    assert source.endswith("{% endautoescape %}")


def test_message_id_is_of_the_senders_domain_and_the_same_at_each_try(mailoutbox, settings):
    settings.DEFAULT_FROM_EMAIL = "Our Magazine <hello@magazine.example>"
    for occasion in ([7, "asked"], [7, "asked"], [8, "asked"], []):
        mail.send("newsletter_subscribed", to="a@example.org", context=CONTEXT, occasion=occasion)

    ids = [message.message()["Message-ID"] for message in mailoutbox]

    assert all(each.endswith("@magazine.example>") for each in ids)
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_each_mail_says_its_occasion():
    """Or its Message-ID would be another one at each try."""
    calls = [
        (path, node)
        for app in ("articles", "comments", "newsletter", "config")
        for path in (project.BASE_DIR / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"mail.send", "messages.send"}
    ]
    without = [
        f"{path}:{node.lineno}"
        for path, node in calls
        if "occasion" not in {keyword.arg for keyword in node.keywords}
    ]

    assert len(calls) > 8
    assert without == []
