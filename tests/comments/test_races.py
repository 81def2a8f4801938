"""Many at once, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from comments.forms import PER_NETWORK
from comments.models import AlreadyDecided, Comment
from tests import factories
from tests.comments.sending import filled_in

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(*calls):
    """What each call returned, all of them started together."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_twenty_identical_submits_are_one_comment():
    article = factories.published_article(title="Sleep well")
    data = filled_in(article)

    responses = at_once(
        *[lambda: Client().post("/articles/sleep-well/comments/", data) for _ in range(20)]
    )

    assert {response.status_code for response in responses} == {303}
    assert len({response.url.split(":")[0] for response in responses}) == 1
    assert Comment.objects.count() == 1


def test_of_approve_against_reject_one_wins_and_one_is_told():
    comment = factories.comment(factories.published_article())
    copies = [Comment.objects.get(pk=comment.pk) for _ in range(2)]

    def decide(copy, verb):
        try:
            getattr(copy, verb)(by=None)
        except AlreadyDecided:
            return "told"
        return "won"

    outcome = at_once(lambda: decide(copies[0], "approve"), lambda: decide(copies[1], "reject"))

    assert sorted(outcome) == ["told", "won"]
    assert comment.decisions.count() == 1


def test_limit_holds_against_a_flood_at_once():
    article = factories.published_article(title="Sleep well")
    forms = [
        filled_in(article, email=f"r{n}@example.org", body=f"Words {n}")
        for n in range(PER_NETWORK.times + 5)
    ]

    responses = at_once(
        *[lambda data=data: Client().post("/articles/sleep-well/comments/", data) for data in forms]
    )

    statuses = [response.status_code for response in responses]
    assert (statuses.count(303), statuses.count(429)) == (PER_NETWORK.times, 5)
    assert Comment.objects.count() == PER_NETWORK.times
