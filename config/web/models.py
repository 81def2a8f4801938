"""Tables of the ground: rate limits, open forms of the admin, the audit log, wanted mails."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from config.web.audit import AuditEntry
from config.web.mail.wanted_mail import MailChoice
from config.web.text.fields import CharField, TextField

__all__ = ["AuditEntry", "KeptForm", "MailChoice", "RateLimit"]


class RateLimit(models.Model):
    """How often one key was tried in one window of time. The key is a keyed hash."""

    scope = CharField(max_length=40)
    key = CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key", "window_start"], name="rate_limit_unique"
            )
        ]
        indexes = [models.Index(fields=["window_start"], name="rate_limit_window")]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    def still_open(self) -> "KeptFormQuerySet":
        """Forms whose browser has told lately that it is there."""
        return self.filter(seen_at__gt=timezone.now() - KeptForm.SILENCE)


class KeptForm(models.Model):
    """A form of the admin that somebody has open, with what was typed and is not saved yet.

    One row for a person and a row of any model; `row` is empty for one that is being added. Nothing
    of it is ever public.
    """

    SILENCE = timedelta(seconds=30)  # the script tells every ten that it is there
    FOR = timedelta(days=30)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model = CharField(max_length=100)
    row = CharField(max_length=40)
    data = TextField()  # as a browser sends it, in ASCII
    kept_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "model", "row"], name="kept_form_unique")
        ]
        indexes = [
            models.Index(fields=["model", "row", "seen_at"], name="kept_form_open"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"

    @classmethod
    def note(cls, user: Any, model: str, row: str, data: str | None = None) -> "KeptForm":
        """Note that the form is open, and keep what was typed, if it is given."""
        now = timezone.now()
        form, _is_new = cls.objects.get_or_create(
            user=user, model=model, row=row, defaults={"opened_at": now, "seen_at": now}
        )
        if form.seen_at is None or form.seen_at < now - cls.SILENCE:
            form.opened_at = now
        form.seen_at = now
        changed = ["opened_at", "seen_at"]
        if data is not None:
            form.data, form.kept_at = data, now
            changed += ["data", "kept_at"]
        cls.objects.filter(pk=form.pk).update(**{name: getattr(form, name) for name in changed})
        return form

    def others(self) -> KeptFormQuerySet:
        """Who else has the form of this row open. Rows that are being added are different ones."""
        same = KeptForm.objects.filter(model=self.model, row=self.row).exclude(row="")
        return (
            same.exclude(user=self.user).still_open().select_related("user").order_by("opened_at")
        )
