"""Many at once, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.models import AlreadyDecided, Comment, Decision, Thread, Writer
from comments.writing.receiving import PER_NETWORK
from tests import factories
from tests.comments.sending import filled_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def at_once(*calls):
    """What each call returned, all of them started together."""
    barrier = Barrier(len(calls), timeout=60)

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
    assert len({response.url for response in responses}) == 20
    assert Comment.objects.awaiting_moderation().count() == 1
    assert Comment.objects.filter(status="repeated").count() == 19


def test_twenty_submits_of_one_browser_are_one_comment():
    article = factories.published_article(title="Sleep well")
    data = filled_in(article, attempt="0d7f6a52-93c1-4a8e-9f0e-3f4c5b6a7d81")

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


def signed_in(name):
    person, client = factories.user(name, group="Moderator"), Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def decide(client, verb, *comments):
    items = [f"{comment.pk}-{comment.version}" for comment in comments]
    answer = client.post(
        "/admin/comments/queue/decide/", {"verb": verb, "item": items}, headers={"Accept": "application/json"}
    )  # fmt: skip
    return answer.json()


def counted(comment):
    """What the database counts: of the thread, of the writer, and below the comment that is answered."""
    return (
        Thread.objects.get(article=comment.article).shown,
        Writer.objects.get(email=comment.email).approved,
        Comment.objects.get(pk=comment.parent_id).shown_replies,
    )


@pytest.fixture
def reply():
    above = factories.comment(factories.published_article())
    return factories.comment(above.article, parent=above)


def test_of_twenty_approvals_at_once_one_is_logged_and_counted(reply):
    desks = [signed_in(f"mo{number}") for number in range(20)]

    answers = at_once(*[lambda desk=desk: decide(desk, "approve", reply) for desk in desks])

    assert sorted(len(answer["done"]) for answer in answers) == [0] * 19 + [1]
    assert all("Approved by" in answer["rows"][str(reply.pk)] for answer in answers)
    assert reply.decisions.count() == 1
    assert counted(reply) == (1, 1, 1)


def test_of_approve_against_reject_in_the_queue_one_wins(reply):
    ann, bea = signed_in("ann"), signed_in("bea")

    answers = at_once(lambda: decide(ann, "approve", reply), lambda: decide(bea, "reject", reply))

    assert sorted(len(answer["done"]) for answer in answers) == [0, 1]
    approved = int(Comment.objects.get(pk=reply.pk).is_approved)
    assert reply.decisions.count() == 1
    assert counted(reply) == (approved, approved, approved)


def test_many_against_one_decide_each_comment_once(reply):
    others = [factories.comment(reply.article, parent=reply.parent) for _ in range(15)]
    comments = [*others[:8], reply, *others[8:]]
    ann, bea = signed_in("ann"), signed_in("bea")

    # In opposite orders, in which two who wait for each other would be found.
    at_once(
        lambda: decide(ann, "approve", *comments),
        lambda: [decide(bea, "spam", comment) for comment in reversed(comments)],
    )

    rows = Comment.objects.filter(parent=reply.parent)
    approved = rows.approved().count()
    assert not rows.awaiting_moderation().exists()
    assert Decision.objects.count() == len(comments)
    assert Thread.objects.get().shown == approved
    assert Comment.objects.get(pk=reply.parent_id).shown_replies == approved


def test_two_runs_over_everything_decide_each_comment_once(reply):
    for _ in range(30):
        factories.comment(reply.article)
    data = {"until": timezone.now().timestamp(), "total": 32}
    ann, bea = signed_in("ann"), signed_in("bea")

    at_once(
        lambda: ann.post("/admin/comments/queue/all/", {"verb": "approve", **data}),
        lambda: bea.post("/admin/comments/queue/all/", {"verb": "reject", **data}),
    )

    assert not Comment.objects.awaiting_moderation().exists()
    assert Decision.objects.count() == 32
    assert Thread.objects.get().shown == Comment.objects.approved().count()


def test_withdrawal_against_approval_leaves_nothing_public(reply):
    desk = signed_in("ann")
    own = Comment.objects.get(pk=reply.pk)

    def withdraw():
        try:
            own.withdraw()
        except AlreadyDecided:
            Comment.objects.get(pk=reply.pk).withdraw()

    at_once(lambda: decide(desk, "approve", reply), withdraw)

    assert Comment.objects.get(pk=reply.pk).status == "withdrawn"
    assert counted(reply) == (0, 0, 0)
