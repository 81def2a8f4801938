"""Tables of the ground: rate limits, open forms, the audit log, wanted mails, the installation."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from config.web.audit import AuditEntry
from config.web.cdn.purging import Purge
from config.web.mail.hold import origin
from config.web.mail.wanted_mail import MailChoice
from config.web.text.fields import CharField, TextField
from config.web.watching.rows import Heartbeat, Incident, MetricCount, Outcome

__all__ = [
    "AuditEntry",
    "Heartbeat",
    "Incident",
    "Installation",
    "KeptForm",
    "MailChoice",
    "MetricCount",
    "Outcome",
    "Purge",
    "RateLimit",
]


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


# `silent` is the time before which a form was last heard of that is open no more. The row of the
# person who asks is written by the same statement, which does not see it yet.
_NOTE = """
    WITH noted AS (
        INSERT INTO web_keptform AS form (user_id, model, "row", data, kept_at, opened_at, seen_at)
        VALUES (
            %(user)s, %(model)s, %(row)s, coalesce(%(data)s, ''),
            CASE WHEN %(data)s::text IS NOT NULL THEN %(now)s END, %(now)s, %(now)s
        )
        ON CONFLICT (user_id, model, "row") DO UPDATE SET
            data = coalesce(%(data)s, form.data),
            kept_at = CASE WHEN %(data)s::text IS NULL THEN form.kept_at ELSE %(now)s END,
            opened_at = CASE WHEN form.seen_at > %(silent)s THEN form.opened_at ELSE %(now)s END,
            seen_at = %(now)s
    )
    SELECT form.id, form.opened_at,
        coalesce(nullif(trim(first_name || ' ' || last_name), ''), username) AS name
    FROM web_keptform form JOIN auth_user person ON person.id = form.user_id
    WHERE form.model = %(model)s AND form."row" = %(row)s AND form."row" <> ''
        AND form.seen_at > %(silent)s AND form.user_id <> %(user)s
    ORDER BY form.opened_at, form.id
"""


class KeptForm(models.Model):
    """A form of the admin that somebody has open, with what was typed and is not saved yet.

    One row for a person and a row of any model; `row` is empty for one that is being added. Nothing
    of it is ever public.
    """

    # Of a page in the background the script tells every half minute that it is there, and browsers
    # let it wait for a minute.
    SILENCE = timedelta(seconds=100)
    FOR = timedelta(days=30)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model = CharField(max_length=100)
    row = CharField(max_length=40)
    data = TextField()  # as a browser sends it, in ASCII
    kept_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

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
    def note(cls, user: Any, model: str, row: str, data: str | None = None) -> list[Any]:
        """Note that the form is open, and keep what was typed, if it is given.

        Returns who else has it open, each with a `name`, in the same statement: every open form
        asks every few seconds. Rows that are being added are different ones.
        """
        now = timezone.now()
        given = {"user": user.pk, "model": model, "row": row, "data": data}
        given |= {"now": now, "silent": now - cls.SILENCE}
        return list(cls.objects.raw(_NOTE, given))


class Installation(models.Model):
    """The one row that says which installation may send mail (config/web/mail/hold.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    database = CharField(max_length=60)
    origin = CharField(max_length=300, blank=True)
    since = models.DateTimeField()
    # Whether triggers queue changes for a CDN (config/web/cdn/purging.py).
    has_cdn = models.BooleanField(default=False, db_default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="installation_one_row", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.origin or self.database

    @classmethod
    def adopt(cls) -> None:
        """Make this database, at this address, the one that may send mail."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT web_database_identity()")
            database = cursor.fetchone()[0]
        own = {"database": database, "origin": origin(), "since": timezone.now()}
        cls.objects.update_or_create(pk=1, defaults=own)
