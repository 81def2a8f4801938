"""The way of a comment from its form to the queue: counted, assessed, decided, kept, published."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment, DiscussionSettings, Notice, Thread, WaitingMail, Writer
from comments.models.comment_verbs import digest_of
from comments.querysets import NOBODY, Sender
from comments.spam.assessing import assess
from comments.spam.findings import Finding, are_rejecting, found
from comments.spam.tasks import ask_spam_service
from config.web.database.compiled import Compiled
from config.web.requests.bot_traps import PER_STAMP, SECONDS_TO_FILL_IN
from config.web.requests.throttle import Limit, count_all
from config.web.text.addresses import mailbox

# Beyond the limit of its network a comment is refused. Beyond the others it is held: a stranger can
# type any address, and a flood from everywhere must not keep readers out. Thirty, because a
# household or an office shares a network.
PER_NETWORK = Limit("comments.network", times=30, period=timedelta(minutes=10))
PER_WRITER = Limit("comments.writer", times=15, period=timedelta(minutes=10))
PER_SITE = Limit("comments.site", times=300, period=timedelta(minutes=10))

_LOG_REFUSAL = """
INSERT INTO comments_decision (comment_id, was, became, at, reason, is_undo)
    SELECT id, 'pending', status, decided_at, reason, false FROM comments_comment
    WHERE id = %s AND status = 'rejected'
"""


_EARLIER = Compiled(lambda: Comment.objects.to_compare_by_words()[:1])


class TooManyComments(Exception):
    """The limit of the sender's network is reached; `retry_after` is in seconds."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.scope)
        self.retry_after = limit.retry_after()


def receive(
    comment: Comment, *, by: Sender = NOBODY, rules: DiscussionSettings | None = None
) -> Comment:
    """Keep the comment that a valid form gives. Returns the comment that the sender is shown.

    That is the earlier one when the sender has sent the same words before: then nothing is kept or
    counted. Raises TooManyComments, and keeps and counts nothing, beyond the limit of the network.

    A ban or a listed word rejects the comment, any other finding holds it. A trusted writer's
    comment without a finding is approved if the browser has confirmed the address, and that of
    somebody who may decide comments in any case. For a typed address the statements are the same
    whatever is known of it, so that the time of the answer does not tell.
    """
    rules = rules or DiscussionSettings.kept()
    fast = [found("fast", SECONDS_TO_FILL_IN)] if by.was_fast else []
    comment.held_for = [*fast, *assess(comment, rules)]
    comment.digest = digest_of(comment.email, comment.body, comment.parent_id)
    is_trusted = comment.email == by.owned_address and _is_trusted(comment, rules)
    may_decide = by.user is not None and by.user.has_perm("comments.moderate_comment")
    with transaction.atomic():
        Comment.objects.lock_words(comment)
        if is_trusted or may_decide:
            # Before the counters' rows, and before the insert locks the writer's: everybody takes
            # these locks in this order.
            Thread.objects.lock(comment.article_id)
        earlier, is_own = _earlier_than(comment, by)
        if earlier is not None and is_own:
            return earlier
        comment.held_for += _count(comment, by)
        _decide(comment, is_repeated=earlier is not None)
        comment.save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute(_LOG_REFUSAL, [comment.pk])
        if is_trusted and not (comment.is_repeated or comment.held_for):
            comment.approve(by=None, reason=_("Trusted commenter"))
        elif settings.COMMENTS_SPAM_SERVICE_URL:
            transaction.on_commit(partial(ask_spam_service.enqueue, comment.pk), robust=True)
        Notice.objects.ask(comment)
        if may_decide and comment.is_awaiting:
            comment.approve(by=by.user)
        WaitingMail.objects.owe(comment)
    return comment


def reasons_to_hold(comment: Comment) -> list[Finding]:
    """The findings of an edited comment as it stands, for Comment.held_for.

    A comment that came in a flood stays one that did.
    """
    flood = [finding for finding in comment.held_for if finding["code"].startswith("flood_")]
    return [*flood, *assess(comment, DiscussionSettings.current())]


def _earlier_than(comment: Comment, sender: Sender) -> tuple[Comment | None, bool]:
    """An earlier comment of the same words, and whether `sender` has shown to have sent it.

    Else the comment is one that waits or that a rule rejected. (None, False) when there is neither.
    Call it while the words are locked.
    """
    earlier: Any = _EARLIER.first(
        article=comment.article_id,
        digest=comment.digest,
        # In place of what the request does not show stands what no comment has.
        remembered=list(sender.remembered),
        account=sender.user.pk if sender.user else 0,
        attempt=sender.attempt or "none",
        owned_address=sender.owned_address or "none",
    )
    return earlier, earlier is not None and earlier.is_own


def _is_trusted(comment: Comment, rules: DiscussionSettings) -> bool:
    """By moderators' earlier decisions, and only where the address is confirmed."""
    if comment.held_for or rules.trust_after is None:
        return False
    good = Writer.objects.filter(approved__gte=rules.trust_after, rejected=0, spam=0)
    return good.of(comment.email).filter(verified_at__isnull=False).exists()


def _count(comment: Comment, sender: Sender) -> list[Finding]:
    """Count a new comment against all limits. Raises TooManyComments, returns what holds it."""
    holding = {
        "flood_writer": (PER_WRITER, mailbox(comment.email)),
        "flood_site": (PER_SITE, ""),
        "flood_stamp": (PER_STAMP, sender.stamp),
    }
    exceeded = count_all((PER_NETWORK, comment.network), *holding.values())
    if PER_NETWORK in exceeded:
        raise TooManyComments(PER_NETWORK)
    return [found(code) for code, (limit, _key) in holding.items() if limit in exceeded]


def _decide(comment: Comment, *, is_repeated: bool) -> None:
    """Set the status with which a comment is kept."""
    if is_repeated:
        comment.status = Comment.Status.REPEATED
    elif are_rejecting(comment.held_for):
        comment.status, comment.decided_at = Comment.Status.REJECTED, timezone.now()
        # The owner of the address reads this. It must not tell what to spell differently.
        comment.reason = _("The comment does not fit the community rules.")
    elif comment.held_for:
        comment.status = Comment.Status.HELD
