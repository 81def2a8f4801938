"""What happens to a comment between the form and the queue."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment, DiscussionSettings, Thread, Writer
from comments.models.comment import digest_of
from comments.spam import service
from comments.spam.assessing import assess
from comments.spam.findings import Finding, are_rejecting
from comments.spam.tasks import ask_spam_service
from comments.writers.notices import ask_for_mails
from comments.writing.sender import NOBODY, Sender

_LOG_REFUSAL = """
INSERT INTO comments_decision (comment_id, was, became, at, reason, is_undo)
    SELECT id, 'pending', status, decided_at, reason, false FROM comments_comment
    WHERE id = %s AND status = 'rejected'
"""


def receive(
    comment: Comment,
    sender: Sender = NOBODY,
    *,
    found_before: Sequence[Finding] = (),
    count: Callable[[], list[Finding]] = list,
) -> tuple[Comment, bool]:
    """Keep a new comment, held for what the form (`found_before`), the limits (`count`) and the layers find; whether
    it is new.

    The same words of the same sender sent again give the one that is there. What a moderator's ban or list rejects is
    kept and rejected; what a trusted writer sends is approved, unless anything speaks against it and if the sender has
    shown that the address is theirs: anybody else can only type it. So the statements are the same, too, whatever is
    known of the address of somebody who only typed it.
    """
    rules = DiscussionSettings.current()
    comment.held_for = [*found_before, *assess(comment, rules)]
    is_trusted = comment.email == sender.owned_address and _is_trusted(comment, rules)
    if are_rejecting(comment.held_for):
        _refuse(comment)
    elif comment.held_for:
        comment.status = Comment.Status.HELD
    comment.digest = digest_of(comment.email, comment.body, comment.parent_id)
    with transaction.atomic(savepoint=False):
        Comment.objects.lock_words(comment)
        if is_trusted:
            # Before the insert takes the writer's row: a moderator takes the two in this order, too.
            Thread.objects.lock(comment.article_id)
        comment, is_new = Comment.objects.keep_once(comment, sender, count=count)
        if is_new:
            _after_keeping(comment, is_trusted=is_trusted)
    return comment, is_new


def _refuse(comment: Comment) -> None:
    comment.status, comment.decided_at = Comment.Status.REJECTED, timezone.now()
    # The owner of the address is told this, and should not learn from it what to spell differently.
    comment.reason = _("The comment does not fit the community rules.")


def _after_keeping(comment: Comment, *, is_trusted: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOG_REFUSAL, [comment.pk])
    if is_trusted and not comment.is_repeated:
        comment.approve(by=None, reason=_("Trusted writer"))
    elif service.is_used():
        transaction.on_commit(partial(ask_spam_service.enqueue, comment.pk), robust=True)
    ask_for_mails(comment)


def reasons_to_hold(comment: Comment) -> list[Finding]:
    """What is suspicious about a comment as it stands, for an edit; as Comment.held_for.

    An edit does not undo that it came in a flood.
    """
    flood = [finding for finding in comment.held_for if finding["code"].startswith("flood_")]
    return [*flood, *assess(comment, DiscussionSettings.current())]


def _is_trusted(comment: Comment, rules: DiscussionSettings) -> bool:
    """By moderators' earlier decisions, and only where the address is confirmed."""
    if comment.held_for or rules.trust_after is None:
        return False
    good = Writer.objects.filter(approved__gte=rules.trust_after, rejected=0, spam=0)
    return good.of(comment.email).filter(verified_at__isnull=False).exists()
