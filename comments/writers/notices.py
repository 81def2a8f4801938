"""What writers who asked for it are told by mail, and when it comes to be owed."""

from datetime import datetime, timedelta

from django.utils import timezone

from comments.models import Comment, MutedAddress, Notice, Writer
from config.web.requests.throttle import Limit
from config.web.text.addresses import known_as, mailbox

# A moderator who undoes a decision within it takes its mail back.
TOLD_AFTER = timedelta(minutes=2)
# Whoever types other people's addresses into the form must not be able to fill their mailboxes.
HOURLY = Limit("comments.confirm.hour", times=1, period=timedelta(hours=1))
DAILY = Limit("comments.confirm.day", times=3, period=timedelta(days=1))

_TOLD_AS = {
    Comment.Status.APPROVED: Notice.Kind.APPROVED,
    Comment.Status.REJECTED: Notice.Kind.REJECTED,
    Comment.Status.REMOVED: Notice.Kind.REJECTED,
}


def owe(comment: Comment, *, is_undo: bool) -> None:
    """Owe what the new status of a comment gives to tell, and take back what it no longer does.

    Part of the transaction of the decision: a decision that is kept has its mail, whatever dies afterwards.
    """
    _take_back(comment, is_undo=is_undo)
    _owe_outcome(comment)
    if comment.is_approved:
        _owe_answer(comment)


def _take_back(comment: Comment, *, is_undo: bool) -> None:
    own = comment.notices.all()
    own.outcomes().unsent().delete()
    Notice.objects.filter(reply=comment).unsent().delete()
    if comment.is_awaiting and not is_undo:
        # The writer changed the words: what becomes of them is news, whatever was told of the former ones.
        own.outcomes().delete()
    if comment.status == Comment.Status.WITHDRAWN:
        own.unsent().delete()


def _owe_outcome(comment: Comment) -> None:
    kind = _TOLD_AS.get(Comment.Status(comment.status))
    if kind is None or not comment.wants_mail:
        return
    told = comment.notices.outcomes().order_by("-created_at").first()
    if told is None or told.kind != kind:
        comment.notices.filter(kind=kind).delete()
        _create(comment, kind)


def _owe_answer(reply: Comment) -> None:
    answered = reply.parent
    if answered is None or not (answered.wants_mail and answered.is_approved):
        return
    if known_as(answered.email) != known_as(reply.email):
        _create(answered, Notice.Kind.ANSWERED, reply=reply)


def _create(
    comment: Comment, kind: str, *, reply: Comment | None = None, due_at: datetime | None = None
) -> None:
    due_at = due_at or timezone.now() + TOLD_AFTER
    notice = Notice(comment=comment, kind=kind, reply=reply, mail_due_at=due_at)
    # An answer is told once, however often it is taken away and approved again.
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def ask_for_mails(comment: Comment) -> None:
    """A new comment asks for mails. What that takes is found out by the task (`answer_request`).

    The same is done whatever is known of the address, so that the time of the answer does not tell.
    """
    from comments.tasks import send_mail_soon  # the tasks know this module

    if comment.wants_mail:
        _create(comment, Notice.Kind.ASKED, due_at=timezone.now())
        send_mail_soon()


def answer_request(comment: Comment) -> None:
    """Owe what a new comment that asks for mails brings at once.

    The owner of its address is asked whether it is theirs, if that is not known yet. Nobody else gets notices: a
    stranger who writes under your address brings you this one mail, and no words of theirs.
    """
    if comment.is_refused:
        _owe_outcome(comment)
    elif not comment.is_repeated and comment.status not in comment.GONE:
        _ask_to_confirm(comment)


def _ask_to_confirm(comment: Comment) -> None:
    writer = Writer.objects.of(comment.email).filter(verified_at=None, muted_at=None).first()
    if writer is None:
        return
    if MutedAddress.objects.of(writer.email).exists():
        writer.mute()
    elif HOURLY.allows(mailbox(writer.email)) and DAILY.allows(mailbox(writer.email)):
        writer.owe_confirmation()
