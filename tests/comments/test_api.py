"""The JSON API of comments: those that readers see, in the order of the thread."""

import pytest

from tests import factories
from tests.config.api_contract import ask, fields


@pytest.fixture
def article(db):
    return factories.published_article(title="Sleep well")


def test_comment_has_what_the_thread_shows(client, article):
    first = factories.approved_comment(article, name="Rosa", body="p < 0.05")
    answer = factories.approved_comment(article, parent=first, badge="author")

    found = fields(client, "/api/v1/articles/sleep-well/comments/")

    assert found["count"] == 2
    assert [one["id"] for one in found["items"]] == [first.pk, answer.pk]
    assert found["items"][0]["name"] == "Rosa"
    assert "p &lt; 0.05" in found["items"][0]["content_html"]
    assert found["items"][1]["in_reply_to"] == first.pk
    assert [one["depth"] for one in found["items"]] == [1, 2]
    assert client.get(found["items"][0]["url"]).status_code == 302


def test_thread_is_walked_by_its_cursors_to_the_end(client, article):
    branch = factories.approved_comment(article)
    rows = [branch, *(factories.approved_comment(article, parent=branch) for _ in range(60))]
    rows += [factories.approved_comment(article) for _ in range(45)]

    seen, following = [], "/api/v1/articles/sleep-well/comments/"
    while following:
        page = fields(client, following)
        seen += [one["id"] for one in page["items"]]
        following = page["next"]

    assert seen == [row.pk for row in rows]


@pytest.mark.parametrize("verb", ["reject", "remove", "mark_as_spam", "withdraw"])
def test_comment_that_was_taken_away_is_not_there(client, article, verb):
    comment = factories.approved_comment(article, body="Taken away.")
    factories.approved_comment(article, parent=comment)
    comment.refresh_from_db()
    getattr(comment, verb)(**({} if verb == "withdraw" else {"by": None}))

    answer = ask(client, "/api/v1/articles/sleep-well/comments/")

    assert "Taken away." not in answer.text
    assert f'"id":{comment.pk},' not in answer.text


def test_comments_of_what_is_not_public_are_not_found(client, article):
    factories.approved_comment(article)
    article.withdraw(by=None)

    ask(client, "/api/v1/articles/sleep-well/comments/", status=404)


@pytest.mark.parametrize("cursor", ["x", "-", "1-", "1--2", "-".join(["1"] * 61), "9" * 30])
def test_what_is_no_cursor_is_refused(client, article, cursor):
    ask(client, f"/api/v1/articles/sleep-well/comments/?cursor={cursor}", status=400)


def test_former_slug_leads_to_that_of_today(client, article):
    article.slug = "sleep-better"
    article.save()

    moved = ask(client, "/api/v1/articles/sleep-well/comments/", status=301)

    assert moved.headers["Location"] == "/api/v1/articles/sleep-better/comments/"


@pytest.mark.parametrize("number", [1, 60])
def test_a_page_takes_two_queries(client, article, number, django_assert_num_queries):
    for _number in range(number):
        factories.approved_comment(article)

    with django_assert_num_queries(2):
        fields(client, "/api/v1/articles/sleep-well/comments/")
