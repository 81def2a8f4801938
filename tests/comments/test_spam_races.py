"""The layers when many write and decide at once, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from comments.models import Comment, DiscussionSettings, LearnedWord, Restriction, Writer
from comments.querysets import Sender
from comments.spam.learned import relearn
from comments.writing.receiving import PER_SITE, receive
from config.web.requests.throttle import count_all
from tests import factories
from tests.comments.sending import filled_in
from tests.comments.test_races import at_once
from tests.waiting import wait_until

OWNER = Sender(owned_address="ann@example.org")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
WORDS = "I had the same trouble for years, and a spoon of magnesium did nothing for my sleep."


def test_twenty_identical_posts_that_a_list_rejects_are_rejected_once():
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"reject_words": "magnesium"})
    data = filled_in(factories.published_article(title="Sleep well"), body=WORDS)

    answers = at_once(
        *[lambda: Client().post("/articles/sleep-well/comments/", data) for _ in range(20)]
    )

    assert {answer.status_code for answer in answers} == {303}
    assert Comment.objects.filter(status="repeated").count() == 19
    comment = Comment.objects.exclude(status="repeated").get()
    assert comment.status == "rejected"
    assert comment.decisions.count() == 1


def test_trusted_writers_posts_and_a_moderators_approvals_do_not_block_each_other():
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"trust_after": 1})
    article = factories.published_article()
    waiting = [factories.comment(article, email="ann@example.org") for _n in range(10)]
    Writer.objects.update(approved=1, verified_at=timezone.now())

    def post(number):
        comment = Comment(article=article, name="A", email="ann@example.org", body=f"No. {number}")
        receive(comment, by=OWNER)

    at_once(
        *[lambda number=number: post(number) for number in range(10)],
        *[lambda comment=comment: comment.approve(by=None) for comment in waiting],
    )

    assert Comment.objects.approved().count() == 20
    assert Writer.objects.get().approved == 21


def waiting_for_locks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@pytest.mark.day("2026-11-29T12:05")
def test_posts_of_a_trusted_writer_and_of_a_moderator_do_not_wait_for_each_other():
    DiscussionSettings.objects.update_or_create(pk=1, defaults={"trust_after": 1})
    article, moderator = factories.published_article(), factories.user("mo", group="Moderator")
    factories.approved_comment(article, email="ann@example.org")
    Writer.objects.update(verified_at=timezone.now())
    count_all((PER_SITE, ""))

    def post(name, by):
        try:
            email = f"{name}@example.org"
            receive(Comment(article=article, name=name, email=email, body="So it is."), by=by)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            count_all((PER_SITE, ""))  # until both wait, the moderator first
            posts = [pool.submit(post, "mo", Sender(user=moderator))]
            wait_until(lambda: waiting_for_locks() == 1)
            posts.append(pool.submit(post, "ann", OWNER))
            wait_until(lambda: waiting_for_locks() == 2)
        for done in posts:
            done.result()

    assert Comment.objects.approved().count() == 3


def test_restriction_imposed_by_two_at_once_is_one():
    def impose():
        Restriction.objects.impose("writer", "ann@example.org", effect="hold", by=None)

    at_once(*[impose for _n in range(8)])

    assert Restriction.objects.count() == 1


def test_machines_that_learn_at_once_do_not_fail():
    moderator = factories.user("mo", group="Moderator")
    article = factories.published_article()
    for _n in range(2):
        factories.comment(article, body="uncommon words").mark_as_spam(by=moderator)

    at_once(*[relearn for _n in range(6)])

    assert LearnedWord.objects.get(word="uncommon").spam == 2
