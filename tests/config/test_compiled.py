"""Querysets whose SQL is written once give what Django's own give.

They rest on parts of Django that are not documented: `SQLCompiler.as_sql()` (what `Query.sql_with_params()` calls),
`select`, `klass_info` and `annotation_col_map` of the compiler, and instances that are filled as in unpickling. When a
release of Django breaks these tests, look at `ModelIterable` in django/db/models/query.py and do in
`config/web/database/compiled.py` what it does there.
"""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Contribution
from comments.models import DiscussionSettings
from config.web.database.compiled import Compiled, Given, Now, is_among, now, write
from tests import factories

OF_TOPIC = Compiled(
    lambda: (
        Article.objects.published()
        .for_cards()
        .with_writer_names()
        .filter(topic=Given("topic"))
        .newest_first()
    )
)


def loaded(row):
    """All that an instance holds, and those that were read with it."""
    return {
        name: getattr(value, "pk", value) for name, value in vars(row).items() if name != "_state"
    } | {name: loaded(other) for name, other in row._state.fields_cache.items() if other}


@pytest.mark.django_db
def test_rows_are_those_of_the_queryset():
    topic = factories.topic()
    for days in (1, 2):
        factories.published_article(
            topic=topic, by=factories.author(), hero=factories.image(), days_ago=days
        )
    factories.published_article(topic=factories.topic())
    same = Article.objects.published().for_cards().with_writer_names().filter(topic=topic)

    rows = OF_TOPIC.rows(topic=topic.pk)

    assert [loaded(row) for row in rows] == [loaded(row) for row in same.newest_first()]
    assert not any(row._state.adding for row in rows)


@pytest.mark.django_db
def test_deferred_field_is_read_when_it_is_asked_for(django_assert_num_queries):
    article = factories.published_article(topic=factories.topic(), body="<p>Words.</p>")

    row = OF_TOPIC.first(topic=article.topic_id)

    with django_assert_num_queries(1):
        assert row.body == article.body


@pytest.mark.django_db
def test_missing_related_row_is_none():
    article = factories.published_article(by=factories.author())
    lines = Compiled(
        lambda: Contribution.objects.select_related("author__portrait").filter(
            article=Given("article")
        )
    )

    assert lines.first(article=article.pk).author.portrait is None


@pytest.mark.django_db
def test_values_are_converted_as_by_django():
    DiscussionSettings.current()
    article = factories.published_article(body="<h2>One</h2><p>Words.</p>")
    contents = Compiled(
        lambda: Article.objects.filter(pk=Given("pk")).values_list("contents", "title")
    )
    titles = Compiled(
        lambda: Article.objects.filter(is_among("pk", "pks")).values_list("title", flat=True)
    )

    assert contents.rows(pk=article.pk) == [(article.contents, article.title)]
    assert titles.rows(pks=[article.pk]) == [article.title]
    assert titles.rows(pks=[]) == []


@pytest.mark.django_db
def test_time_is_that_of_the_use(clock):
    topic = factories.topic()
    factories.scheduled_article(topic=topic, days_ahead=1)
    assert OF_TOPIC.rows(topic=topic.pk) == []

    clock.shift(days=1, minutes=1)

    assert len(OF_TOPIC.rows(topic=topic.pk)) == 1


@pytest.mark.django_db
def test_time_that_would_be_kept_for_ever_is_refused():
    with pytest.raises(ValueError, match="kept for ever"):
        write(Article.objects.filter(published_at__lte=timezone.now()))


def test_now_is_a_time_that_can_be_told_from_others(clock):
    assert now() == timezone.now()
    assert type(now()) is Now
    assert now() + timedelta(0) == timezone.now()


@pytest.mark.django_db
def test_value_is_no_sql():
    article = factories.published_article(topic=factories.topic())
    by_title = Compiled(lambda: Article.objects.filter(title=Given("title")))

    assert by_title.rows(title="' OR true --") == []
    assert by_title.rows(title=article.title) == [article]


@pytest.mark.django_db
def test_sql_is_that_of_the_documented_way():
    queryset = Article.objects.published()

    assert write(queryset).sql == queryset.query.sql_with_params()[0]


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection():
    article = factories.published_article(topic=factories.topic())
    OF_TOPIC.rows(topic=article.topic_id)
    seen = []

    def ask():
        seen.extend(OF_TOPIC.rows(topic=article.topic_id))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert seen == [article]
