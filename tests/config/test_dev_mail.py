import pytest
from django.test import Client

from config.web.mail import messages as mail
from tests.config.read_anew import read_anew
from tests.markup import links_of, one_line

STRANGER = "203.0.113.9"
HERE = "localhost:8000"
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.dev_mail_urls")]


@pytest.fixture
def client():
    return Client(headers={"host": HERE})


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DEV_MAIL, settings.TIME_ZONE = True, "UTC"
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MAIL_DIR.mkdir()
    return settings.MAIL_DIR


@pytest.fixture
def mail_in(folder):
    """Put a file there: `mail_in("1.eml", b"Subject: …")`."""

    def put(name, content):
        (folder / name).write_bytes(content)

    return put


def test_mails_are_listed_newest_first(client, mail_in):
    mail_in("20261121T100000.000000-aaaa.eml", b"Subject: Older\nTo: a@example.org\n\nText")
    mail_in("20261121T110000.000000-bbbb.eml", b"Subject: Newer\nTo: b@example.org\n\nText")

    page = one_line(client.get("/dev/mail/").text)

    assert page.index("Newer") < page.index("Older")
    assert "a@example.org" in page
    assert "21 November 2026, 11:00:00" in page


@pytest.mark.parametrize("state", ["no folder", "no mail"])
def test_empty_list_says_so(client, folder, state):
    if state == "no folder":
        folder.rmdir()

    assert "No emails yet." in client.get("/dev/mail/").text


def test_links_of_a_mail_can_be_clicked(client, settings, folder):
    settings.MAILERS = {
        "default": {
            "BACKEND": "config.web.mail.messages.EmlFileBackend",
            "OPTIONS": {"folder": folder},
        }
    }
    link = "http://127.0.0.1:8000/newsletter/unsubscribe/Nw:1vMabc:x_y-z/"
    mail.send(
        "newsletter_subscribed",
        to="reader@example.org",
        context={"unsubscribe_url": link, "confirmed_at": None},
    )
    [file] = folder.iterdir()

    page = client.get(f"/dev/mail/{file.name}/").text
    html = client.get(f"/dev/mail/{file.name}/html/").text

    assert link in links_of(page)
    assert link in links_of(html)


@pytest.mark.parametrize("url", ["/dev/mail/", "/dev/mail/1.eml/", "/dev/mail/1.eml/html/"])
def test_other_computers_see_no_such_page(client, mail_in, url):
    mail_in("1.eml", b"Subject: x\nContent-Type: text/html\n\n<p>secret")

    stranger = Client(REMOTE_ADDR=STRANGER, headers={"host": HERE})
    assert client.get(url).status_code == 200
    assert stranger.get(url).status_code == 404
    assert stranger.get(url, headers={"x-forwarded-for": "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize(
    "sign",
    [
        {"x-forwarded-proto": "https"}, {"x-forwarded-proto": "http"}, {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-host": "magazine.example"}, {"x-forwarded-port": "443"}, {"x-forwarded-server": "front"},
        {"forwarded": "proto=https"}, {"via": "1.1 front"}, {"x-real-ip": "127.0.0.1"}, {"x-real-ip": ""},
        {"cf-connecting-ip": STRANGER}, {"true-client-ip": STRANGER}, {"host": "testserver"},
    ],
    ids=str,
)  # fmt: skip
def test_any_sign_of_a_proxy_ends_the_pages(client, mail_in, sign):
    mail_in("1.eml", b"Subject: x\n\nText")

    assert client.get("/dev/mail/", headers=sign).status_code == 404
    assert client.get("/dev/mail/1.eml/", headers=sign).status_code == 404


def test_known_proxy_or_https_ends_the_pages(client, settings):
    assert client.get("/dev/mail/", secure=True).status_code == 404
    settings.TRUSTED_PROXIES = 1
    assert client.get("/dev/mail/").status_code == 404


def test_site_with_readers_has_no_such_pages(client, settings):
    settings.DEV_MAIL = False

    assert client.get("/dev/mail/").status_code == 404


@pytest.mark.long
@pytest.mark.parametrize(
    ("environment", "offered"),
    [
        ({}, True),
        ({"SITE_URL": "https://magazine.example"}, False),
        ({"MAIL_URL": "smtp://localhost"}, False),
        ({"DATABASE_URL": "postgresql://localhost/x", "SECRET_KEY": "x" * 60}, False),
        ({"DATABASE_URL": "postgresql://localhost/x", "DEBUG": "1"}, True),
    ],
)
def test_pages_are_offered_on_a_laptop_only(settings, tmp_path, environment, offered):
    # Whatever a developer's .env says
    unset = dict.fromkeys(("DATABASE_URL", "DEBUG", "MAIL_URL"), "")
    laptop = unset | {"VAR_DIR": str(tmp_path), "SITE_URL": "http://localhost:8000"}

    settings.DEV_MAIL = read_anew("config/settings.py", **(laptop | environment)).DEV_MAIL
    addresses = read_anew("config/urls.py").urlpatterns

    assert offered == settings.DEV_MAIL
    assert any("dev/mail" in str(entry.pattern) for entry in addresses) == offered


@pytest.mark.parametrize(
    "name",
    [
        "..", "../secret.eml", "..%2fsecret.eml", "%2e%2e/secret.eml", "..\\secret.eml", ".hidden.eml",
        "secret.txt", "secret.eml%00", "secret.eml%0a", "/etc/passwd", "folder.eml", "none.eml", "a" * 300 + ".eml",
    ],
)  # fmt: skip
def test_only_mails_of_the_folder_are_shown(client, folder, name):
    for place in (folder.parent / "secret.eml", folder / ".hidden.eml", folder / "secret.txt"):
        place.write_text("Subject: secret\n\nsecret")
    (folder / "folder.eml").mkdir()

    for url in (f"/dev/mail/{name}/", f"/dev/mail/{name}/html/"):
        response = client.get(url)
        assert response.status_code in {301, 404}
        assert b"secret\n" not in response.content


HOSTILE = [
    b"",
    b"\x00\xff\xfe",
    b"Subject: =?utf-8?q?=00=0A?=\n\n",
    b"Subject: =?nonsense?q?x?=\nTo: <<>>,,;;:\nDate: never\n\nText",
    b"Content-Type: multipart/mixed\n\nno boundary",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n--x",
    b"Content-Type: text/plain; charset=nonsense\n\n\xe9t\xe9",
    b"Content-Type: text/html; charset=rot13\n\nabc",
    b"Content-Type: text/html; charset=\"u\x00tf\"\n\nabc",
    b"Content-Transfer-Encoding: base64\n\n!!!!",
    b"Content-Type: message/rfc822\n\nSubject: inner\n\ntext",
    b"To: " + b"a@example.org, " * 3000 + b"\n\nText",
    b"To: " + b"(" * 3000 + b"\n\nText",
    b"\xff" * 5000,
    b"Subject: =?utf-8?b?!?= =?\xff?q?x?= =?utf-8?q?=ED=A0=80?=\nTo: \xff\n\nText",
]  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_broken_mail_is_shown_as_far_as_it_goes(client, mail_in, content):
    mail_in("1.eml", content)

    assert client.get("/dev/mail/").status_code == 200
    assert client.get("/dev/mail/1.eml/").status_code == 200
    assert client.get("/dev/mail/1.eml/html/").status_code in {200, 404}


def test_nothing_in_a_mail_runs(client, mail_in):
    script = b"<script>alert(1)</script>"
    mail_in(
        "1.eml",
        b"Subject: %s\nTo: %s\nX-%s: %s\nMIME-Version: 1.0\n\n%s javascript:alert(2)"
        % ((script,) * 5),
    )

    for url in ("/dev/mail/", "/dev/mail/1.eml/"):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert 'href="javascript:' not in page


def test_html_part_is_a_page_in_which_nothing_runs_or_loads(client, mail_in):
    mail_in("1.eml", b"Content-Type: text/html\n\n<script>alert(1)</script><p style='color:red'>x")

    response = client.get("/dev/mail/1.eml/html/")

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_mail_pages_are_kept_nowhere(client, mail_in):
    mail_in("1.eml", b"Subject: x\n\nText")

    for url in ("/dev/mail/", "/dev/mail/1.eml/"):
        response = client.get(url)
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["Referrer-Policy"] == "no-referrer"


def test_post_is_refused(client):
    assert client.post("/dev/mail/").status_code == 405
