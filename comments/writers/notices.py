"""What a new comment that asks for mails brings at once."""

from datetime import timedelta

from comments.models import Comment, MutedAddress, Notice, Writer
from config.web.requests.throttle import Limit
from config.web.text.addresses import mailbox

# A stranger who types other people's addresses must not be able to fill their mailboxes.
HOURLY = Limit("comments.confirm.hour", times=1, period=timedelta(hours=1))
DAILY = Limit("comments.confirm.day", times=3, period=timedelta(days=1))


def answer_request(comment: Comment) -> None:
    """Ask the owner of the comment's address whether it is theirs, unless that is known.

    Nobody else gets notices: a stranger who types an address brings its owner this one mail, and no
    words of the stranger's. The owner is told at once of a comment that a rule rejected.
    """
    if comment.is_refused:
        Notice.objects.add_outcome(comment)
        return
    if comment.is_repeated or comment.status in comment.GONE:
        return
    writer = Writer.objects.of(comment.email).filter(verified_at=None, muted_at=None).first()
    if writer is None:
        return
    if MutedAddress.objects.of(writer.email).exists():
        writer.mute()
    elif HOURLY.allows(mailbox(writer.email)) and DAILY.allows(mailbox(writer.email)):
        writer.owe_confirmation()
