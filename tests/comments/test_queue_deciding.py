"""Moderators decide in the queue, alone and at the same time as others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment
from comments.moderating.queue import verbs
from tests import factories

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/queue/"
JSON = {"Accept": "application/json"}


@pytest.fixture
def article():
    return factories.published_article(title="Sleep well")


@pytest.fixture
def desk(moderator, client_of):
    return client_of(moderator)


def item(comment):
    return f"{comment.pk}-{comment.version}"


def decide(client, verb, *comments, **data):
    data = {"verb": verb, "item": [item(comment) for comment in comments], **data}
    return client.post(f"{QUEUE}decide/", data, follow=True)


def decide_by_script(client, verb, *comments, **data):
    data = {"verb": verb, "item": [item(comment) for comment in comments], **data}
    return client.post(f"{QUEUE}decide/", data, headers=JSON).json()


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def state(comment):
    return Comment.objects.get(pk=comment.pk).status


# Without a script


@pytest.mark.parametrize(
    ("verb", "status", "told"),
    [
        ("approve", "approved", "2 comments approved."),
        ("reject", "rejected", "2 comments rejected."),
        ("spam", "spam", "2 comments marked as spam."),
    ],
)
def test_decision_is_made_for_what_is_chosen_and_logged(
    desk, moderator, article, verb, status, told
):
    chosen, other = [factories.comment(article) for _ in range(2)], factories.comment(article)

    response = decide(desk, verb, *chosen, back="tab=pending&article=1")

    assert messages_of(response) == [told]
    assert {state(comment) for comment in chosen} == {status}
    assert state(other) == "pending"
    assert chosen[0].decisions.get().by == moderator
    assert response.redirect_chain[0][0].startswith(f"{QUEUE}?tab=pending&article=1")


def test_public_comment_that_is_rejected_is_removed_with_the_reason(desk, client, article):
    comment = factories.approved_comment(article, body="Words for all")

    decide(desk, "reject", comment, reason="Off topic.")

    decision = comment.decisions.first()
    assert (state(comment), decision.reason) == ("removed", "Off topic.")
    assert "Words for all" not in client.get("/articles/sleep-well/").text


def test_own_words_count_before_a_chosen_reason(desk, article):
    comment = factories.comment(article)

    decide(
        desk,
        "reject",
        comment,
        reason="Off topic.",
        own_reason=" Please \x00 add\na source. " + "x" * 400,
    )

    reason = Comment.objects.get().reason
    assert reason.startswith("Please add a source. x")
    assert len(reason) == 300


def test_page_after_a_decision_offers_to_undo_it(desk, article):
    chosen = [factories.comment(article), factories.comment(article)]
    page = decide(desk, "spam", *chosen).text
    now = [Comment.objects.get(pk=comment.pk) for comment in chosen]

    response = decide(desk, "undo", *now)

    assert f'value="{item(now[0])},{item(now[1])}"' in page
    assert messages_of(response) == ["2 decisions undone."]
    assert {state(comment) for comment in chosen} == {"pending"}
    assert [line.is_undo for line in chosen[0].decisions.all()] == [True, False]


def test_nobody_undoes_what_another_decided(desk, editor, article):
    comment = factories.comment(article)
    comment.reject(by=editor)

    response = decide(desk, "undo", comment)

    assert state(comment) == "rejected"
    assert "was not changed. Rejected by edith, just now." in messages_of(response)[0]


def test_reported_comment_is_kept_and_that_can_be_undone(desk, article):
    comment = factories.approved_comment(article)
    comment.reports.create(reason="abuse")

    decide(desk, "approve", comment)
    kept = Comment.objects.get()
    were_open = comment.reports.open().exists()
    decide(desk, "undo", kept)

    assert kept.status == state(comment) == "approved"
    assert not were_open
    assert comment.reports.open().exists()


def test_approved_comment_without_reports_is_not_approved_again(desk, article):
    comment = factories.approved_comment(article)

    decide(desk, "approve", comment)

    assert comment.decisions.count() == 1


def test_approving_what_was_reported_and_edited_answers_the_reports(desk, article):
    comment = factories.approved_comment(article)
    comment.reports.create(reason="abuse")
    comment.edit("Kinder words", by=None, held_for=[])

    decide(desk, "approve", comment)

    assert state(comment) == "approved"
    assert not comment.reports.open().exists()


# Two at once


def test_decision_of_another_is_kept_and_told(desk, editor, article):
    comment, other = factories.comment(article, name="Rosa"), factories.comment(article)
    Comment.objects.get(pk=comment.pk).approve(by=editor)

    response = decide(desk, "reject", comment, other)

    assert state(comment) == "approved"
    assert messages_of(response) == [
        "1 comment rejected.",
        "The comment by Rosa was not changed. Approved by edith, just now.",
    ]


def test_comment_that_was_edited_meanwhile_is_not_decided(desk, article):
    comment = factories.comment(article, name="Rosa")
    Comment.objects.get(pk=comment.pk).edit("Other words", by=None, held_for=[])

    response = decide(desk, "approve", comment)

    assert state(comment) == "pending"
    assert messages_of(response) == [
        "The comment by Rosa was not changed. Changed in the meantime."
    ]


def test_many_that_others_decided_are_told_in_one_line(desk, editor, article):
    comments = [factories.comment(article) for _ in range(8)]
    for comment in comments:
        Comment.objects.get(pk=comment.pk).approve(by=editor)

    told = messages_of(decide(desk, "reject", *comments))

    assert len(told) == 6
    assert told[-1].startswith("3 comments were not changed.")


def test_withdrawn_comment_is_not_decided(desk, article):
    comment = factories.comment(article)
    comment.withdraw()

    decide(desk, "approve", comment)

    assert state(comment) == "withdrawn"


# With the script


def test_script_gets_the_rows_as_they_are_now(desk, editor, article):
    decided, conflicting = factories.comment(article), factories.comment(article)
    Comment.objects.get(pk=conflicting.pk).mark_as_spam(by=editor)

    answer = decide_by_script(desk, "approve", decided, conflicting, back="tab=pending")

    assert answer["done"] == {str(decided.pk): 2}
    assert answer["left"] == [conflicting.pk]
    assert "Approved by you, just now" in answer["rows"][str(decided.pk)]
    assert "Marked as spam by edith, just now" in answer["rows"][str(conflicting.pk)]
    assert (answer["counts"]["pending"], answer["counts"]["approved"]) == ("0", "1")


def test_kept_comment_says_so_in_its_row(desk, article):
    comment = factories.approved_comment(article)
    comment.reports.create(reason="abuse")

    rows = decide_by_script(desk, "approve", comment, back="tab=reported")["rows"]

    assert "Kept by you, just now" in rows[str(comment.pk)]
    assert "is-settled" in rows[str(comment.pk)]


def test_comment_that_is_gone_is_left(desk, article):
    comment = factories.comment(article)
    Comment.objects.all().delete()

    answer = decide_by_script(desk, "approve", comment)

    assert (answer["done"], answer["left"], answer["rows"]) == (
        {},
        [comment.pk],
        {str(comment.pk): ""},
    )


@pytest.mark.long
def test_deciding_fifty_renders_them_in_constant_queries(
    desk, article, django_assert_max_num_queries
):
    comments = [factories.comment(article) for _ in range(50)]

    # About ten for each decision, with its log and counts, each in a transaction of its own; the rest once.
    with django_assert_max_num_queries(50 * 14 + 25):
        decide_by_script(desk, "approve", *comments)


@pytest.mark.parametrize("data", [{}, {"verb": "delete"}, {"verb": ""}])
def test_decision_that_there_is_not_is_not_found(desk, data):
    assert desk.post(f"{QUEUE}decide/", data).status_code == 404


@pytest.mark.parametrize(
    "chosen", ["", "x", "1", "1-", "-1", "1-x", "٣-١", "9" * 40 + "-1", "1-\x00", ",,,"]
)
def test_decision_about_nothing_changes_nothing(desk, article, chosen):
    comment = factories.comment(article)

    response = desk.post(f"{QUEUE}decide/", {"verb": "approve", "item": chosen})

    assert response.status_code == 302
    assert state(comment) == "pending"


def test_address_to_go_back_to_is_always_the_queue(desk, article):
    comment = factories.comment(article)

    response = decide(desk, "approve", comment, back="https://evil.example/?tab=spam")

    assert response.redirect_chain[0][0].startswith(f"{QUEUE}?tab=")


def test_deciding_needs_a_post(desk):
    assert desk.get(f"{QUEUE}decide/").status_code == 405


def test_time_is_told_by_the_minute(desk, editor, article):
    comment = factories.comment(article)
    comment.approve(by=editor)
    Comment.objects.update(decided_at=timezone.now() - timedelta(minutes=2))

    page = desk.get(f"{QUEUE}?tab=approved").text

    assert "Approved by edith, 2\xa0minutes ago" in page


def test_version_that_the_comment_never_had_decides_nothing(article, moderator):
    comment = factories.comment(article)

    outcome = verbs.decide(
        [(comment.pk, comment.version + 1)], verbs.VERBS["approve"], by=moderator
    )

    assert (outcome.done, outcome.left) == ({}, [comment.pk])
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_public_comment_can_be_kept_when_readers_reported_it(article):
    comment = factories.approved_comment(article)

    offered = [name for name, _label in verbs.verbs_for(comment)]
    when_reported = [name for name, _label in verbs.verbs_for(comment, reported=True)]

    assert (offered, when_reported) == (["reject", "spam"], ["approve", "reject", "spam"])
