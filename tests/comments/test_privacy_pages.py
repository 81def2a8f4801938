"""The pages on which an address's owner sees, downloads and erases what is kept of it."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments.models import Comment, DataRequest, Writer
from comments.writers import links
from comments.writers.your_data import PER_NETWORK, DataRequestForm
from tests import factories
from tests.clock import after, ago
from tests.comments.mailed import asking, path
from tests.markup import links_of

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


@pytest.fixture
def comment():
    return asking(factories.published_article(title="Sleep well"), body="a < b & <i>c</i>")


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Ask for the link, and let the mail go out."""

    def post(email, client=None, *, headers=None, **fields):
        with ago(seconds=30):
            stamp = DataRequestForm().initial["rendered"]
        data = {"email": email, "website_address": "", "rendered": stamp, **fields}
        with django_capture_on_commit_callbacks(execute=True):
            return (client or Client()).post("/comments/yours/", data, headers=headers)

    return post


@pytest.fixture
def link(comment):
    return path(links.your_data_url(Writer.objects.get(email=ANN)))


def test_link_comes_by_mail(client, comment, ask, mailoutbox):
    response = ask("Ann@Example.org")
    (message,) = mailoutbox
    link = re.search(r"http://testserver(/comments/yours/\S+)", message.body)[1]

    assert response.status_code == 303
    assert "Check your inbox" in client.get(response.url).text
    assert message.to == [ANN]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert client.get(link).status_code == 200
    assert not DataRequest.objects.exists()


def test_stranger_learns_nothing_of_an_address(comment, ask, mailoutbox):
    def answer(email):
        with CaptureQueriesContext(connection) as queries:
            response = Client().post("/comments/yours/", filled_in(email))
        kinds = [query["sql"].split()[0] for query in queries]
        return response.status_code, response.url, response.content, kinds

    def filled_in(email):
        with ago(seconds=30):
            stamp = DataRequestForm().initial["rendered"]
        return {"email": email, "rendered": stamp}

    assert answer(ANN) == answer("nobody@example.org")


def test_unknown_address_gets_no_mail_and_is_not_kept(comment, ask, mailoutbox):
    ask("nobody@example.org")

    assert not mailoutbox
    assert not DataRequest.objects.exists()


@pytest.mark.day("2026-11-21T00:00")
def test_at_most_one_mail_an_hour_and_three_a_day(comment, ask, mailoutbox, clock):
    for pause in (0.5, 0.5, 1, 1, 1, 1):
        assert ask(ANN).status_code == 303
        clock.shift(hours=pause)

    assert len(mailoutbox) == 3


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


def test_page_lists_what_is_kept(client, comment, link):
    page = client.get(link)
    text = page.text

    assert "1 comment" in text
    assert "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;" in text
    assert "awaits moderation" in text
    assert links.manage_path(comment).partition(":")[0] in text  # what follows is the time
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


def test_download_is_json(client, comment, link):
    response = client.get(f"{link}json/")

    data = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="comments.json"'
    assert response["Content-Type"] == "application/json"
    assert data["address"] == ANN
    assert data["comments"][0]["text"] == "a < b & <i>c</i>"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_pages_erases_nothing(client, comment, link, method):
    for address in (link, f"{link}json/"):
        assert getattr(client, method)(address).status_code == 200

    assert Comment.objects.get().email == ANN


def test_button_without_its_tick_erases_nothing(client, comment, link):
    response = client.post(link)

    assert response.status_code == 422
    assert "Tick the box" in response.text
    assert Comment.objects.get().email == ANN


def test_button_erases_everything_and_again_is_harmless(comment, link):
    client = Client(enforce_csrf_checks=True)
    answers = [client.post(link, {"sure": "on"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Everything is erased" in answer.text for answer in answers)
    assert not Comment.objects.filter(email=ANN).exists()
    assert not Writer.objects.exists()


def test_link_is_good_for_one_day(client, comment, link):
    with after(days=1, minutes=1):
        opened, erased = client.get(link), client.post(link, {"sure": "on"})
        file = client.get(f"{link}json/")

    assert (opened.status_code, erased.status_code, file.status_code) == (410, 410, 410)
    assert Comment.objects.get().email == ANN


def test_link_for_something_else_or_tampered_opens_nothing(client, comment, link):
    writer = Writer.objects.get(email=ANN)
    others = [links.manage_path(comment), path(links.verify_url(writer)), path(links.mute_all_url(writer))]  # fmt: skip
    tokens = [other.rstrip("/").rpartition("/")[2] for other in [*others, link[:-3]]]

    for token in tokens:
        assert client.get(f"/comments/yours/{token}/").status_code == 404
        assert client.get(f"/comments/yours/{token}/json/").status_code == 404
        assert client.post(f"/comments/yours/{token}/", {"sure": "on"}).status_code == 404

    assert Comment.objects.get().email == ANN


def test_privacy_page_leads_there(client):
    page = client.get("/privacy/").text

    assert "/comments/yours/" in links_of(page)
    assert "deleted after 30 days" in page
