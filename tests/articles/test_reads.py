"""Reads of articles: added up by day from all processes, shown at the desk and never to readers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from articles.models import ReadCount
from articles.models.read_count import KEPT_FOR, add_reads
from articles.tasks import forget_reads
from tests import factories
from tests.markup import one_line


def read(article, number, days_ago=0):
    add_reads({(f"article-{article.pk}", timezone.localdate() - timedelta(days=days_ago)): number})


def numbers():
    return dict(ReadCount.objects.values_list("article", "number"))


def test_article_page_names_what_it_counts_as(client, db):
    article = factories.published_article()

    page = client.get(article.get_absolute_url())

    assert page.headers["Counted-As"] == f"article-{article.pk}"


def test_preview_counts_as_nothing(client_of, editor):
    article = factories.draft()

    page = client_of(editor).get(f"/articles/{article.slug}/preview/")

    assert "Counted-As" not in page.headers


def test_batches_add_up(db):
    article = factories.published_article()

    read(article, 2)
    read(article, 3)

    assert numbers() == {article.pk: 5}


def test_reads_of_a_deleted_article_are_dropped(db):
    gone, stays = factories.draft(), factories.draft()
    read(gone, 4)
    number = gone.pk
    gone.delete()

    today = timezone.localdate()
    add_reads({(f"article-{number}", today): 1, (f"article-{stays.pk}", today): 1})

    assert numbers() == {stays.pk: 1}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_lose_nothing():
    articles = [factories.published_article() for _ in range(5)]
    today = timezone.localdate()
    batch = {(f"article-{article.pk}", today): 1 for article in articles}

    def write(turn):
        try:
            add_reads(dict(reversed(batch.items())) if turn % 2 else batch)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(20)))

    assert numbers() == dict.fromkeys((article.pk for article in articles), 20)


def test_old_days_are_forgotten(db):
    article = factories.published_article()
    read(article, 1, days_ago=KEPT_FOR.days + 1)
    read(article, 2, days_ago=KEPT_FOR.days)

    forget_reads.call()

    assert numbers() == {article.pk: 2}


def test_desk_shows_the_most_read(client_of, editor):
    old, new = factories.published_article(title="Old"), factories.published_article(title="New")
    read(old, 1_200, days_ago=20)
    read(new, 7)

    page = one_line(client_of(editor).get("/admin/").text)

    week, month = page.split("The last 28 days")
    week = week.split("The last 7 days")[1]
    assert "New" in week
    assert "Old" not in week
    assert month.index("Old") < month.index("New")
    assert "1,200" in month


@pytest.mark.parametrize("group", ["Author", "Moderator"])
def test_most_read_is_for_those_who_publish(client_of, db, group):
    read(factories.published_article(title="New"), 7)

    assert "Most read" not in client_of(factories.user("mona", group=group)).get("/admin/").text


def test_list_and_form_show_reads_of_28_days(client_of, editor):
    article = factories.published_article()
    read(article, 1_500, days_ago=27)
    read(article, 9_000, days_ago=28)
    desk = client_of(editor)

    assert "1,500" in desk.get("/admin/articles/article/").text
    assert "1,500" in desk.get(f"/admin/articles/article/{article.pk}/change/").text


def test_readers_see_no_number(client, db):
    article = factories.published_article()
    read(article, 98_765)

    page = client.get(article.get_absolute_url()).text

    assert "98,765" not in page
    assert "98765" not in page
