"""Which mails about the queue a moderator wants, and which are due."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.querysets import ModeratorMailQuerySet
from config.web.text.fields import CharField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DAILY_AT = 7  # o'clock, in the site's time zone


class ModeratorMail(models.Model):
    """How often a moderator wants the waiting comments by mail, and what was sent."""

    class Frequency(models.TextChoices):
        NEVER = "never", _("No emails")
        AT_ONCE = "at_once", _("At once, but no more than every 15 minutes")
        HOURLY = "hourly", _("Every hour, on the hour")
        DAILY = "daily", _("Every day at 7am")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", editable=False
    )
    frequency = CharField(
        _("comments by email"), max_length=7, choices=Frequency, default=Frequency.NEVER
    )
    # What arrived until then was mailed, or arrived before the moderator wanted mail.
    told_until = models.DateTimeField(default=timezone.now, editable=False)
    # An alarm is owed, whatever the frequency.
    alarm = models.BooleanField(default=False, editable=False)
    # The last time that a mail was tried. With `mail_due_at` it keeps two workers from sending the
    # same mail, and two mails from following each other at once.
    mailed_at = models.DateTimeField(null=True, editable=False)
    mail_due_at = models.DateTimeField(null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ModeratorMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderator's emails")
        verbose_name_plural = _("moderators' emails")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.frequency}"

    @classmethod
    def of(cls, user: "User") -> "ModeratorMail":
        return cls.objects.get_or_create(user=user)[0]

    def choose(self, frequency: str) -> None:
        """Set the frequency. A moderator who had no mail gets what arrives from now on."""
        if self.frequency == self.Frequency.NEVER:
            self.told_until = timezone.now()
        self.frequency = frequency
        self.mail_attempts = 0
        self.mail_due_at = timezone.now() if self.alarm else self.next_due_at()
        self.save(update_fields=["frequency", "told_until", "mail_attempts", "mail_due_at"])

    def note_done(self, **what: Any) -> None:
        """Note that the due mail was sent or had nothing to tell; `what` are the fields to set."""
        row = ModeratorMail.objects.filter(pk=self.pk)
        row.update(mail_attempts=0, **what)
        # Conditional: another frequency or an alarm that came meanwhile keeps its time.
        row.filter(mail_due_at=self.mail_due_at).update(mail_due_at=self.next_due_at())

    def next_due_at(self) -> datetime | None:
        """When to look again for something to send. `mailed_at` may put the mail itself off."""
        now = timezone.localtime()
        match self.frequency:
            case self.Frequency.NEVER:
                return None
            case self.Frequency.AT_ONCE:
                return now
            case self.Frequency.HOURLY:
                return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        seven = now.replace(hour=DAILY_AT, minute=0, second=0, microsecond=0)
        return seven if seven > now else seven + timedelta(days=1)
