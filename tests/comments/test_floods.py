"""A flood keeps no innocent reader out, and tells nobody outside what others sent."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from comments.models import Comment, Report
from comments.spam.findings import describe
from comments.writing import receiving
from comments.writing.receiving import PER_NETWORK, PER_WRITER
from config.web.requests import bot_traps
from config.web.requests.throttle import Limit
from tests import factories
from tests.comments.sending import filled_in

# At the beginning of an hour, where all windows begin.
pytestmark = [pytest.mark.django_db, pytest.mark.day("2026-11-21T10:00")]


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


def post(article, number=0, **fields):
    """Each from another network, by another writer, in other words, unless `fields` say something else."""
    form = filled_in(
        article, **{"email": f"r{number}@example.org", "body": f"I am {number}.", **fields}
    )
    return Client().post(
        f"/articles/{article.slug}/comments/", form, REMOTE_ADDR=f"198.51.{number}.7"
    )


def few(name, times=3):
    return Limit(name, times=times, period=timedelta(hours=1))


def held_for():
    return [finding["code"] for finding in Comment.objects.latest("pk").held_for]


def test_beyond_the_sites_limit_comments_are_held(article, monkeypatch):
    monkeypatch.setattr(receiving, "PER_SITE", few("comments.site"))
    for number in range(3):
        assert post(article, number).status_code == 303
    assert "flood_site" not in held_for()

    response = post(article, 3)

    assert response.status_code == 303
    assert Comment.objects.latest("pk").status == Comment.Status.HELD
    assert "flood_site" in held_for()


def test_beyond_a_writers_limit_comments_are_held(article):
    answers = [
        post(article, number, email="ann@example.org") for number in range(PER_WRITER.times + 1)
    ]

    assert {answer.status_code for answer in answers} == {303}
    assert Comment.objects.count() == PER_WRITER.times + 1
    assert held_for() == ["flood_writer"]


def test_what_was_found_before_is_kept(article, monkeypatch):
    monkeypatch.setattr(receiving, "PER_WRITER", few("comments.writer", times=1))
    post(article, 1, email="ann@example.org")

    post(
        article,
        2,
        email="ann@example.org",
        body="https://a.example https://b.example https://c.example",
    )

    assert held_for() == ["links", "new", "flood_writer"]


def test_stranger_cannot_keep_a_writer_from_writing(article):
    for number in range(PER_WRITER.times + 5):
        post(article, number, email="ann@example.org")

    response = post(article, 99, email="ann@example.org", body="It is really me.")

    assert response.status_code == 303
    assert Comment.objects.filter(body="It is really me.").awaiting_moderation().exists()


def test_one_stamp_for_many_comments_holds_them(article, monkeypatch):
    monkeypatch.setattr(receiving, "PER_STAMP", few("stamp"))
    stamp = filled_in(article)["rendered"]
    for number in range(3):
        post(article, number, rendered=stamp)
    assert held_for() == []

    response = post(article, 3, rendered=stamp)

    assert (response.status_code, held_for()) == (303, ["flood_stamp"])


def test_refused_by_the_network_is_kept_by_nobody(article):
    client = Client()
    for number in range(PER_NETWORK.times):
        form = filled_in(article, email=f"r{number}@example.org", body=f"I am {number}.")
        client.post("/articles/sleep-well/comments/", form)

    response = client.post(
        "/articles/sleep-well/comments/", filled_in(article, body="My long answer.")
    )

    assert response.status_code == 429
    assert "My long answer." in response.text
    assert Comment.objects.count() == PER_NETWORK.times


@pytest.mark.parametrize("code", ["flood_writer", "flood_site", "flood_stamp"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_moderators_are_told_in_words(code, language):
    with translation.override(language):
        (words,) = describe([{"code": code, "detail": ""}])

    assert " " in words
    assert "flood" not in words


def test_worn_stamp_of_another_form_is_renewed_with_the_text_kept(article, monkeypatch):
    monkeypatch.setattr(bot_traps, "PER_STAMP", few("stamp", times=1))
    form = {"email": "reader@example.org", "rendered": filled_in(article)["rendered"]}
    assert Client().post("/yours/", form).status_code == 303

    refused = Client().post("/yours/", form)
    fresh = refused.context["form"]["rendered"].value()

    assert refused.status_code == 422
    assert "reader@example.org" in refused.text
    assert fresh != form["rendered"]


# Other forms


@pytest.mark.long
def test_reports_from_everywhere_are_all_kept(article):
    comment = factories.approved_comment(article)
    path = f"/articles/sleep-well/comments/{comment.pk}/report/"

    for number in range(40):
        form = {"reason": "abuse", "rendered": filled_in(article)["rendered"]}
        Client().post(path, form, REMOTE_ADDR=f"198.51.{number}.7")

    assert Report.objects.count() == 40
