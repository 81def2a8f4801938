"""How the site is now: what waits, what is late, and what there is of disk, backup and database."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Model, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_tasks_db.models import DBTaskResult

from articles.models import ScheduledStep
from comments.models import Comment
from config.backups import record
from config.watching.certificate import Certificate, last_look
from config.web.audit import AuditEntry
from config.web.cdn.purging import Purge
from config.web.mail.hold import mail_may_leave
from config.web.mail.owed_mail import MAIL_TRIES
from config.web.requests.capped_paging import capped_count
from config.web.watching.rows import Heartbeat, Outcome
from newsletter.models import Issue

COUNTED = 10_000  # a longer queue is counted no further
# A mail that failed so often is refused, not delayed. The pauses before are 36 minutes together.
FAILED_OFTEN = 3
# The last try of one that nobody tries any more. Older ones are news no longer.
GIVEN_UP_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Owed:
    """Mails of one kind of row: how many are due, since when, and how many failed often."""

    kind: str
    due: int
    oldest: datetime | None
    failing: int


@dataclass(frozen=True)
class Disk:
    folder: str
    free: int  # bytes
    total: int

    @property
    def free_share(self) -> float:
        return self.free / self.total if self.total else 0.0


@dataclass(frozen=True)
class Backup:
    at: datetime
    ok: bool
    error: str
    bytes: int


@dataclass(frozen=True)
class Cdn:
    """Purges that wait for the CDN, since when, and how the last ones ended."""

    waiting: int
    waiting_since: datetime | None
    succeeded_at: datetime | None
    failed_at: datetime | None
    failing_since: datetime | None
    error: str  # of the last failure


@dataclass(frozen=True)
class State:
    """Times are those since which something waits; None when nothing does."""

    at: datetime
    heartbeats: list[Heartbeat]
    queued: int
    queued_since: datetime | None
    owed: list[Owed]
    moderation: int
    moderation_since: datetime | None
    step_due: datetime | None
    issue_due: datetime | None
    sending: int
    mails_waiting: int
    disks: list[Disk]
    backup: Backup | None
    verified: Backup | None  # the last one that was restored on trial
    database: dict[str, int]
    failed_log_ins: int
    certificate: Certificate | None
    cdn: Cdn | None

    def of_kind(self, kind: str) -> list[Heartbeat]:
        return [row for row in self.heartbeats if row.kind == kind]

    def age(self, since: datetime | None) -> float:
        """Seconds since then, 0 for never and for times to come."""
        return max(0.0, (self.at - since).total_seconds()) if since else 0.0


def read_state() -> State:
    """Some twenty short statements. Raises DatabaseError."""
    now = timezone.now()
    ready = DBTaskResult.objects.filter(status="READY")
    ready = ready.filter(Q(run_after=None) | Q(run_after__lte=now))
    sending = list(Issue.objects.sending())
    return State(
        at=now,
        heartbeats=list(Heartbeat.objects.order_by("kind", "-seen_at")),
        queued=capped_count(ready, COUNTED),
        queued_since=ready.aggregate(at=Min("enqueued_at"))["at"],
        owed=[owed_by(model, now) for model in owing_models()],
        moderation=capped_count(Comment.objects.awaiting_moderation(), COUNTED),
        moderation_since=Comment.objects.waiting_since(),
        step_due=ScheduledStep.objects.filter(at__lte=now).aggregate(at=Min("at"))["at"],
        issue_due=Issue.objects.due(now).values_list("send_at", flat=True).first(),
        sending=len(sending),
        mails_waiting=sum(int(issue.counts.get("waiting", 0)) for issue in sending),
        disks=disks_of_site(),
        backup=last_backup(),
        verified=last_backup(record.VERIFIED),
        database=database_figures(),
        failed_log_ins=AuditEntry.objects.filter(
            action=AuditEntry.Action.LOG_IN_FAILED, at__gt=now - timedelta(hours=1)
        ).count(),
        certificate=last_look(),
        cdn=cdn_of(now),
    )


def owing_models() -> list[type[Model]]:
    """All models whose rows owe mails (config/web/mail/owed_mail.py)."""
    columns = {"mail_due_at", "mail_attempts"}
    return [
        model
        for model in apps.get_models()
        if columns <= {field.name for field in model._meta.get_fields()}
    ]


def last_backup(name: str = record.MADE) -> Backup | None:
    """What the last one left in VAR_DIR; None when there was none that can be read."""
    try:
        told: dict[str, Any] = json.loads(record.record_file(name).read_text())
        at = parse_datetime(str(told["at"]))
        if at is None or timezone.is_naive(at):
            return None
        ok, error = bool(told["ok"]), str(told.get("error") or "")
        return Backup(at, ok, error[:200], int(told.get("bytes") or 0))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def cdn_of(now: datetime) -> Cdn | None:
    """None without a CDN that is told of changes. A copy of the site tells none."""
    if not (settings.CDN_PURGE_KIND and mail_may_leave()):
        return None
    waiting = Purge.objects.waiting(now)
    last = Outcome.objects.filter(name="cdn").first() or Outcome()
    # A purge that failed is due later, so the time of its change is not known any more.
    since = waiting.filter(due_at__lte=now).aggregate(at=Min("due_at"))["at"]
    return Cdn(
        waiting=capped_count(waiting, COUNTED),
        waiting_since=min(filter(None, (since, last.failing_since)), default=None),
        succeeded_at=last.succeeded_at,
        failed_at=last.failed_at,
        failing_since=last.failing_since,
        error=last.error,
    )


def owed_by(model: type[Model], now: datetime) -> Owed:
    due = Q(mail_due_at__lte=now, mail_attempts__lt=MAIL_TRIES)
    often = Q(mail_attempts__gte=FAILED_OFTEN, mail_due_at__gt=now - GIVEN_UP_FOR)
    found = model._default_manager.filter(mail_due_at__isnull=False).aggregate(
        due=Count("pk", filter=due),
        oldest=Min("mail_due_at", filter=due),
        failing=Count("pk", filter=often),
    )
    return Owed(model._meta.label_lower, found["due"], found["oldest"], found["failing"])


def disks_of_site() -> list[Disk]:
    """Of data and of media, which may be on another one."""
    seen: dict[int, Disk] = {}
    for folder in map(Path, (settings.VAR_DIR, settings.MEDIA_ROOT)):
        if folder.exists():
            usage = shutil.disk_usage(folder)
            seen.setdefault(folder.stat().st_dev, Disk(folder.name, usage.free, usage.total))
    return list(seen.values())


def database_figures() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), current_setting('max_connections')::int,"
            " pg_database_size(current_database())"
            " FROM pg_stat_activity WHERE datname = current_database()"
        )
        connections, most, size = cursor.fetchone()
    return {"connections": connections, "most_connections": most, "bytes": size}
