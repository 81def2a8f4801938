"""The owner of an address sees, downloads and erases all that is kept of it, on one page."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.models import Comment, Writer
from config.web.requests.signed_links import make_token
from config.your_data import models
from config.your_data.forms import AskForm
from config.your_data.models import DataRequest
from config.your_data.tasks import forget_requests
from config.your_data.views import PER_NETWORK
from newsletter.models import Delivery, Subscriber, Suppression
from tests import factories
from tests.clock import after, ago
from tests.comments.mailed import asking

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


def filled_in(email, **fields):
    with ago(seconds=30):
        stamp = AskForm().initial["rendered"]
    return {"email": email, "website_address": "", "rendered": stamp, **fields}


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Ask for the link, and let the mail go out."""

    def post(email, *, headers=None, **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return Client().post("/yours/", filled_in(email, **fields), headers=headers)

    return post


@pytest.fixture
def comment():
    return asking(factories.published_article(title="Sleep well"), body="a < b & <i>c</i>")


@pytest.fixture
def reader():
    reader = factories.subscriber(email=ANN)
    reader.choose(frequency="weekly", topics=[factories.topic(name="Rest")], paused_until=None)
    return reader


@pytest.fixture
def link(comment, reader):
    return DataRequest.objects.create(email=ANN).make_path()


def test_one_link_comes_by_mail(client, comment, reader, ask, mailoutbox):
    response = ask("Ann@Example.org")
    (message,) = mailoutbox
    link = re.search(r"http://testserver(/yours/\S+)", message.body)[1]
    page = client.get(link)

    assert response.status_code == 303
    assert "Check your email" in client.get(response.url).text
    assert message.to == [ANN]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert page.status_code == 200
    assert "1 comment" in page.text
    assert "Rest" in page.text


def commented():
    return factories.comment(factories.published_article(), email=ANN)


STATES = {
    "unknown": lambda: None,
    "comments": commented,
    "muted": lambda: commented() and Writer.objects.get().mute(),
    "subscribed": lambda: factories.subscriber(email=ANN),
    "complained": lambda: factories.subscriber("complained", email=ANN),
    "suppressed": lambda: factories.subscriber(email=ANN).suppress("asked"),
    "erased": lambda: Suppression.objects.add_address(ANN, reason="asked"),
}


@pytest.mark.day("2026-11-21T12:10")
@pytest.mark.parametrize("state", STATES)
def test_stranger_learns_nothing_of_an_address(state, django_capture_on_commit_callbacks):
    STATES[state]()

    def answer(email):
        form = filled_in(email)
        with (
            CaptureQueriesContext(connection) as queries,
            django_capture_on_commit_callbacks() as later,
        ):
            response = Client().post("/yours/", form)
        kinds = [query["sql"].split()[0] for query in queries]
        headers = {name: value for name, value in response.headers.items() if name != "Date"}
        return response.status_code, headers, response.content, dict(response.cookies), kinds, len(later)  # fmt: skip

    answer("warm@example.org")

    assert answer(ANN) == answer("nobody@example.org")


@pytest.mark.parametrize("state", ["unknown", "complained", "suppressed", "erased"])
def test_address_that_gets_no_mail_is_not_kept(state, ask, mailoutbox):
    STATES[state]()

    ask(ANN)

    assert not mailoutbox
    assert not DataRequest.objects.exists()


@pytest.mark.day("2026-11-21T00:00")
def test_at_most_one_mail_an_hour_and_three_a_day(comment, ask, mailoutbox, clock):
    for pause in (0.5, 0.5, 1, 1, 1, 1):
        assert ask(ANN).status_code == 303
        clock.shift(hours=pause)

    assert len(mailoutbox) == 3


@pytest.mark.day("2026-11-21T12:10")
def test_tags_of_one_mailbox_get_one_link_an_hour(ask, mailoutbox):
    article = factories.published_article()
    for tag in range(5):
        factories.comment(article, email=f"ann+{tag}@example.org", body=f"Words {tag}.")
        assert ask(f"ann+{tag}@example.org").status_code == 303

    assert len(mailoutbox) == 1


def test_network_that_asks_for_many_is_asked_to_wait(ask):
    answers = [ask(f"r{n}@example.org") for n in range(PER_NETWORK.times + 1)]

    assert [answer.status_code for answer in answers[:-1]] == [303] * PER_NETWORK.times
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert f"r{PER_NETWORK.times}@example.org" in answers[-1].text


@pytest.mark.parametrize(
    ("email", "more"),
    [("", {}), ("ann@", {}), ("a\x00@example.org", {}), (ANN, {"website_address": "x"}), (ANN, {"rendered": "x"})],
)  # fmt: skip
def test_wrong_request_comes_back(ask, email, more):
    assert ask(email, **more).status_code == 422
    assert not DataRequest.objects.exists()


def test_post_from_another_site_is_refused(ask):
    assert ask(ANN, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_page_tells_nobody_its_address(client, link):
    page = client.get(link)

    assert "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;" in page.text
    assert "awaits moderation" in page.text
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


def test_one_file_holds_what_each_app_keeps(client, link):
    factories.started_issue(subject="The week")
    Subscriber.objects.get().choose(frequency="every", topics=[], paused_until=None)
    factories.started_issue(subject="The month")

    response = client.get(f"{link}data.json")
    data = json.loads(response.content)

    assert response["Content-Disposition"] == 'attachment; filename="your-data.json"'
    assert data["address"] == ANN
    assert data["comments"]["comments"][0]["text"] == "a < b & <i>c</i>"
    assert data["newsletter"]["issues"][0]["issue__subject"] == "The month"
    assert len(data["newsletter"]["consent"]) == 2


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_pages_erases_nothing(client, link, method):
    for address in (link, f"{link}data.json"):
        assert getattr(client, method)(address).status_code == 200

    assert Comment.objects.get().email == ANN


@pytest.mark.parametrize("sent", [{}, {"what": "all"}, {"what": "made up", "sure": "on"}])
def test_button_without_a_choice_or_its_tick_erases_nothing(client, link, sent):
    assert client.post(link, sent).status_code == 422

    assert Comment.objects.get().email == ANN
    assert Subscriber.objects.exists()


def test_each_app_is_erased_alone(client, link):
    page = client.post(link, {"what": "comments", "sure": "on"}).text

    assert "This data is erased" in page
    assert "Rest" in page
    assert not Writer.objects.exists()
    assert Subscriber.objects.get().is_confirmed

    assert "Everything is erased" in client.post(link, {"sure": "on"}).text
    assert not Subscriber.objects.exists()


def test_everything_is_erased_and_again_is_harmless(link):
    factories.started_issue()
    Subscriber.objects.get().suppress("asked")
    client = Client(enforce_csrf_checks=True)

    answers = [client.post(link, {"what": "all", "sure": "on"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Everything is erased" in answer.text for answer in answers)
    assert not Comment.objects.filter(email=ANN).exists()
    assert not Writer.objects.exists()
    assert not Subscriber.objects.exists()
    assert not DataRequest.objects.exists()
    assert not Delivery.objects.exclude(subscriber=None).exists()
    assert Suppression.objects.of([ANN]).exists()
    assert client.get(f"{link}data.json").status_code == 410


def test_link_is_good_for_one_day(client, link):
    with after(days=1, minutes=1):
        opened, erased = client.get(link), client.post(link, {"what": "all", "sure": "on"})
        file = client.get(f"{link}data.json")

    assert (opened.status_code, erased.status_code, file.status_code) == (410, 410, 410)
    assert Comment.objects.get().email == ANN


def test_link_for_something_else_or_tampered_opens_nothing(client, link):
    pk = DataRequest.objects.get().pk
    good = link.rstrip("/").rpartition("/")[2]

    for token in (make_token("comments.mute", pk), make_token("newsletter.unsubscribe", pk), good[:-3]):  # fmt: skip
        for address in (f"/yours/{token}/", f"/yours/{token}/data.json"):
            assert client.get(address).status_code == 404
        assert client.post(f"/yours/{token}/", {"sure": "on"}).status_code == 404


def test_links_beyond_the_sites_limit_are_sent_later(ask, clock, monkeypatch, mailoutbox):
    monkeypatch.setattr(models, "SITE", models.Limit("your_data.few", 2, models.timedelta(hours=1)))
    for number in range(3):
        factories.subscriber(email=f"r{number}@example.org")
        ask(f"r{number}@example.org")

    assert len(mailoutbox) == 2


def test_requests_are_forgotten_after_their_links(link):
    with after(hours=23):
        forget_requests.call()
        assert DataRequest.objects.exists()
    with after(days=1, hours=2):
        forget_requests.call()
        assert not DataRequest.objects.exists()


# Addresses of before there was one page


@pytest.mark.parametrize(
    "path", ["/comments/yours/", "/newsletter/yours/", "/comments/yours/sent/"]
)
def test_former_addresses_lead_to_the_page(client, path):
    response = client.get(path)

    assert (response.status_code, response.url) == (301, "/yours/")


def test_links_of_former_mails_lead_to_the_page(client, comment, reader):
    token = make_token("comments.data", Writer.objects.get().pk)
    other = make_token("newsletter.data", reader.pk)

    for path in (f"/comments/yours/{token}/", f"/newsletter/yours/{other}/data.json"):
        page = client.get(path, follow=True)
        assert "1 comment" in page.text
    assert client.get(f"/newsletter/yours/{token}/").status_code == 404


def test_link_of_a_former_mail_keeps_nothing_and_erases(client, comment, reader):
    token = make_token("newsletter.data", reader.pk)

    client.get(f"/newsletter/yours/{token}/", follow=True)
    assert not DataRequest.objects.exists()
    page = client.post(f"/yours/{token}/", {"what": "newsletter", "sure": "on"}).text

    assert "1 comment" in page
    assert not Subscriber.objects.exists()
    # It does not say that everything is erased.
    assert client.get(f"/yours/{token}/").status_code == 410


def test_footer_and_privacy_page_lead_there(client):
    page = client.get("/privacy/").text

    assert page.count('href="/yours/"') == 2  # in the text and in the footer
    assert "We delete it after 30 days" in page
