"""The way of a comment from its form to the queue: counted, assessed, decided, kept, published."""

import json
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment, DiscussionSettings, Notice, Thread, WaitingMail, Writer
from comments.models.comment_verbs import digest_of
from comments.querysets import NOBODY, Sender
from comments.spam.assessing import assess
from comments.spam.findings import Finding, are_rejecting, found
from comments.spam.tasks import ask_spam_service
from config.web.database.at_once import Question, Statement, insertion, run_at_once
from config.web.requests.bot_traps import PER_STAMP, SECONDS_TO_FILL_IN
from config.web.requests.throttle import Limit, counting, values_of
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

# Looks for an earlier comment of the same words and counts the new one against all limits, unless
# the sender is known to have sent the earlier one. One statement, so that both see the same.
_COUNT = """
WITH earlier (number, is_own) AS MATERIALIZED ({{asked}}), counted AS ({counting})
SELECT number, is_own, (SELECT json_object_agg(scope, count)::text FROM counted)
FROM (VALUES (1)) AS one LEFT JOIN earlier ON true
""".format(counting=counting(4, where="NOT EXISTS (SELECT FROM earlier WHERE is_own)"))
_COUNTED = Question(lambda: Comment.objects.own_or_waiting()[:1], _COUNT)


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
    comment.derive()
    comment.digest = digest_of(comment.email, comment.body, comment.parent_id)
    comment.held_for = [*fast, *assess(comment, rules)]
    is_trusted = comment.email == by.owned_address and _is_trusted(comment, rules)
    may_decide = by.user is not None and by.user.has_perm("comments.moderate_comment")
    decides = is_trusted or may_decide
    with transaction.atomic():
        lock, count = Comment.objects.lock_words(comment), _counting(comment, by)
        if decides:
            (comment.pk,) = run_at_once(lock)
            # Everybody takes locks in this order: words, thread, counters, the writer's row.
            Thread.objects.lock(comment.article_id)
            (counted,) = run_at_once(count)
        else:
            comment.pk, counted = run_at_once(lock, count)
        earlier, is_own, counts = counted
        if is_own:
            return Comment.objects.select_related("article").get(pk=earlier)
        comment.held_for += _floods(json.loads(counts))
        _decide(comment, is_repeated=earlier is not None)
        comment.take_place()
        log, owe = Statement(_LOG_REFUSAL, [comment.pk]), WaitingMail.objects.owe(comment)
        to_keep = [insertion(comment), log, *([] if decides else [owe])]
        run_at_once(*to_keep, commit=not (decides or comment.wants_mail))
        if is_trusted and not (comment.is_repeated or comment.held_for):
            comment.approve(by=None, reason=_("Trusted commenter"))
        elif settings.COMMENTS_SPAM_SERVICE_URL:
            transaction.on_commit(partial(ask_spam_service.enqueue, comment.pk), robust=True)
        if comment.wants_mail:
            Notice.objects.ask(comment)
        if may_decide and comment.is_awaiting:
            comment.approve(by=by.user)
        if decides:
            run_at_once(owe)
    return comment


def reasons_to_hold(comment: Comment) -> list[Finding]:
    """The findings of an edited comment that is not saved yet, for Comment.held_for.

    A comment that came in a flood stays one that did.
    """
    flood = [finding for finding in comment.held_for if finding["code"].startswith("flood_")]
    comment.derive()
    return [*flood, *assess(comment, DiscussionSettings.current())]


def _is_trusted(comment: Comment, rules: DiscussionSettings) -> bool:
    """By moderators' earlier decisions, and only where the address is confirmed."""
    if comment.held_for or rules.trust_after is None:
        return False
    good = Writer.objects.filter(approved__gte=rules.trust_after, rejected=0, spam=0)
    return good.of(comment.email).filter(verified_at__isnull=False).exists()


def _counting(comment: Comment, sender: Sender) -> Statement:
    """What gives the number of an earlier comment, whether it is the sender's, and new counts.

    Call it while the words are locked. The earlier comment is one that `sender` has shown to have
    sent; else one that waits or that a rule rejected. The counts, by scope, come as JSON.
    """
    return _COUNTED.asked(
        *values_of(
            (PER_NETWORK, comment.network),
            (PER_WRITER, mailbox(comment.email)),
            (PER_SITE, ""),
            (PER_STAMP, sender.stamp),
        ),
        read=lambda rows: rows[0],
        article=comment.article_id,
        digest=comment.digest,
        # In place of what the request does not show stands what no comment has.
        remembered=list(sender.remembered),
        account=sender.user.pk if sender.user else 0,
        attempt=sender.attempt or "none",
        owned_address=sender.owned_address or "none",
    )


def _floods(counts: dict[str, int]) -> list[Finding]:
    """What holds a new comment after it was counted. Raises TooManyComments."""
    if counts[PER_NETWORK.scope] > PER_NETWORK.times:
        raise TooManyComments(PER_NETWORK)
    holding = {"flood_writer": PER_WRITER, "flood_site": PER_SITE, "flood_stamp": PER_STAMP}
    return [found(code) for code, limit in holding.items() if counts[limit.scope] > limit.times]


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
