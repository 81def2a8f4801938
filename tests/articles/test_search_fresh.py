"""The search knows at once what readers may see, however it was written, and nothing else."""

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from articles.models import Article, Author, Contribution, SearchEntry, SearchWord
from articles.search.language import rebuild, use_language
from articles.search.words import correct, read_new_words
from config.management.commands.worker import PeriodicTasks
from tests import factories
from tests.articles.test_search import found
from tests.clock import after

pytestmark = pytest.mark.django_db


def test_draft_and_withdrawn_article_are_found_nowhere(client):
    factories.draft(title="Iron draft")
    factories.published_article(title="Iron withdrawn").withdraw(by=None)
    article = factories.draft(title="Iron approved")
    article.approve(by=None)

    assert found(client, "iron") == []
    assert not SearchEntry.objects.exists()


def test_scheduled_article_is_found_from_its_time_on(client):
    factories.scheduled_article(title="Iron", days_ahead=2)

    assert found(client, "iron") == []
    assert found(client, "irom") == []
    with after(days=2, minutes=1):
        assert found(client, "iron") == ["Iron"]


def test_words_of_unpublished_articles_are_never_suggested():
    factories.draft(title="Wolframite")
    factories.scheduled_article(title="Tungstenite")
    factories.published_article(title="Molybdenite").withdraw(by=None)
    read_new_words()

    assert correct("wolframita tungstenita molybdenita") == "wolframita tungstenita molybdenita"
    assert not SearchWord.objects.exists()


def test_word_of_an_article_withdrawn_later_is_not_suggested(client):
    article = factories.published_article(title="Wolframite")
    read_new_words()

    article.withdraw(by=None)

    assert correct("wolframita") == "wolframita"
    assert found(client, "wolframita or nothing") == []


def test_saved_and_bulk_changes_of_articles_are_found(client):
    article = factories.published_article(title="Iron")
    article.body = "<p>Copper.</p>"
    article.save()
    assert found(client, "copper") == ["Iron"]

    Article.objects.filter(pk=article.pk).update(title="Zinc")

    assert found(client, "zinc") == ["Zinc"]
    assert found(client, "iron") == []


def test_articles_made_in_bulk_are_found(client):
    now = timezone.now()
    Article.objects.bulk_create(
        [Article(title="Iron", slug="iron", status="published", published_at=now)]
    )

    assert found(client, "iron") == ["Iron"]


def test_changed_names_of_authors_are_found(client):
    ada = factories.author(name="Ada")
    factories.published_article(title="Iron", by=ada)
    ada.name = "Grace"
    ada.save()
    assert found(client, "grace") == ["Iron"]

    Author.objects.filter(pk=ada.pk).update(name="Barbara")

    assert found(client, "barbara") == ["Iron"]
    assert found(client, "ada or grace") == []


def test_changed_authors_of_an_article_are_found(client):
    article = factories.published_article(title="Iron", by=factories.author(name="Ada"))
    Contribution.objects.bulk_create(
        [Contribution(article=article, author=factories.author(name="Grace"))]
    )
    assert found(client, "ada grace") == ["Iron"]

    Contribution.objects.filter(author__name="Ada").update(part="editor")
    Contribution.objects.filter(author__name="Grace").delete()

    assert found(client, "ada or grace") == []


def test_changed_topic_counts_for_the_filter(client):
    sleep = factories.topic(name="Sleep")
    article = factories.published_article(title="Iron", topic=factories.topic())

    Article.objects.filter(pk=article.pk).update(topic=sleep)

    assert found(client, "iron", topic="sleep") == ["Iron"]


def test_deleted_article_leaves_no_entry():
    article = factories.published_article(title="Iron", by=factories.author())

    article.delete()

    assert not SearchEntry.objects.exists()
    connection.check_constraints()


def test_renaming_without_a_change_of_words_leaves_entries_alone(django_assert_num_queries):
    article = factories.published_article(title="Iron")
    read_new_words()

    article.save()

    assert SearchEntry.objects.get().words_read
    assert read_new_words() == 0


def test_edited_article_brings_its_new_words():
    article = factories.published_article(title="Iron")
    read_new_words()
    article.title = "Wolframite"
    article.save()

    read_new_words()

    assert correct("wolframita") == "wolframite"


def test_worker_reads_the_words_of_a_new_article_within_a_second(client):
    factories.published_article(title="Wolframite")
    assert found(client, "wolframita") == []

    PeriodicTasks(["articles.tasks.read_search_words"]).run_due()

    assert settings.PERIODIC_TASKS["articles.tasks.read_search_words"] <= 1
    assert found(client, "wolframita") == ["Wolframite"]


def test_asking_for_unread_words_looks_at_no_other_article():
    factories.published_article(title="Iron")
    while read_new_words():
        pass
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT article_id FROM articles_searchentry WHERE NOT words_read")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "search_words_unread" in plan


@pytest.mark.long
@pytest.mark.parametrize(
    "text", ["word-" * 40_000, "a.bc/d " * 30_000, "𐀀" * 100_000, "𐀀 " * 90_000]
)
def test_monstrous_text_can_be_published(text, client):
    article = factories.published_article(title="Iron", body=f"<p>{text}</p>")

    assert found(client, "iron") == [article.title]


def test_other_language_is_spoken_after_one_call(client):
    factories.published_article(title="Die Häuser")
    assert found(client, "Haus") == []

    assert use_language("de") == 1

    assert found(client, "Haus") == ["Die Häuser"]


def test_language_without_a_stemmer_matches_whole_words(client):
    factories.published_article(title="Sleeping")

    use_language("ja")

    assert found(client, "sleep") == []
    assert found(client, "sleeping") == ["Sleeping"]


def test_rebuilding_brings_back_lost_entries(client):
    factories.published_article(title="Iron")
    SearchEntry.objects.all().delete()

    rebuild()

    assert found(client, "iron") == ["Iron"]
