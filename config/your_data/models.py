"""Requests for what is kept of an address."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from config.web.mail.owed_mail import OwedMailQuerySet, send_mail_soon
from config.web.requests.signed_links import make_token
from config.web.requests.throttle import Limit
from config.web.text.addresses import known_as, mailbox
from config.web.text.fields import EmailField

# A stranger who types other people's addresses must not be able to fill their mailboxes.
HOURLY = Limit("your_data.hour", times=1, period=timedelta(hours=1))
DAILY = Limit("your_data.day", times=3, period=timedelta(days=1))
# Beyond it mails wait for a later hour, so that a flood keeps no link from anybody.
SITE = Limit("your_data.site", times=300, period=timedelta(hours=1))

LINK_FOR = timedelta(days=1)
UNSENT_FOR = timedelta(days=3)
LINK = "your_data"
_SEND = "config.your_data.tasks.send_links"


class DataRequestQuerySet(OwedMailQuerySet["DataRequest"]):
    def ask(self, email: str) -> None:
        """Send the owner of an address a link to what is kept of it, within limits.

        The same is done if nothing is kept, so that neither the page nor its time tells.
        """
        key = mailbox(email)
        if HOURLY.allows(key) and DAILY.allows(key):
            self.create(email=known_as(email), mail_due_at=SITE.turn(""))
            send_mail_soon(_SEND)

    def forget(self) -> None:
        """Delete requests whose link has ended, and those that no mail could be sent for."""
        now = timezone.now()
        ended = Q(sent_at__lt=now - LINK_FOR - timedelta(hours=1))
        self.filter(ended | Q(sent_at=None, requested_at__lt=now - UNSENT_FOR)).delete()


class DataRequest(models.Model):
    """Somebody asks what is kept of an address.

    That of an unknown address is deleted by the task that would send the mail. The others stay
    while the link of the mail is good, or until everything is erased.
    """

    email = EmailField()
    requested_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["mail_due_at"],
                name="data_request_mail_due",
                condition=Q(mail_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d}"

    def make_path(self) -> str:
        """The page that everything is shown and erased on, for a day from now."""
        DataRequest.objects.filter(pk=self.pk).update(sent_at=timezone.now())
        return reverse("your_data:page", args=[make_token(LINK, self.pk)])
