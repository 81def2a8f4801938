"""Querysets whose SQL is written once give what Django's own give.

They rest on parts of Django that are not documented: `SQLCompiler.as_sql()` (what `Query.sql_with_params()` calls),
`select`, `klass_info` and `annotation_col_map` of the compiler, and instances that are filled as in unpickling. When a
release of Django breaks these tests, look at `ModelIterable` in django/db/models/query.py and do in
`config/web/database/compiled.py` what it does there.
"""

from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import DecimalField, ExpressionWrapper, Value
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Contribution, Correction, Reference
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


@pytest.mark.django_db
def test_constants_stand_in_the_text_of_a_plan():
    connection.ensure_connection()
    title = factories.published_article(title="Sleep", standfirst="100 %, “it’s” 'so' \\").title
    queryset = Article.objects.published().filter(
        title=Given("title"), standfirst="100 %, “it’s” 'so' \\", slug__contains="e"
    )

    planned = write(queryset).planned()

    assert "'published'" in planned.sql
    assert "%s" not in planned.sql
    assert sorted(type(place).__name__ for place in planned.places) == ["Given", "Now"]
    assert Compiled(lambda: queryset).rows(title=title) == [Article.objects.get()]


@pytest.mark.django_db
def test_related_rows_come_in_the_same_statement(django_assert_num_queries):
    article = factories.published_article(by=factories.author(portrait=factories.image()))
    Contribution.objects.create(
        article=article, author=factories.author(), part="reviewer", position=1
    )
    for number in (2, 1):
        Reference.objects.create(article=article, number=number, text=f"Source {number}")
    Correction.objects.create(article=article, text="Twelve, not eleven.")
    bare = factories.published_article()
    with_rows = Compiled(
        lambda: Article.objects.published().filter(slug=Given("slug")),
        contributions=lambda: Contribution.objects.select_related("author__portrait").filter(
            article__slug=Given("slug")
        ),
        references=lambda: Reference.objects.filter(article__slug=Given("slug")),
        corrections=lambda: Correction.objects.filter(article__slug=Given("slug")),
    )
    names = ("contributions", "references", "corrections")

    with django_assert_num_queries(1):
        row = with_rows.first(slug=article.slug)
        found = {name: [loaded(one) for one in getattr(row, name).all()] for name in names}

    rows = {
        "contributions": Contribution.objects.select_related("author__portrait").filter(article=article),
        "references": Reference.objects.filter(article=article),
        "corrections": Correction.objects.filter(article=article),
    }  # fmt: skip
    assert found == {name: [loaded(one) for one in some] for name, some in rows.items()}
    assert [len(some) for some in found.values()] == [2, 2, 1]
    assert [list(getattr(with_rows.first(slug=bare.slug), name).all()) for name in names] == [
        [],
        [],
        [],
    ]
    assert with_rows.first(slug="none") is None


@pytest.mark.django_db
def test_related_rows_that_json_cannot_hold_are_refused():
    expensive = ExpressionWrapper(
        Value(Decimal("1.50")), output_field=DecimalField(max_digits=5, decimal_places=2)
    )
    rows = Compiled(
        lambda: Article.objects.filter(pk=Given("pk")),
        references=lambda: Reference.objects.annotate(price=expensive).filter(article=Given("pk")),
    )

    with pytest.raises(ValueError, match="looks otherwise in JSON"):
        rows.rows(pk=1)


def plans_kept():
    """The statements that PostgreSQL has planned for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor]


@pytest.mark.django_db(transaction=True)
def test_plan_is_kept_but_not_within_a_transaction():
    article = factories.published_article(topic=factories.topic())
    titles = Compiled(
        lambda: Article.objects.filter(topic=Given("topic")).values_list("title", flat=True)
    )
    connection.close()

    with transaction.atomic():
        for _time in range(5):
            titles.rows(topic=article.topic_id)
        assert plans_kept() == []
    for _time in range(5):
        assert titles.rows(topic=article.topic_id) == [article.title]

    assert plans_kept() == [titles._planned.sql]


@pytest.mark.django_db(transaction=True)
def test_pooler_is_asked_to_keep_no_plans():
    article = factories.published_article(topic=factories.topic())
    connection.close()
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        for _time in range(5):
            OF_TOPIC.rows(topic=article.topic_id)
        assert plans_kept() == []
    finally:
        connection.close()
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False


@pytest.mark.django_db(transaction=True)
def test_column_may_get_another_type_meanwhile():
    """As by a migration, while the code before it still runs."""
    article = factories.published_article()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE standing AS SELECT 1 AS id, 'Sleep well.'::varchar(20) AS words"
        )
    standing = Compiled(
        lambda: Article.objects.filter(pk=Given("pk")).annotate(
            words=RawSQL("SELECT words FROM standing", [])
        ).values_list("words", flat=True)
    )  # fmt: skip
    try:
        for _time in range(5):
            standing.rows(pk=article.pk)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("ALTER TABLE standing ALTER words TYPE text")
        other.close()

        assert standing.rows(pk=article.pk) == ["Sleep well."]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE standing")


@pytest.mark.django_db
def test_statement_is_logged_with_its_values():
    article = factories.published_article(topic=factories.topic())
    with CaptureQueriesContext(connection) as asked:
        OF_TOPIC.rows(topic=article.topic_id)

    [query] = asked.captured_queries
    assert f'"topic_id" = ({article.topic_id})' in query["sql"]
    assert "$" not in query["sql"]


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
