"""Which mails are owed to those who comment."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from config.web.mail.owed_mail import OwedMailQuerySet
from config.web.requests.throttle import Limit
from config.web.text.addresses import known_as, mailbox

if TYPE_CHECKING:
    from comments.models import DataRequest, Notice, Writer  # noqa: F401 - named in strings below

# For an address that is not confirmed yet; older news are no news.
NEWS_FOR = timedelta(days=7)
# A hundred answers to one comment are a few mails, each with all that came meanwhile.
BETWEEN_ANSWERS = timedelta(hours=1)

# Whoever types other people's addresses into the form must not be able to fill their mailboxes.
DATA_HOURLY = Limit("comments.data.hour", times=1, period=timedelta(hours=1))
DATA_DAILY = Limit("comments.data.day", times=3, period=timedelta(days=1))
# Beyond it mails wait for a later hour: whoever fills it up keeps no link from anybody.
DATA_SITE = Limit("comments.data.site", times=300, period=timedelta(hours=1))


class WriterQuerySet(OwedMailQuerySet["Writer"]):
    def of(self, email: str) -> Self:
        """The one row of an address; none when nothing came from it yet, or it was erased."""
        return self.filter(email=known_as(email))

    def reachable(self) -> Self:
        """Whose owner said by a mailed link that it is theirs, and did not end the mails."""
        return self.filter(verified_at__isnull=False, muted_at__isnull=True)


class NoticeQuerySet(OwedMailQuerySet["Notice"]):
    def unsent(self) -> Self:
        return self.filter(mail_due_at__isnull=False)

    def outcomes(self) -> Self:
        """What became of a comment, without what others answered to it."""
        return self.filter(kind__in=["approved", "rejected"])

    def requests(self) -> Self:
        """Of new comments that ask for mails, whatever is known of their addresses."""
        return self.filter(kind="asked")

    def due_for_mail(self) -> Self:
        """Requests; news for somebody who wants mail, and no second mail about answers within the hour."""
        from comments.models import Writer  # knows these querysets

        writer = Writer.objects.reachable().filter(email=Lower(OuterRef("comment__email")))
        told_lately = self.model.objects.filter(
            comment=OuterRef("comment"),
            kind="answered",
            sent_at__gt=timezone.now() - BETWEEN_ANSWERS,
        )
        fresh = super().due_for_mail().filter(created_at__gt=timezone.now() - NEWS_FOR)
        return fresh.filter(Q(kind="asked") | Exists(writer)).filter(
            ~Q(kind="answered") | ~Exists(told_lately)
        )

    def claim_more_answers(self, notice: "Notice") -> "list[Notice]":
        """This notice, and the other answers to the same comment that are due: all told in one mail."""
        due = self._due_now().filter(comment=notice.comment_id, kind="answered")
        more = [self.claim_mail(pk) for pk in due.order_by("pk").values_list("pk", flat=True)]
        return [notice, *filter(None, more)]


class DataRequestQuerySet(OwedMailQuerySet["DataRequest"]):
    def ask(self, email: str) -> None:
        """Somebody asks what is kept of an address: its owner gets a link, within limits.

        The same is done whether anything is kept or not, so that neither the page nor its time tells.
        """
        from comments.tasks import send_mail_soon  # the tasks know this model

        key = mailbox(email)
        if DATA_HOURLY.allows(key) and DATA_DAILY.allows(key):
            self.create(email=known_as(email), mail_due_at=DATA_SITE.turn(""))
            send_mail_soon()
