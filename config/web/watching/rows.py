"""What is noted about how the site runs: counts, signs of life, and what was wrong and when."""

import os
import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.mail.owed_mail import OwedMailQuerySet
from config.web.text.fields import CharField, JSONField

SILENT_AFTER = timedelta(minutes=2)
# All processes lock rows in one order, so that none wait for each other in a circle.
_ADD = """
    INSERT INTO web_metriccount AS kept (name, labels, value)
    SELECT name, labels, value
    FROM unnest(%s::text[], %s::text[], %s::double precision[]) AS noted (name, labels, value)
    ORDER BY name, labels
    ON CONFLICT (name, labels) DO UPDATE SET value = kept.value + excluded.value
"""


class MetricCount(models.Model):
    """A number that grows, of all processes together, with labels as Prometheus has them."""

    name = CharField(max_length=100)
    labels = CharField(max_length=300, blank=True)
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "labels"], name="metric_count_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name}{{{self.labels}}} {self.value}"


def add_counts(counts: Mapping[tuple[str, str], float]) -> None:
    """Add to the numbers of name and labels in one statement."""
    names, labels = zip(*counts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(names), list(labels), list(map(float, counts.values()))])


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def alive(self) -> "HeartbeatQuerySet":
        """Processes that gave a sign within SILENT_AFTER."""
        return self.filter(seen_at__gt=timezone.now() - SILENT_AFTER)

    def media(self) -> set[str]:
        """The folders or buckets in which living processes keep media (media_identity())."""
        return set(self.alive().values_list("figures__media", flat=True)) - {None, ""}


class Heartbeat(models.Model):
    """A process that runs, or ran: the last sign of life, and its own figures."""

    FOR = timedelta(days=1)

    class Kind(models.TextChoices):
        WEB = "web", _("Web process")
        WORKER = "worker", _("Worker")

    kind = CharField(max_length=6, choices=Kind)
    name = CharField(max_length=120)  # machine and number of the process
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    figures = JSONField(default=dict)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="heartbeat_unique"),
            models.CheckConstraint(
                name="heartbeat_kind_known", condition=Q(kind__in=["web", "worker"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def is_alive(self) -> bool:
        """Twin of HeartbeatQuerySet.alive()."""
        return self.seen_at > timezone.now() - SILENT_AFTER

    @classmethod
    def beat(cls, kind: str, **figures: Any) -> None:
        """Note that this process runs. Rows of processes that ended long ago go."""
        now = timezone.now()
        cls.objects.update_or_create(
            kind=kind,
            name=process_name(),
            defaults={"seen_at": now, "figures": figures},
            create_defaults={"seen_at": now, "figures": figures, "started_at": now},
        )
        cls.objects.filter(seen_at__lt=now - cls.FOR).delete()


def process_name() -> str:
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


class Outcome(models.Model):
    """How something that is tried again and again ended last: purges at a CDN, a certificate."""

    name = CharField(primary_key=True, max_length=20)
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)  # None after a success
    error = CharField(max_length=300, blank=True)  # of the last failure
    figures = JSONField(default=dict)  # of the last success

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def note(cls, name: str, *, error: str = "", **figures: Any) -> None:
        """Note a success with its figures, or a failure with its words."""
        now = timezone.now()
        row, _is_new = cls.objects.get_or_create(name=name)
        if error:
            row.failed_at, row.error = now, error[:300]
            row.failing_since = row.failing_since or now
        else:
            row.succeeded_at, row.failing_since, row.figures = now, None, figures
        row.save()


class IncidentQuerySet(OwedMailQuerySet["Incident"]):
    def open(self) -> "IncidentQuerySet":
        return self.filter(ended_at=None)


class Incident(models.Model):
    """Something that is wrong from one time to another. Mails go out at its beginning and end.

    `mail_due_at` owes the mail about the present state: one when it begins, one when it is over.
    """

    class Kind(models.TextChoices):
        WORKER = "worker", _("No worker gives a sign of life")
        LATE = "late", _("Something is due and late")
        MAIL = "mail", _("Mail is not accepted")
        BACKUP = "backup", _("The backup failed or is old")
        DISK = "disk", _("A disk is nearly full")
        CERTIFICATE = "cert", _("The certificate ends soon, or is not accepted")
        CDN = "cdn", _("The CDN is not told of changes")

    kind = CharField(_("kind"), max_length=6, choices=Kind)
    detail = CharField(_("detail"), max_length=300, blank=True)
    began_at = models.DateTimeField(_("began"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    mail_due_at = models.DateTimeField(null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-began_at", "-pk"]
        constraints = [
            # Of two processes that find the same, one begins the incident.
            models.UniqueConstraint(
                fields=["kind"], condition=Q(ended_at=None), name="incident_open_once"
            ),
            models.CheckConstraint(
                name="incident_kind_known",
                condition=Q(kind__in=["worker", "late", "mail", "backup", "disk", "cert", "cdn"]),
            ),
            models.CheckConstraint(
                name="incident_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["-began_at"], name="incident_newest"),
            models.Index(
                fields=["mail_due_at"],
                name="incident_mail",
                condition=Q(mail_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at:%Y-%m-%d %H:%M}"

    @classmethod
    def begin(cls, kind: str, detail: str) -> bool:
        """Begin an incident that owes a mail. False when it is open already."""
        now, detail = timezone.now(), detail[:300]
        row, is_new = cls.objects.get_or_create(
            kind=kind,
            ended_at=None,
            defaults={"detail": detail, "began_at": now, "mail_due_at": now},
        )
        if row.detail != detail:
            cls.objects.filter(pk=row.pk).update(detail=detail)
        return is_new

    @classmethod
    def end(cls, kind: str) -> bool:
        """End the open incident of this kind. A mail goes out, also after one that never did."""
        now = timezone.now()
        ended = cls.objects.open().filter(kind=kind)
        return bool(ended.update(ended_at=now, mail_due_at=now, mail_attempts=0))
