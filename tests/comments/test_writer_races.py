"""Writers and moderators at the same moment, each with a connection of its own."""

import pytest
from django.test import Client

from comments.models import AlreadyDecided, Comment, Notice, Report
from tests import factories
from tests.comments.mailed import asking, manage
from tests.comments.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def decide(comment, verb):
    copy = Comment.objects.get(pk=comment.pk)

    def call():
        try:
            getattr(copy, verb)(by=None)
        except AlreadyDecided:
            return "told"
        return "won"

    return call


def test_twenty_withdrawals_at_once_are_one():
    comment = factories.approved_comment(factories.published_article())
    url = manage(comment, "withdraw/")

    answers = at_once(*[lambda: Client().post(url).status_code for _ in range(20)])

    comment.refresh_from_db()
    assert set(answers) == {303}
    assert comment.status == "withdrawn"
    assert comment.decisions.filter(became="withdrawn").count() == 1


@pytest.mark.parametrize("verb", ["approve", "reject", "mark_as_spam"])
def test_withdrawal_holds_against_a_decision_at_the_same_moment(verb):
    comment = asking(factories.published_article())
    url = manage(comment, "withdraw/")

    status, _outcome = at_once(lambda: Client().post(url).status_code, decide(comment, verb))

    comment.refresh_from_db()
    assert status == 303
    assert (comment.status, comment.body) == ("withdrawn", "")
    assert not Notice.objects.exists()


def test_of_edit_against_approve_one_is_told():
    comment = factories.comment(factories.published_article())
    data = {"body": "Other words.", "version": comment.version}
    url = manage(comment, "edit/")

    status, outcome = at_once(
        lambda: Client().post(url, data).status_code, decide(comment, "approve")
    )

    comment.refresh_from_db()
    # Never approved with words that the moderator did not see.
    assert (status, outcome, comment.status) in {
        (303, "told", "pending"),
        (409, "won", "approved"),
    }


def test_twenty_edits_at_once_are_one():
    comment = factories.comment(factories.published_article())
    url = manage(comment, "edit/")

    answers = at_once(
        *[
            lambda n=n: Client().post(url, {"body": f"Words {n}.", "version": 1}).status_code
            for n in range(20)
        ]
    )

    assert sorted(answers) == [303] + [409] * 19
    assert comment.edits.count() == 1


def test_twenty_reports_of_one_network_at_once_are_one():
    comment = factories.approved_comment(factories.published_article())

    at_once(
        *[
            lambda: Report.objects.keep_once(
                comment=comment, reason="abuse", network="192.0.2.0/24"
            )
            for _ in range(20)
        ]
    )

    assert Report.objects.count() == 1
