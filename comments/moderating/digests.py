"""What moderators are told by mail: comments that wait, and an alarm when one waits for too long.

The rows of ModeratorMail say what is due to whom. Nobody gets two mails within a quarter of an hour, however many
comments come, workers run or mail servers hang: the claim before each try sees to it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from comments.models import Comment, DiscussionSettings, ModeratorMail
from comments.moderating.mail_links import GOOD_FOR, Errand, errands
from comments.moderating.moderators import moderators
from comments.querysets import CommentQuerySet
from comments.spam.findings import describe
from comments.writers.history import history_in_words, writers_of
from config.web.mail import messages as mail
from config.web.requests.capped_paging import capped_count
from config.web.site import absolute_url

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LISTED = 30
COUNTED = 1000
TEXT_LENGTH = 1500
ANSWERED_LENGTH = 200
# A comment gets its time and number before it is committed: whoever looked at once would miss it for ever.
SETTLED_AFTER = timedelta(seconds=30)
ALARM_AGAIN_AFTER = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Letter:
    """A mail to one moderator."""

    template: str
    context: dict[str, Any] | None  # None: nothing to tell
    told: dict[str, Any]  # fields of ModeratorMail that say that it is done


@dataclass(frozen=True)
class Item:
    """A comment of a digest."""

    comment: Comment
    text: str
    answered: str
    held_for: list[str]
    history: str
    errands: list[Errand]

    @property
    def quoted(self) -> str:
        """For the mail's plain text: no line of a comment can pass for one of ours."""
        return "\n".join(f"> {line}" for line in self.text.split("\n"))


def send_due() -> None:
    """Tell every moderator what is due. Safe to run twice and on several machines at once."""
    raise_alarm()
    reachable = moderators().exclude(email="")
    for owed in ModeratorMail.objects.due_for_mail().filter(user__in=reachable):
        # Asked first: a claim that comes to nothing would put the next mail off.
        letter = letter_for(owed)
        if letter.context is None:
            owed.note_done(**letter.told)
        elif not ModeratorMail.objects.deliver_mail(owed.pk, send):
            break


def letter_for(owed: ModeratorMail) -> Letter:
    if owed.alarm:
        return Letter("moderator_alarm", _alarm(), {"alarm": False})
    until = timezone.now() - SETTLED_AFTER
    return Letter("moderator_digest", _digest(owed, until), {"told_until": until})


def send(owed: ModeratorMail) -> None:
    letter = letter_for(owed)
    if letter.context is not None:
        mail.send(
            letter.template,
            to=owed.user.email,
            context=letter.context | _ways_on(),
            headers={"Auto-Submitted": "auto-generated"},
        )
    owed.note_done(**letter.told)


def _ways_on() -> dict[str, str]:
    pages = {"queue_url": "admin:comments_queue", "settings_url": "admin:comments_mail"}
    return {name: absolute_url(reverse(page)) for name, page in pages.items()}


# The digest


def _digest(owed: ModeratorMail, until: datetime) -> dict[str, Any] | None:
    """The comments that arrived since the last one and still wait."""
    arrived = Comment.objects.awaiting_moderation().arrived(after=owed.told_until, until=until)
    shown = list(_with_what_they_answer(arrived.oldest_first())[:LISTED])
    if not shown:
        return None
    number = capped_count(arrived, COUNTED)
    return {
        "items": _items(shown, owed.user),
        "number": number,
        "more": number - len(shown),
        "is_capped": number == COUNTED,
        "days": GOOD_FOR.days,
    }


def _with_what_they_answer(comments: CommentQuerySet) -> CommentQuerySet:
    long = ("body", "body_html", "plain_text")
    return comments.select_related("article", "parent").defer(
        *(f"article__{name}" for name in long)
    )


def _items(comments: list[Comment], moderator: "User") -> list[Item]:
    writers = writers_of(comments)
    return [
        Item(
            comment,
            Truncator(comment.body).chars(TEXT_LENGTH),
            _in_one_line(comment.parent.body if comment.parent else ""),
            describe(comment.held_for),
            history_in_words(writers.get(comment.email)),
            errands(comment, moderator),
        )
        for comment in comments
    ]


def _in_one_line(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(ANSWERED_LENGTH)


# The alarm


def raise_alarm() -> None:
    """Owe moderators a mail when a comment has waited too long: once a day, until the queue is younger again."""
    hours = DiscussionSettings.current().alarm_after_hours
    if hours is None:
        return
    limit = timedelta(hours=hours)
    waited = _waited()
    if waited > limit:
        _owe_alarm()
    elif waited < limit / 2:
        # Not as soon as it is under the limit: the next comment in a row may pass it in a minute.
        DiscussionSettings.objects.filter(alarmed_at__isnull=False).update(alarmed_at=None)


@transaction.atomic
def _owe_alarm() -> None:
    """Conditional, so that one of several workers does it."""
    now = timezone.now()
    not_today = Q(alarmed_at__isnull=True) | Q(alarmed_at__lte=now - ALARM_AGAIN_AFTER)
    if DiscussionSettings.objects.filter(not_today).update(alarmed_at=now):
        everybody = moderators()
        reading = ModeratorMail.objects.wanted().filter(user__in=everybody)
        ModeratorMail.objects.owe_alarm([row.user for row in reading] or list(everybody))


def _alarm() -> dict[str, Any] | None:
    waited = _waited()
    if not waited:
        return None
    number = capped_count(Comment.objects.awaiting_moderation(), COUNTED)
    return {"number": number, "is_capped": number == COUNTED, "hours": waited // HOUR}


def _waited() -> timedelta:
    """How long the comment that has waited longest has."""
    since = Comment.objects.waiting_since()
    return timezone.now() - since if since else timedelta()
