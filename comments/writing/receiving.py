"""What happens to a comment between the form and the queue."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from comments.models import Comment, DiscussionSettings, Thread, Writer
from comments.models.comment import digest_of
from comments.spam import service
from comments.spam.assessing import assess
from comments.spam.findings import Finding
from comments.spam.tasks import ask_spam_service
from comments.writers.notices import ask_to_confirm
from comments.writing.sender import NOBODY, Sender

# Findings that moderators gave the last word. All others only hold.
REJECTING = {"ban", "reject_word"}


def receive(
    comment: Comment, sender: Sender = NOBODY, *, found_before: Sequence[Finding] = ()
) -> tuple[Comment, bool]:
    """Keep a new comment, held for what the form (`found_before`) and the layers find; whether it is new.

    The same words of the same sender sent again give the one that is there. What a moderator's ban or list rejects is
    kept and rejected; what a trusted writer sends is approved, unless anything speaks against it and if the sender has
    shown that the address is theirs: anybody else can only type it.
    """
    rules = DiscussionSettings.current()
    comment.held_for = [*found_before, *assess(comment, rules)]
    decide = _decision_on(comment, rules, is_owner=comment.email == sender.owned_address)
    if comment.held_for and not decide:
        comment.status = Comment.Status.HELD
    comment.digest = digest_of(comment.email, comment.body, comment.parent_id)
    with transaction.atomic(savepoint=False):
        Comment.objects.lock_words(comment)
        if decide:
            # Before the insert takes the writer's row: a moderator takes the two in this order, too.
            Thread.objects.lock(comment.article_id)
        comment, is_new = Comment.objects.keep_once(comment, sender)
        if not is_new or comment.is_repeated:
            return comment, is_new
        if decide:
            decide(comment)
        elif service.is_used():
            transaction.on_commit(partial(ask_spam_service.enqueue, comment.pk), robust=True)
        ask_to_confirm(comment)
    return comment, is_new


def reasons_to_hold(comment: Comment) -> list[Finding]:
    """What is suspicious about a comment as it stands, for an edit; as Comment.held_for."""
    return assess(comment, DiscussionSettings.current())


def _decision_on(
    comment: Comment, rules: DiscussionSettings, *, is_owner: bool
) -> Callable[[Comment], None] | None:
    """Nearly always none: a moderator decides."""
    if any(finding["code"] in REJECTING for finding in comment.held_for):
        # The writer is told this, and should not learn from it what to spell differently.
        reason = _("The comment does not fit the community rules.")
        return partial(Comment.reject, by=None, reason=reason)
    if not comment.held_for and is_owner and _is_trusted(comment.email, rules):
        return partial(Comment.approve, by=None, reason=_("Trusted writer"))
    return None


def _is_trusted(email: str, rules: DiscussionSettings) -> bool:
    """By moderators' earlier decisions, and only where the address is confirmed."""
    if rules.trust_after is None:
        return False
    good = Writer.objects.filter(approved__gte=rules.trust_after, rejected=0, spam=0)
    return good.of(email).filter(verified_at__isnull=False).exists()
