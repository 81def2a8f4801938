"""The feed of changes, heard from a real PostgreSQL."""

import os
import threading
from math import inf

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Topic
from config.page_deadlines import next_deadline
from config.web.cache.change_feed import ChangeFeed, listen_to_database
from config.web.cache.change_triggers import MOST_TAGS
from config.web.cache.deadlines import Deadlines
from tests import factories
from tests.waiting import hear_all, somebody_waits, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def feed():
    feed = ChangeFeed()
    feed.catch_up()
    yield feed
    feed.close()


@pytest.fixture
def heard(feed):
    """`heard("article-1")`: whether that was told since the last question."""
    asked_at = [feed.count]

    def was_told(*tags):
        asked, asked_at[0] = asked_at[0], hear_all(feed)
        return not feed.is_fresh(asked, tags)

    was_told("all that came before")
    return was_told


def test_change_is_heard_once_it_is_committed(heard):
    article = factories.published_article()
    heard()

    with transaction.atomic():
        Article.objects.filter(pk=article.pk).update(title="Changed")
        told_before_commit = heard(f"article-{article.pk}")

    assert not told_before_commit
    assert heard(f"article-{article.pk}")


def test_change_taken_back_is_not_heard(heard):
    article = factories.published_article()
    heard()

    with transaction.atomic():
        Article.objects.filter(pk=article.pk).update(title="Changed")
        transaction.set_rollback(True)

    assert not heard(f"article-{article.pk}", f"card-{article.pk}")


def test_draft_is_nobodys_news(heard):
    draft = factories.draft()
    draft.save()

    assert not heard(f"article-{draft.pk}", f"card-{draft.pk}", "articles", "deadlines")


def test_text_of_an_article_concerns_no_list(heard):
    article = factories.published_article()
    heard()

    Article.objects.filter(pk=article.pk).update(body_html="<p>Other words.</p>")

    assert not heard("articles", f"card-{article.pk}", f"title-{article.pk}", "menu")


def test_row_that_moves_tells_both_its_owners(heard):
    one, other = factories.published_article(), factories.published_article()
    reference = one.references.create(number=1, text="A source.")
    heard()

    reference.article = other
    reference.save()

    assert heard(f"article-{one.pk}")
    reference.article = one
    reference.save()
    assert heard(f"article-{other.pk}")


def test_save_that_changes_nothing_tells_nothing(heard):
    topic = factories.topic()
    heard()

    Topic.objects.filter(pk=topic.pk).update(name=topic.name)
    assert not heard(f"topic-{topic.pk}")

    Topic.objects.filter(pk=topic.pk).update(name="Another")
    assert heard(f"topic-{topic.pk}")


def test_many_rows_of_one_page_are_one_change(heard):
    one, other = factories.published_article(), factories.published_article()
    heard()

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_reference (article_id, number, text, url)"
            " SELECT %s, n, 'x', '' FROM generate_series(1, 500) n", [one.pk],
        )  # fmt: skip

    assert not heard(f"article-{other.pk}")


def test_change_of_many_pages_tells_everything_at_once(heard):
    Article.objects.bulk_create(
        Article(title=f"{n}", slug=f"bulk-{n}", status="published", published_at=timezone.now())
        for n in range(MOST_TAGS + 1)
    )

    assert heard("anything")


def test_topics_come_to_the_menu_in_one_statement(heard):
    topic = factories.topic()
    drafts = [factories.draft(topic=topic) for _number in range(2)]
    heard()
    numbers = [draft.pk for draft in drafts]

    now = timezone.now()
    Article.objects.filter(pk__in=numbers).update(status="published", published_at=now)
    assert heard("menu")

    Article.objects.filter(pk__in=numbers).update(status="withdrawn", withdrawn_at=timezone.now())
    assert heard("menu")


def test_menu_and_neighbours_see_what_another_transaction_did(heard):
    """Two editors withdraw the last two articles of a topic at once; neither sees that the other's goes, too."""
    topic = factories.topic()
    older, newer = (factories.published_article(topic=topic, days_ago=days) for days in (9, 8))
    factories.published_article(days_ago=10)
    heard()

    def withdraw():
        try:
            Article.objects.get(pk=older.pk).withdraw(by=None)
        finally:
            connection.close()

    with transaction.atomic():
        newer.withdraw(by=None)
        other = threading.Thread(target=withdraw)
        other.start()
        wait_until(somebody_waits)
    other.join()

    assert heard("menu")


def test_truncate_tells_everything(heard):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE articles_reference")

    assert heard("anything")


def test_cascade_is_heard(heard):
    author = factories.author()
    article = factories.published_article(by=author)
    author.links.create(label="Home", url="https://example.org")
    heard()

    article.delete()

    assert heard(f"author-{author.pk}-page")  # by way of the contribution


class Gate:
    """Listens to the database, but only while it is open: `tries` counts who came."""

    def __init__(self):
        self.tries, self.is_open = 0, threading.Event()

    def __call__(self):
        self.tries += 1
        assert self.is_open.wait(300)
        return listen_to_database()


def test_lost_connection_voids_everything_and_comes_back():
    gate = Gate()
    gate.is_open.set()
    feed = ChangeFeed(gate)
    made_at = feed.catch_up()
    gate.is_open.clear()  # the next connection
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'colophon change feed'"
            " AND datname = current_database()"
        )
    wait_until(lambda: feed.catch_up() >= 0 and not feed.listening)
    assert feed.is_fresh(made_at, ())  # goes on being served while the database is away

    gate.is_open.set()
    wait_until(lambda: feed.listening)

    assert not feed.is_fresh(made_at, ())
    assert feed.is_fresh(feed.catch_up(), ())
    assert gate.tries == 2
    feed.close()


def test_feed_that_never_connected_keeps_trying():
    gate = Gate()

    def listen():
        if gate.tries < 2:
            gate.tries += 1
            raise psycopg.OperationalError("away")
        return gate()

    late = ChangeFeed(listen)
    late.catch_up()
    assert not late.listening
    assert not late.is_fresh(late.count, ())

    gate.is_open.set()
    wait_until(lambda: late.listening)
    assert gate.tries == 3
    late.close()


def test_child_of_a_fork_has_a_feed_of_its_own(feed):
    feed.catch_up()
    child = os.fork()
    if child == 0:
        os._exit(0 if feed.count == 0 and not feed.listening else 1)

    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    feed.catch_up()
    assert feed.listening


def test_threads_share_one_connection():
    gate = Gate()
    gate.is_open.set()
    feed = ChangeFeed(gate)
    threads = [
        threading.Thread(target=lambda: [feed.catch_up() for _time in range(500)])
        for _number in range(8)
    ]

    for thread in threads:
        thread.start()
    for _number in range(20):
        factories.topic()
    for thread in threads:
        thread.join()

    assert gate.tries == 1
    feed.close()


def test_thread_that_looks_while_a_connection_is_lost_is_not_hurt(feed):
    looked, ended = [], threading.Event()

    def look():
        while not ended.is_set():
            feed.catch_up()
        looked.append("to the end")

    threads = [threading.Thread(target=look) for _number in range(3)]
    for thread in threads:
        thread.start()
    for _time in range(200):
        wait_until(lambda: listeners() < 20)  # PostgreSQL ends the lost ones in its own time
        lost = listen_to_database()
        with feed._lock:
            feed._hang_up()
            feed._attach(lost)
    ended.set()
    for thread in threads:
        thread.join()

    assert looked == ["to the end"] * 3


def listeners():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'colophon change feed'"
            " AND datname = current_database()"
        )
        return cursor.fetchone()[0]


def test_closed_feed_holds_no_file_and_hears_nothing():
    feed = ChangeFeed()
    before = feed.catch_up()

    feed.close()
    factories.topic()

    assert feed._arrivals.closed
    assert feed.catch_up() == before


def test_page_is_not_taken_for_fresh_while_everything_is_voided(feed):
    """Another thread does it just when the tags are looked at."""

    class Voided(dict):
        def get(self, tag, default=None):
            feed._void_everything()
            return super().get(tag, default)

    feed.change("article-1")
    made_at = feed.count
    feed.change("article-1")
    feed._last = Voided(feed._last)

    assert not feed.is_fresh(made_at, ["article-1"])


def test_next_deadline_is_learned_over_a_connection_that_has_died(feed):
    connection.ensure_connection()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        # Waits until it is gone.
        pid = connection.connection.info.backend_pid
        assert other.execute("SELECT pg_terminate_backend(%s, 300000)", [pid]).fetchone() == (True,)

    deadlines = Deadlines(next_deadline)
    deadlines.observe(feed, feed.catch_up())

    assert deadlines._next == (inf, [])
