import pytest
from django.test import Client

from config.web.requests.signed_links import make_token
from newsletter import links
from newsletter.models import Subscriber
from tests import factories
from tests.clock import after
from tests.markup import links_of


@pytest.fixture
def subscriber(confirm_link):
    return Subscriber.objects.get()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client, subscriber, confirm_link, method):
    response = getattr(client, method)(confirm_link)

    subscriber.refresh_from_db()
    assert response.status_code == 200
    assert subscriber.status == "pending"


def test_page_of_the_link_has_a_button_for_yes_and_one_for_never(client, confirm_link):
    page = client.get(confirm_link).text

    main = page.partition("<main")[2].partition("</main>")[0]
    assert main.count("Confirm subscription") == main.count("Never email me again") == 1
    assert 'method="post"' in main
    assert 'id="signup"' not in page


def test_pressing_the_button_confirms(subscriber, confirm_link, act):
    response = act(confirm_link)

    subscriber.refresh_from_db()
    assert response.status_code == 200
    assert subscriber.is_confirmed
    assert list(Subscriber.objects.confirmed()) == [subscriber]


def test_pressing_again_is_harmless_and_says_so(subscriber, confirm_link, act, mailoutbox):
    act(confirm_link)
    confirmed_at = Subscriber.objects.get().confirmed_at

    response = act(confirm_link)

    assert "already" in response.text
    assert Subscriber.objects.get().confirmed_at == confirmed_at
    assert len(mailoutbox) == 2  # the link, and word that it worked


def test_pages_of_links_stay_out_of_caches_indexes_and_referers(client, confirm_link):
    response = client.get(confirm_link)

    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "canonical" not in response.text
    assert not response.cookies


def test_button_works_from_a_page_without_referrer(subscriber, confirm_link):
    Client(enforce_csrf_checks=True).post(confirm_link, headers={"origin": "null"})

    assert Subscriber.objects.get().is_confirmed


def test_link_expires_after_seven_days(client, subscriber, confirm_link, act):
    with after(days=7, seconds=2):
        opened, pressed = client.get(confirm_link), act(confirm_link)

    subscriber.refresh_from_db()
    assert (opened.status_code, pressed.status_code) == (410, 410)
    assert "/newsletter/" in links_of(pressed.text)
    assert subscriber.status == "pending"


def test_later_request_replaces_the_link(subscriber, confirm_link, sign_up, act):
    with after(hours=2):
        sign_up("reader@example.org")
        response = act(confirm_link)

    assert response.status_code == 410
    assert not Subscriber.objects.confirmed().exists()


def test_old_link_does_not_undo_unsubscribing(subscriber, confirm_link, act):
    act(confirm_link)
    subscriber.unsubscribe()

    response = act(confirm_link)

    subscriber.refresh_from_db()
    assert response.status_code == 410
    assert subscriber.status == "unsubscribed"


def test_link_of_an_erased_subscriber_is_answered_kindly(client, subscriber, confirm_link, act):
    subscriber.delete()

    assert client.get(confirm_link).status_code == 410
    assert act(confirm_link).status_code == 410


@pytest.mark.parametrize("position", [0, 5, 20, -3, -10, -40])
def test_changed_link_is_refused(subscriber, confirm_link, act, position):
    path = list(confirm_link.removeprefix("/newsletter/confirm/"))
    path[position] = "A" if path[position] != "A" else "B"

    response = act("/newsletter/confirm/" + "".join(path))

    subscriber.refresh_from_db()
    assert response.status_code == 404
    assert "newsletter" in response.text
    assert subscriber.status == "pending"


@pytest.mark.parametrize("token", ["x", "%00", ":::", "e30:1:2", "%ED%A0%80", "🌙", "a" * 5000])
@pytest.mark.django_db
def test_nonsense_in_place_of_a_token_is_answered_kindly(client, token):
    for kind in ("confirm", "unsubscribe", "one-click"):
        assert client.get(f"/newsletter/{kind}/{token}/").status_code == 404
        assert client.post(f"/newsletter/{kind}/{token}/").status_code == 404


@pytest.mark.django_db
def test_unsubscribe_link_does_not_confirm(act):
    pending = factories.subscriber("pending")
    token = links.unsubscribe_url(pending).rstrip("/").rpartition("/")[2]

    response = act(f"/newsletter/confirm/{token}/")

    pending.refresh_from_db()
    assert response.status_code == 404
    assert pending.status == "pending"


@pytest.mark.django_db
def test_link_for_another_purpose_does_not_confirm(act):
    pending = factories.subscriber("pending")
    moment = round(pending.requested_at.timestamp() * 1_000_000)

    act(f"/newsletter/confirm/{make_token('comments.mute', [pending.pk, moment])}/")

    pending.refresh_from_db()
    assert pending.status == "pending"
