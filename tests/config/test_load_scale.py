"""The grown publication, loaded once in small for these tests."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Author, SearchEntry, SearchWord, Topic
from articles.rich_text import derive
from articles.search.words import read_new_words
from comments.models import Comment, Decision, Thread, Writer
from comments.plain_text import as_html
from config.demo.scale.loading import load
from tests import factories

ARTICLES, COMMENTS = 300, 3000

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def indexes_and_triggers():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal"
            " UNION ALL SELECT concat(conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint"
        )
        return sorted(name for (name,) in cursor.fetchall())


@pytest.fixture(scope="module")
def before_and_after(django_db_setup, django_db_blocker):
    """Indexes and triggers; all rows are gone after the last test here."""
    with django_db_blocker.unblock(), transaction.atomic():
        before = indexes_and_triggers()
        load(articles=ARTICLES, comments=COMMENTS, say=lambda text: None)
        yield before, indexes_and_triggers()
        transaction.set_rollback(True)


@pytest.fixture
def loaded(before_and_after, db):
    pass


def test_as_many_are_loaded_as_were_asked_for(loaded):
    assert Article.objects.count() == ARTICLES
    assert Comment.objects.count() == COMMENTS
    assert (Topic.objects.count(), Author.objects.count()) == (20, 300)
    assert Article.objects.published().count() > ARTICLES * 0.97
    assert Article.objects.filter(contributions=None).count() == 0


def test_texts_are_what_saving_them_would_give(loaded):
    for article in Article.objects.prefetch_related("references")[:30]:
        made = derive(
            article.body, reference_numbers=[row.number for row in article.references.all()]
        )

        assert (article.body_html, article.plain_text) == (made.body_html, made.plain_text)
        assert (article.contents, article.word_count) == (made.contents, made.word_count)
        assert article.reading_minutes == made.reading_minutes


def test_articles_are_about_three_hundred_words_long(loaded):
    counts = list(Article.objects.values_list("word_count", flat=True))

    assert 300 < sum(counts) / len(counts) < 400


def test_public_articles_are_found(loaded):
    entries = set(SearchEntry.objects.values_list("article_id", flat=True))

    public = Article.objects.published() | Article.objects.scheduled()
    assert entries == set(public.values_list("pk", flat=True))


def test_words_are_those_that_the_periodic_task_would_read(loaded):
    kept = set(SearchWord.objects.values_list("word", "articles"))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE articles_searchword")
        cursor.execute("UPDATE articles_searchentry SET words_read = false")

    while read_new_words():
        pass

    public = set(SearchWord.objects.values_list("word", flat=True))
    assert public <= {word for word, _articles in kept}
    assert len(public) > 0.98 * len(kept)  # drafts and scheduled ones have words, too


def counts():
    return (
        dict(Thread.objects.values_list("article_id", "shown")),
        dict(Comment.objects.values_list("pk", "shown_replies")),
        {
            row[0]: row[1:]
            for row in Writer.objects.values_list("email", "approved", "rejected", "spam")
        },
    )


def test_counts_are_those_that_the_database_keeps(loaded):
    for comment in Comment.objects.awaiting_moderation()[:5]:
        comment.approve(by=None)
    kept = counts()

    with connection.cursor() as cursor:
        cursor.execute("SELECT comments_recount()")

    assert counts() == kept
    assert sum(kept[0].values()) == Comment.objects.approved().count()
    assert any(kept[1].values())


def test_comments_stand_where_the_database_lets_them(loaded):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE comments_comment SET path = path")  # trigger comment_place

    for reply in Comment.objects.filter(parent__isnull=False).select_related("parent")[:200]:
        assert reply.path == [*reply.parent.path[:59], reply.pk]
        assert reply.created_at >= reply.parent.created_at


def test_comments_are_of_all_kinds_and_mostly_approved(loaded):
    statuses = set(Comment.objects.values_list("status", flat=True).distinct())

    assert statuses == set(Comment.Status.values) - {"repeated"}  # which stand beside another one
    assert Comment.objects.approved().count() > COMMENTS * 0.85
    assert Decision.objects.count() == Comment.objects.filter(decided_at__isnull=False).count()
    assert not Comment.objects.filter(created_at__gt=timezone.now()).exists()


def test_comments_are_written_as_saving_them_would(loaded):
    for comment in Comment.objects.all()[:100]:
        assert comment.body_html == as_html(comment.body)


def test_few_articles_have_most_comments(loaded):
    longest = Thread.objects.order_by("-shown").values_list("shown", flat=True)[:5]

    assert min(longest) >= COMMENTS / 100


def test_indexes_and_triggers_are_back(before_and_after, loaded):
    before, after = before_and_after

    assert after == before


def test_life_goes_on(loaded):
    article = factories.published_article(title="Zyxwv")
    comment = factories.approved_comment(article)

    assert SearchEntry.objects.filter(article=article).exists()
    assert comment.path == [comment.pk]


def test_second_run_says_so_and_changes_nothing(loaded):
    output = StringIO()

    call_command("load_scale", articles=10, comments=10, stdout=output)

    assert output.getvalue() == "Loaded before, and left as it is: 300 articles, 3,000 comments.\n"
