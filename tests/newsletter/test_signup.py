from datetime import UTC, datetime

import pytest

from newsletter.forms import CONSENT_WORDING, SignupForm
from newsletter.models import Subscriber
from tests.config.test_addresses import SPELLINGS


@pytest.mark.django_db
def test_signup_page_shows_one_box(client):
    page = client.get("/newsletter/").text

    assert page.count('type="email"') == 1
    assert str(CONSENT_WORDING) in page


def test_signup_is_pending_until_confirmed(sign_up):
    response = sign_up("reader@example.org")

    assert response.status_code == 303
    assert response.headers["Location"] == "/newsletter/sent/"
    assert Subscriber.objects.get().status == "pending"
    assert not Subscriber.objects.confirmed().exists()


@pytest.mark.django_db
def test_page_after_signup_tells_nothing_of_the_address(client):
    response = client.get("/newsletter/sent/")

    assert response.status_code == 200
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.day("2026-11-21T12:00")
def test_signup_keeps_the_evidence_of_consent(sign_up):
    sign_up("reader@example.org", page="/articles/sleep/")

    subscriber = Subscriber.objects.get()
    assert subscriber.consent_wording == str(CONSENT_WORDING)
    assert subscriber.consent_page == "/articles/sleep/"
    assert subscriber.requested_at == datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "page",
    ["//evil.example/", "https://evil.example/", "/\\evil", "/a\nb", "/?q=1", "x", "/" * 900],
)
def test_page_of_consent_is_a_path_of_ours_or_empty(sign_up, page):
    assert sign_up("reader@example.org", page=page).status_code == 303

    assert Subscriber.objects.get().consent_page == ""


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://testserver/about/?q=1", "/about/"),
        ("http://elsewhere.example/about/", ""),
        ("http://[broken", ""),
    ],
)
@pytest.mark.django_db
def test_page_of_consent_falls_back_on_the_referer(client, box, referer, page):
    headers = {"referer": referer, "sec-fetch-site": "same-origin"}

    client.post("/newsletter/", box("reader@example.org", page=""), headers=headers)

    assert Subscriber.objects.get().consent_page == page


@pytest.mark.parametrize(
    "email",
    [
        "",
        "reader",
        "reader@",
        "reader@example",
        "@example.org",
        "a b@example.org",
        "reader@example.org\r\nBcc: other@example.org",
        "reader@example.org\r\n",
        "\nreader@example.org",
        "reader@example.org\x00",
        "reader%0aBcc@example.org",
        "reader@example.org%0D%0ABcc:x@example.org",
        "reader@example.org, other@example.org",
        "<script>alert(1)</script>@example.org",
        "root@localhost",
        "root@[127.0.0.1]",
        '"reader"@example.org',
        "reader\u212a@example.org",
        "reader@" + "ü" * 60 + ".example",
        "a" * 250 + "@example.org",
        "a" * 50_000,
        "@" * 50_000,
        "." * 50_000 + "@example.org",
        "\ud800@example.org".encode("utf-8", "surrogatepass"),
    ],
)
def test_wrong_address_gets_an_error_and_no_mail(sign_up, mailoutbox, email):
    response = sign_up(email)

    assert response.status_code == 422
    assert "field__error" in response.text
    assert not mailoutbox
    assert not Subscriber.objects.exists()


def test_wrong_address_stays_in_its_field(sign_up):
    response = sign_up("reader@example")

    assert 'value="reader@example"' in response.text


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  reader@example.org ", "reader@example.org"),
        ("Reader+News@Example.ORG", "Reader+News@example.org"),
        ("reader@Bücher.example", "reader@bücher.example"),
        ("reader@xn--bcher-kva.example", "reader@bücher.example"),
        ("reader@exａmple.org", "reader@example.org"),
        ("reader@bu\u0308cher.example", "reader@bücher.example"),
        ("o'neil_x-y=z@example.org", "o'neil_x-y=z@example.org"),
    ],
)
def test_address_is_kept_as_typed_but_for_one_spelling_of_its_domain(sign_up, typed, stored):
    assert sign_up(typed).status_code == 303

    assert Subscriber.objects.get().email == stored


def test_address_is_one_subscriber_whatever_its_case(sign_up):
    sign_up("Reader@example.org")
    sign_up("reader@example.org")

    assert Subscriber.objects.get().email == "Reader@example.org"


def test_extra_fields_change_nothing(sign_up):
    sign_up("reader@example.org", status="confirmed", confirmed_at="2001-01-01", id="7")

    subscriber = Subscriber.objects.get()
    assert (subscriber.status, subscriber.confirmed_at) == ("pending", None)


def test_box_that_a_browser_fills_in_and_sends_at_once_is_taken(sign_up):
    stamp = SignupForm(request=None)["rendered"].value()

    assert sign_up("reader@example.org", rendered=stamp).status_code == 303
    assert Subscriber.objects.exists()


def test_filled_honeypot_is_refused(sign_up):
    response = sign_up("reader@example.org", website_address="https://spam.example")

    assert response.status_code == 422
    assert not Subscriber.objects.exists()


@pytest.mark.django_db
def test_signup_from_another_site_is_refused(client, box):
    headers = {"sec-fetch-site": "cross-site"}

    response = client.post("/newsletter/", box("reader@example.org"), headers=headers)

    assert response.status_code == 403
    assert not Subscriber.objects.exists()


def test_signup_sets_no_cookie(sign_up):
    assert not sign_up("reader@example.org").cookies


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.django_db
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/newsletter/").status_code == 405


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_address_is_one_subscriber_whatever_its_spelling(sign_up, spelling):
    sign_up("ann@bücher.example")

    assert sign_up(spelling).status_code == 303

    assert Subscriber.objects.get().email == "ann@bücher.example"
