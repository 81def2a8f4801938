"""Mails to moderators: the digest of waiting comments, and the alarm when one waits too long.

The rows of ModeratorMail say which mail is due to whom. A moderator gets at most one mail in a
quarter of an hour, even with many comments, several workers or a mail server that hangs: each try
begins with a claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from comments.models import Comment, DiscussionSettings, ModeratorMail, Writer
from comments.moderating.history import history_in_words, writers_of
from comments.moderating.mail_links import GOOD_FOR, DecisionLink, decision_links
from comments.moderating.moderators import moderators
from comments.plain_text import quoted
from comments.spam.findings import describe
from config.web.mail import messages as mail
from config.web.requests.capped_paging import capped_count
from config.web.site import public_url

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LISTED = 30
COUNTED = 1000
TEXT_LENGTH = 1500
ANSWERED_LENGTH = 200
# A comment gets its time before it is committed. A digest up to this very second could miss it, and
# the next digest would begin after it.
SETTLED_AFTER = timedelta(seconds=30)
ALARM_AGAIN_AFTER = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Letter:
    """A mail to one moderator."""

    template: str
    context: dict[str, Any] | None  # None: there is nothing to write
    done: Mapping[str, Any]  # the fields of ModeratorMail that note the mail

    @property
    def about(self) -> list[object]:
        """The same at each try of one mail, and another of the next one."""
        if self.context is None or "items" not in self.context:
            return [timezone.localdate()]  # an alarm comes once a day
        return [self.context["number"], *(item.comment.pk for item in self.context["items"])]


@dataclass(frozen=True)
class DigestItem:
    """A comment of a digest."""

    comment: Comment
    writer: Writer | None
    moderator: "User"

    @property
    def text(self) -> str:
        return Truncator(self.comment.body).chars(TEXT_LENGTH)

    @property
    def quoted(self) -> str:
        return quoted(self.text)

    @property
    def answered(self) -> str:
        """The beginning of the answered comment, in one line."""
        body = self.comment.parent.body if self.comment.parent else ""
        return Truncator(" ".join(body.split())).chars(ANSWERED_LENGTH)

    @property
    def held_for(self) -> list[str]:
        return describe(self.comment.held_for)

    @property
    def history(self) -> str:
        return history_in_words(self.writer)

    @property
    def links(self) -> list[DecisionLink]:
        return decision_links(self.comment, self.moderator)


def send_due() -> None:
    """Send all moderators their due mails. Safe to run twice and on several machines at once."""
    raise_alarm()
    reachable = moderators().exclude(email="")
    for owed in ModeratorMail.objects.due_for_mail().filter(user__in=reachable):
        # Before the claim: a claim delays the next mail, and here there may be none to send.
        letter = letter_for(owed)
        if letter.context is None:
            owed.note_done(**letter.done)
        elif not ModeratorMail.objects.deliver_mail(owed.pk, send):
            break


def letter_for(owed: ModeratorMail) -> Letter:
    """The mail that is due to a moderator: an owed alarm goes before the digest."""
    if owed.alarm:
        return Letter("moderator_alarm", _alarm(), {"alarm": False})
    until = timezone.now() - SETTLED_AFTER
    return Letter("moderator_digest", _digest(owed, until), {"told_until": until})


def send(owed: ModeratorMail) -> None:
    """Send a claimed mail and note it."""
    letter = letter_for(owed)
    if letter.context is not None:
        pages = {
            "queue_url": public_url("admin:comments_queue"),
            "settings_url": public_url("admin:comments_mail"),
        }
        mail.send(
            letter.template,
            to=owed.user.email,
            context=letter.context | pages,
            occasion=[owed.user_id, *letter.about],
        )
    owed.note_done(**letter.done)


def _digest(owed: ModeratorMail, until: datetime) -> dict[str, Any] | None:
    """The waiting comments that came since the last digest. None if there are none."""
    arrived = Comment.objects.awaiting_moderation().arrived(after=owed.told_until, until=until)
    long = ("article__body", "article__body_html", "article__plain_text")
    listed = list(arrived.oldest_first().select_related("article", "parent").defer(*long)[:LISTED])
    if not listed:
        return None
    writers, number = writers_of(listed), capped_count(arrived, COUNTED)
    return {
        "items": [DigestItem(each, writers.get(each.email), owed.user) for each in listed],
        "number": number,
        "more": number - len(listed),
        "is_capped": number == COUNTED,
        "days": GOOD_FOR.days,
    }


# The alarm


def raise_alarm() -> None:
    """Owe moderators the alarm when a comment has waited too long.

    The alarm comes again each day, until no comment has waited for half of the allowed time.
    """
    hours = DiscussionSettings.current().alarm_after_hours
    if hours is None:
        return
    limit = timedelta(hours=hours)
    waited = _waited()
    if waited > limit:
        _owe_alarm()
    elif waited < limit / 2:
        # Half, because just under the limit the next comment would raise the alarm in a minute.
        DiscussionSettings.objects.filter(alarmed_at__isnull=False).update(alarmed_at=None)


@transaction.atomic
def _owe_alarm() -> None:
    """Owe one alarm a day: the conditional update lets one of several workers through."""
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
    """How long the oldest waiting comment has waited; zero if none waits."""
    since = Comment.objects.waiting_since()
    return timezone.now() - since if since else timedelta()
