"""Deciding all that a listing holds: confirmed, in steps, and leaving alone what others changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/queue/"
ALL = f"{QUEUE}all/"


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


@pytest.fixture
def flood(article):
    return [factories.comment(article, body=f"Buy oats {n}") for n in range(7)]


def asked(client, query):
    """What the page that asks tells the one that acts."""
    context = client.get(f"{ALL}?{query}").context
    return {"until": context["until"], "total": context["number"]}


def states():
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


def test_all_that_match_are_decided_after_a_page_that_tells_how_many(
    desk, moderator, article, flood
):
    other = factories.comment(article, body="Milk")

    page = desk.get(f"{ALL}?tab=pending&q=oats").text
    answer = desk.post(
        f"{ALL}?tab=pending&q=oats", {"verb": "spam", **asked(desk, "tab=pending&q=oats")}
    )

    assert "<strong>7</strong> comments in “Pending”" in page
    assert states() == ["spam"] * 7 + ["pending"]
    assert flood[0].decisions.get().by == moderator
    assert "7 comments marked as spam." in answer.text
    assert other.decisions.count() == 0


def test_what_others_changed_since_is_left_and_told(desk, editor, article, flood):
    question = asked(desk, "tab=pending")
    flood[0].approve(by=editor)
    flood[1].edit("Now without oats", by=None, held_for=[])
    flood[2].reject(by=editor)
    flood[2].undo(by=editor)
    late = factories.comment(article)

    answer = desk.post(f"{ALL}?tab=pending", {"verb": "reject", "reason": "Oats.", **question})

    told = answer.text
    assert states() == ["approved", "pending", "pending", *["rejected"] * 4, "pending"]
    assert "4 comments rejected." in told
    assert "3 comments were not changed." in told
    assert flood[3].decisions.get().reason == "Oats."
    assert late.decisions.count() == 0


def test_long_run_goes_on_in_steps(desk, flood, monkeypatch):
    monkeypatch.setattr("comments.moderating.queue.runs.SECONDS", 0)
    monkeypatch.setattr("comments.moderating.queue.runs.AT_ONCE", 3)
    data = {"verb": "approve", **asked(desk, "tab=pending")}
    steps = []

    while True:
        context = desk.post(f"{ALL}?tab=pending", data).context
        steps.append(context["done"])
        if context["following"] is None:
            break
        progress = context["progress"]
        data |= {
            "done": context["done"],
            "after": str(context["following"]),
            "began": progress.began,
        }

    assert steps == [3, 6, 7]
    assert states() == ["approved"] * 7


def test_run_can_be_undone_as_a_whole(desk, editor, article, flood):
    earlier = factories.comment(article)
    earlier.approve(by=None)
    end = desk.post(f"{ALL}?tab=pending", {"verb": "spam", **asked(desk, "tab=pending")})
    flood[0].refresh_from_db()
    flood[0].approve(by=editor)

    undo, now = end.context["undo"], end.context["now"]
    answer = desk.post(f"{ALL}?{undo}", {"verb": "undo", "until": now, "total": 7})

    assert states() == ["approved", *["pending"] * 6, "approved"]
    assert "6 decisions undone." in answer.text


def test_nothing_older_is_undone_with_a_run(desk, moderator, article, flood):
    earlier = factories.comment(article)
    earlier.reject(by=moderator)
    Comment.objects.filter(pk=earlier.pk).update(decided_at=timezone.now() - timedelta(hours=1))
    end = desk.post(f"{ALL}?tab=pending", {"verb": "spam", **asked(desk, "tab=pending")})

    desk.post(
        f"{ALL}?{end.context['undo']}", {"verb": "undo", "until": end.context["now"], "total": 7}
    )

    assert states() == ["pending"] * 7 + ["rejected"]


@pytest.mark.parametrize(
    "data",
    [{}, {"until": "x", "total": "1"}, {"until": "nan", "total": "1"}, {"until": "1e300", "total": "1"},
     {"until": "1", "total": "-1"}, {"until": "1", "total": "1", "began": "inf"}],
)  # fmt: skip
def test_run_without_its_beginning_is_refused(desk, flood, data):
    assert desk.post(ALL, {"verb": "spam", **data}).status_code == 400
    assert states() == ["pending"] * 7


def test_listing_of_nothing_offers_no_decision(desk):
    assert 'name="verb"' not in desk.get(f"{ALL}?tab=spam").text
