"""What can be done to a comment, and what the database keeps of it meanwhile."""

import pytest
from django.db import IntegrityError, transaction

from comments.models import AlreadyDecided, Comment, NotAllowed, Thread, Writer
from comments.models.comment import PATH_LENGTH
from comments.writing.receiving import receive
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return factories.published_article()


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


def shown(article):
    return Thread.objects.get(article=article).shown


def test_reply_stands_below_what_it_answers(article):
    first = factories.approved_comment(article)
    other = factories.approved_comment(article)
    reply = factories.approved_comment(article, parent=first)
    deeper = factories.approved_comment(article, parent=reply)

    in_order = list(Comment.objects.in_thread().in_reading_order())

    assert in_order == [first, reply, deeper, other]
    assert deeper.path == [first.pk, reply.pk, deeper.pk]


def test_endless_chain_of_replies_keeps_a_bounded_path(article):
    comment = factories.approved_comment(article)
    for _number in range(PATH_LENGTH + 5):
        comment = factories.comment(article, parent=comment)

    assert len(comment.path) == PATH_LENGTH
    assert comment.path[-1] == comment.pk


def test_reply_under_another_article_is_refused_by_the_database(article):
    elsewhere = factories.approved_comment(factories.published_article())

    with pytest.raises(IntegrityError, match="article of its parent"), transaction.atomic():
        factories.comment(article, parent=elsewhere)


@pytest.mark.parametrize("path", [lambda pk: [1, pk], lambda pk: [pk, 1], lambda pk: []])
def test_path_that_leads_elsewhere_is_refused_by_the_database(article, path):
    comment = factories.comment(article)

    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(path=path(comment.pk))


def test_counts_follow_every_decision(article, moderator):
    first = factories.approved_comment(article, email="ann@example.org")
    reply = factories.approved_comment(article, parent=first)
    deeper = factories.approved_comment(article, parent=reply)
    assert (shown(article), fresh(first).shown_replies) == (3, 2)

    fresh(reply).remove(by=moderator)
    assert (shown(article), fresh(first).shown_replies) == (2, 1)
    assert fresh(reply).is_placeholder

    fresh(deeper).mark_as_spam(by=moderator)
    assert (shown(article), fresh(first).shown_replies) == (1, 0)
    assert not fresh(reply).is_placeholder
    writer = Writer.objects.get(email=deeper.email)
    assert (writer.approved, writer.rejected, writer.spam) == (0, 0, 1)


def test_counts_follow_a_change_that_no_verb_made(article):
    comments = [factories.approved_comment(article) for _number in range(3)]

    Comment.objects.filter(pk=comments[0].pk).delete()
    Comment.objects.filter(pk=comments[1].pk).update(status="spam")

    assert shown(article) == 1
    assert Writer.objects.get(email=comments[0].email).approved == 0


def test_undo_gives_back_what_was(article, moderator):
    comment = factories.comment(article)
    comment.approve(by=moderator)

    comment.undo(by=moderator)

    assert fresh(comment).status == "pending"
    assert fresh(comment).decided_at is None
    assert shown(article) == 0
    assert [line.is_undo for line in comment.decisions.all()] == [True, False]


def test_undo_is_for_the_one_who_decided(article, moderator):
    comment = factories.comment(article)
    comment.approve(by=factories.user("max", group="Moderator"))

    with pytest.raises(NotAllowed):
        comment.undo(by=moderator)


def test_withdrawal_by_staff_is_as_final_as_the_writers(article, moderator):
    comment = factories.approved_comment(article)
    comment.withdraw(by=moderator)

    with pytest.raises(NotAllowed):
        comment.undo(by=moderator)

    assert fresh(comment).status == "withdrawn"


def test_undo_that_leads_back_to_a_rejection_leaves_no_report_open(article, moderator):
    comment = factories.comment(article)
    comment.reject(by=moderator)
    comment.approve(by=moderator)
    comment.reports.create(reason="spam")

    comment.undo(by=moderator)

    assert fresh(comment).status == "rejected"
    assert not comment.reports.open().exists()


def test_undo_of_an_undo_is_refused(article, moderator):
    comment = factories.comment(article)
    comment.approve(by=moderator)
    comment.undo(by=moderator)

    with pytest.raises(NotAllowed):
        comment.undo(by=moderator)


def test_decision_on_words_that_were_changed_meanwhile_is_refused(article, moderator):
    seen = factories.comment(article, body="Kind words.")
    fresh(seen).edit("Unkind words.", by=None, held_for=[])

    with pytest.raises(AlreadyDecided):
        seen.approve(by=moderator)

    assert not fresh(seen).is_approved


def test_edit_of_an_approved_comment_goes_back_to_the_queue(article):
    comment = factories.approved_comment(article, body="First words.")

    comment.edit("Better words.", by=None, held_for=[])

    assert fresh(comment).status == "pending"
    assert fresh(comment).body_html == '<p dir="auto">Better words.</p>'
    assert comment.edits.get().was == "First words."
    assert shown(article) == 0


def test_edit_with_something_suspicious_is_held(article):
    comment = factories.comment(article)

    comment.edit("Buy!", by=None, held_for=[{"code": "links", "detail": "3"}])

    assert fresh(comment).status == "held"


def test_moderators_edit_leaves_the_state(article, moderator):
    comment = factories.approved_comment(article, body="Call me at 555.")

    comment.edit("Call me.", by=moderator, held_for=[])

    assert fresh(comment).is_approved
    assert comment.edits.get().by == moderator


def test_rejected_comment_is_not_edited(article, moderator):
    comment = factories.comment(article)
    comment.reject(by=moderator)

    with pytest.raises(NotAllowed):
        comment.edit("Please!", by=None, held_for=[])


def test_withdrawn_comment_loses_its_words_everywhere_and_for_ever(article, moderator):
    comment = factories.comment(article, body="Secret.")
    comment.edit("Still secret.", by=None, held_for=[])

    comment.withdraw()

    kept = fresh(comment)
    assert (kept.status, kept.body, kept.body_html) == ("withdrawn", "", "")
    assert not comment.edits.exists()
    with pytest.raises(AlreadyDecided):
        kept.approve(by=moderator)
    with pytest.raises(NotAllowed):
        kept.withdraw()


def test_withdrawn_words_can_be_written_again(article):
    comment = factories.comment(article, body="Hello.", email="ann@example.org")
    comment.withdraw()

    again = factories.comment(article, body="Hello.", email="ann@example.org")

    assert again.pk != comment.pk


def test_same_answer_can_be_given_to_two_comments(article):
    first, second = factories.approved_comment(article), factories.approved_comment(article)

    for parent in (first, second):
        receive(
            Comment(
                article=article,
                parent=parent,
                name="Ann",
                body="Thank you!",
                email="ann@example.org",
            )
        )

    assert Comment.objects.awaiting_moderation().filter(email="ann@example.org").count() == 2
