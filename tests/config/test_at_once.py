"""Several statements in one round trip do what they do one by one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from articles.models import Article
from comments.models import Comment
from config.web.database.at_once import (
    Question,
    Statement,
    change,
    insertion,
    insertion_if_new,
    run_at_once,
)
from config.web.database.compiled import Given
from newsletter.models import Subscriber
from tests import factories
from tests.waiting import somebody_waits, wait_until

LOCK = 4_104_999


def in_thread(work):
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.django_db
def test_each_statement_gives_what_it_reads(django_assert_num_queries):
    article = factories.published_article(title="One; two")
    by_title = Question(lambda: Article.objects.filter(title=Given("title")).values_list("pk"))

    with django_assert_num_queries(1):
        answers = run_at_once(
            Statement("SELECT %s || ';%%'", ["a;%s"], list),
            Statement("UPDATE articles_article SET slug = %s WHERE id = %s", ["new", article.pk]),
            by_title.asked(title="One; two", read=len),
            by_title.asked(title="None"),
        )

    assert answers == [[("a;%s;%",)], None, 1, []]
    assert run_at_once() == []


@pytest.mark.django_db
def test_sql_stands_around_a_question():
    article = factories.published_article()
    asked = Question(
        lambda: Article.objects.filter(slug=Given("slug")).values_list("title"),
        "WITH found (title) AS ({asked}) SELECT title || %s FROM found",
    )

    assert run_at_once(asked.asked("!", slug=article.slug)) == [[(f"{article.title}!",)]]


@pytest.mark.django_db(transaction=True)
def test_if_one_fails_none_has_happened():
    article = factories.published_article(title="Before")
    change = Statement("UPDATE articles_article SET title = 'After' WHERE id = %s", [article.pk])

    with pytest.raises(DatabaseError):
        run_at_once(change, Statement("SELECT 1 / %s", [0]))

    assert Article.objects.get().title == "Before"


@pytest.mark.django_db(transaction=True)
def test_later_statement_sees_what_was_committed_while_the_first_one_waited():
    article = factories.published_article(title="Before")
    title = Statement("SELECT title FROM articles_article WHERE id = %s", [article.pk], list)
    lock = Statement("SELECT pg_advisory_xact_lock(%s)", [LOCK])

    with ThreadPoolExecutor(1) as others, transaction.atomic():
        run_at_once(lock)
        waiting = others.submit(in_thread, lambda: run_at_once(lock, title))
        wait_until(somebody_waits)
        Article.objects.update(title="After")

    assert waiting.result()[1] == [("After",)]


@pytest.mark.django_db
def test_row_is_inserted_as_saving_it_does():
    article = factories.published_article()
    fields = {
        "article": article, "name": "Ann", "email": "Ann@example.org", "body": "Naïve “words” \\ %s",
        "held_for": [{"code": "links", "detail": "3"}], "status": "held", "network": "192.0.2.0/24",
        "created_at": timezone.now(),
    }  # fmt: skip
    saved, inserted = Comment(**fields), Comment(pk=10**9, **fields)
    saved.save()
    inserted.derive()
    inserted.take_place()
    run_at_once(insertion(inserted))

    one, other = Comment.objects.order_by("pk").values()
    assert one | {"id": 10**9, "path": [10**9]} == other
    assert not inserted._state.adding


@pytest.mark.django_db
def test_row_like_one_that_is_there_is_not_inserted():
    there = factories.subscriber("confirmed", email="ann@example.org")
    rows = [
        Subscriber(email=email, requested_at=timezone.now(), consent_page="/new/")
        for email in ("Ann@example.org", "bea@example.org")
    ]

    run_at_once(*map(insertion_if_new, rows))

    pages = dict(Subscriber.objects.values_list("email", "consent_page"))
    assert pages == {"ann@example.org": there.consent_page, "bea@example.org": "/new/"}
    assert there.consent_page != "/new/"


@pytest.mark.django_db
def test_only_the_named_fields_of_a_row_are_changed():
    there = factories.subscriber("pending", email="ann@example.org")
    other = factories.subscriber("pending", email="bea@example.org", replaces=there)
    other.email, other.topics_asked, other.replaces = "cia@example.org", [3, 5], None

    run_at_once(change(other, ("topics_asked", "replaces")))

    changed = Subscriber.objects.get(email="bea@example.org")
    assert (changed.topics_asked, changed.replaces) == ([3, 5], None)
    assert Subscriber.objects.get(pk=there.pk).topics_asked == []


@pytest.mark.django_db(transaction=True)
def test_last_statements_end_the_transaction_in_the_same_round_trip():
    article = factories.published_article()
    done = []
    change_title = Statement(
        "UPDATE articles_article SET title = %s WHERE id = %s", ["New", article.pk]
    )
    title = lambda: Article.objects.get(pk=article.pk).title  # noqa: E731

    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        transaction.on_commit(lambda: done.append(title()))
        run_at_once(change_title, commit=True)
        assert elsewhere.submit(in_thread, title).result() == "New"
        assert done == []

    assert done == ["New"]
    assert connection.get_autocommit()


@pytest.mark.django_db(transaction=True)
def test_within_another_transaction_that_one_goes_on():
    article = factories.published_article(title="Old")
    change_title = Statement(
        "UPDATE articles_article SET title = %s WHERE id = %s", ["New", article.pk]
    )

    with transaction.atomic():
        with transaction.atomic():
            run_at_once(change_title, commit=True)
        transaction.set_rollback(True)

    assert Article.objects.get(pk=article.pk).title == "Old"


@pytest.mark.django_db(transaction=True)
def test_statements_that_fail_commit_nothing():
    article = factories.published_article(title="Old")
    change_title = Statement(
        "UPDATE articles_article SET title = %s WHERE id = %s", ["New", article.pk]
    )

    with pytest.raises(DatabaseError), transaction.atomic():
        run_at_once(change_title, Statement("SELECT 1 / 0", []), commit=True)

    assert Article.objects.get(pk=article.pk).title == "Old"
