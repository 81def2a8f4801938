"""What readers find at the address of an article that was withdrawn."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article
from tests import factories
from tests.articles.typed_forms import typed_article
from tests.markup import words_of


@pytest.fixture
def article(db):
    return factories.published_article(
        by=factories.author(name="Ada Leaf"), topic=factories.topic(), title="Salt", slug="salt"
    )


def test_withdrawn_article_answers_gone_with_the_public_reason(client, article):
    article.withdraw(by=None, reason="Kept inside", notice="The dose was\nwrong.")

    answer = client.get("/articles/salt/")

    assert answer.status_code == 410
    assert "This article was withdrawn" in answer.text
    assert "The dose was<br>wrong." in answer.text
    assert "Kept inside" not in answer.text
    assert "Salt" not in words_of(answer.text)
    assert 'content="noindex"' in answer.text


def test_without_a_public_reason_none_is_invented(client, article):
    article.withdraw(by=None, reason="Kept inside")

    answer = client.get("/articles/salt/")

    assert answer.status_code == 410
    assert "The reason" not in answer.text


def test_markup_in_the_reason_is_shown_as_text(client, article):
    article.withdraw(by=None, notice="<script>alert(1)</script>")

    assert "<script>alert(1)" not in client.get("/articles/salt/").text


def test_former_address_is_gone_too(client, article):
    article.slug = "less-salt"
    article.save()
    article.withdraw(by=None)

    assert client.get("/articles/salt/").status_code == 410
    assert client.get("/articles/less-salt/").status_code == 410


def test_what_readers_never_saw_is_not_found(client, clock, db):
    article = factories.scheduled_article(slug="salt", days_ahead=1)
    article.withdraw(by=None, notice="Secret")
    first = client.get("/articles/salt/").status_code
    clock.shift(days=2)

    assert (first, client.get("/articles/salt/").status_code) == (404, 404)


def test_withdrawn_article_leaves_every_list(client, article):
    article.withdraw(by=None)

    pages = ["/", "/feed/", "/feed.json", "/archive/", article.topic.get_absolute_url()]
    for page in pages:
        assert "Salt" not in words_of(client.get(page).text), page
    assert "/articles/salt/" not in client.get("/sitemap.xml", follow=True).text
    assert client.get("/articles/salt/card-0.png").status_code == 404


@pytest.mark.parametrize("verb", ["publish", "send_back"])
def test_article_that_comes_back_says_nothing_of_the_withdrawal(client, article, verb):
    article.withdraw(by=None, notice="The dose was wrong.")

    getattr(article, verb)(by=None)

    article = Article.objects.get()
    assert (article.withdrawn_at, article.withdrawal_notice) == (None, "")
    assert client.get("/articles/salt/").status_code == (200 if verb == "publish" else 404)


def test_editor_writes_the_public_reason_in_the_form(client_of, editor, client, article):
    data = typed_article(
        article, _step="withdraw", note="Letter of a reader", notice_for_readers="It was wrong."
    )

    client_of(editor).post(f"/admin/articles/article/{article.pk}/change/", data)

    assert article.revisions.get(action="withdrawn").reason == "Letter of a reader"
    assert "It was wrong." in client.get("/articles/salt/").text


def test_database_wants_the_time_of_a_withdrawal(article):
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(status="withdrawn")


def test_working_copy_belongs_to_a_public_article_only(article):
    revision = article.revisions.first()
    times = {"withdrawn_at": timezone.now() - timedelta(days=1)}

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(
            status="withdrawn", working_copy=revision, **times
        )
