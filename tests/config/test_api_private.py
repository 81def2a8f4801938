"""No answer of the API holds what readers do not see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import ExpertLink
from tests import factories
from tests.browser.pages import expert, full_article
from tests.config.api_contract import ask

SECRET = "zebra"  # in all that is private, and in nothing else
NETWORK = "203.0.113.0/24"


@pytest.fixture
def article(db):
    """A published article around which everything private that there can be is written."""
    public = full_article(expert(), topic=factories.topic(name="Sleep", slug="sleep"))
    author = public.writers[0]
    author.user = factories.user(f"{SECRET}-account", group="Author")
    author.save()
    hidden = factories.author(name=f"{SECRET} of a draft", slug=f"{SECRET}-author")
    shelf = factories.topic(name=f"{SECRET} topic", slug=f"{SECRET}-topic")
    factories.draft(by=hidden, topic=shelf, title=f"{SECRET} draft")
    factories.scheduled_article(by=hidden, topic=shelf, title=f"{SECRET} to come")
    gone = factories.published_article(by=hidden, title=f"{SECRET} withdrawn", topic=shelf)
    factories.approved_comment(gone, body=f"{SECRET} under a withdrawn article")
    gone.withdraw(by=None, notice=f"{SECRET} notice")
    factories.working_copy(public, title=f"{SECRET} title", body=f"<p>{SECRET}</p>")
    factories.series(factories.draft(title=f"{SECRET} part"), title=f"{SECRET} series")
    factories.series(public, factories.draft(title=f"{SECRET} next part"), title="Nights")
    factories.topic(name=f"{SECRET} sub-topic", parent=public.topic)
    link = ExpertLink.make(
        public, by=None, name=f"{SECRET} expert", expires_at=timezone.now() + timedelta(days=3)
    )
    link.remarks.create(paragraph=1, beginning="x", text=f"{SECRET} remark")
    _comments(public)
    return public


def _comments(article):
    private = {"email": f"{SECRET}@example.org", "network": NETWORK}
    factories.approved_comment(article, body="Seen by all.", **private)
    factories.comment(article, body=f"{SECRET} waits", **private)
    held = [{"code": "links", "detail": SECRET}]
    factories.comment(article, body=f"{SECRET} held", status="held", held_for=held, **private)
    for verb in ("reject", "mark_as_spam", "remove", "withdraw"):
        comment = factories.approved_comment(article, body=f"{SECRET} {verb}", **private)
        factories.approved_comment(article, parent=comment, body="An answer.", **private)
        comment.refresh_from_db()
        by = {} if verb == "withdraw" else {"by": None}
        why = {"reason": f"{SECRET} reason"} if verb in {"reject", "remove"} else {}
        getattr(comment, verb)(**by, **why)


def addresses(article):
    page = f"http://testserver{article.get_absolute_url()}"
    return [
        "/api/v1/",
        "/api/v1/openapi.json",
        "/api/v1/articles/",
        "/api/v1/articles/?topic=sleep",
        f"/api/v1/articles/?author={article.writers[0].slug}",
        f"/api/v1/articles/{article.slug}/",
        f"/api/v1/articles/{article.slug}/comments/",
        "/api/v1/topics/",
        "/api/v1/topics/sleep/",
        "/api/v1/series/",
        "/api/v1/series/nights/",
        "/api/v1/authors/",
        f"/api/v1/authors/{article.writers[0].slug}/",
        f"/oembed?url={page}",
        f"/oembed?url={page}&format=xml",
    ]


def test_nothing_private_is_in_any_answer(client, article):
    for address in addresses(article):
        answer = ask(client, address)

        text = answer.text.lower() + str(dict(answer.headers)).lower()
        assert SECRET not in text, address
        assert "example.org/" in text or "@example.org" not in text, address
        assert NETWORK[:-4] not in text, address
    assert "Seen by all." in ask(client, addresses(article)[6]).text


def test_staff_get_the_same_answers_as_everybody(client_of, client, article):
    editor = client_of(factories.user("edith", group="Editor"))

    for address in addresses(article):
        assert ask(editor, address).text == ask(client, address).text


def test_hidden_rows_are_not_found_by_their_addresses(client, article):
    for slug in (f"{SECRET}-draft", f"{SECRET}-to-come"):
        ask(client, f"/api/v1/articles/{slug}/", status=404)
        ask(client, f"/api/v1/articles/{slug}/comments/", status=404)
    ask(client, f"/api/v1/authors/{SECRET}-author/", status=404)
    ask(client, f"/api/v1/articles/?author={SECRET}-author", status=404)
