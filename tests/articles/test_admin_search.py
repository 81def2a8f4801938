"""The search of the article list: words of title, standfirst, authors and text, of articles in every status."""

import pytest

from articles.models import Article, UnpublishedEntry
from articles.search.language import rebuild
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"


@pytest.fixture
def titles(client_of, editor):
    desk = client_of(editor)

    def search(words, **filters):
        page = desk.get(LIST, {"q": words, **filters})
        return sorted(row.title for row in page.context["cl"].result_list)

    return search


def test_words_of_every_part_are_found(titles):
    ada = factories.author(name="Ada Lovelace")
    factories.draft(
        title="Iron", standfirst="About melatonin", body="<p>Sleeping well.</p>", by=ada
    )
    factories.published_article(
        title="Zinc", standfirst="Of melatonin", body="<p>We sleep.</p>", by=ada
    )
    factories.draft(title="Other")

    for words in ("melatonin", "lovelace", "sleep", "lovelace melatonin"):
        assert titles(words) == ["Iron", "Zinc"], words
    assert titles("iron") == ["Iron"]
    assert titles("sleep -zinc") == ["Iron"]
    assert titles('"sleeping well"') == ["Iron"]


def test_beginning_of_the_last_word_is_enough(titles):
    factories.draft(title="Café au magnésium")

    assert titles("magn") == ["Café au magnésium"]
    assert titles("cafe magne") == ["Café au magnésium"]
    assert titles("ma") == []  # too short for a beginning


def test_filters_narrow_what_is_found(titles):
    factories.draft(title="Iron draft")
    factories.published_article(title="Iron public")

    assert titles("iron", state="draft") == ["Iron draft"]
    assert titles("iron", state="published") == ["Iron public"]


def test_article_is_found_in_every_status(titles):
    article = factories.draft(title="Iron", by=factories.author())
    for step in ("submit", "approve", "publish", "withdraw", "send_back"):
        getattr(article, step)(by=None)
        assert titles("iron") == ["Iron"], step
        assert UnpublishedEntry.objects.exists() == (not article.is_published)


def test_changes_of_text_people_and_names_are_found(titles):
    article = factories.draft(title="Iron")
    Article.objects.filter(pk=article.pk).update(title="Copper")
    assert titles("iron") == []
    assert titles("copper") == ["Copper"]

    line = article.contributions.create(author=factories.author(name="Ada Lovelace"))
    assert titles("lovelace") == ["Copper"]
    line.author.name = "Ada King"
    line.author.save()
    assert titles("king") == ["Copper"]
    line.delete()
    assert titles("king") == []


def test_deleted_article_leaves_no_entry():
    article = factories.draft(by=factories.author())

    article.delete()

    assert not UnpublishedEntry.objects.exists()


def test_entries_can_be_made_anew():
    factories.draft(title="Iron")
    UnpublishedEntry.objects.all().delete()

    rebuild()

    assert UnpublishedEntry.objects.count() == 1


def test_author_finds_only_own_articles(client_of, author):
    factories.draft(title="Iron of others")
    own = factories.draft(title="Iron", by=factories.author(user=author))

    page = client_of(author).get(LIST, {"q": "iron"})

    assert [row.pk for row in page.context["cl"].result_list] == [own.pk]
