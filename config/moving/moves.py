"""Imports and exports that administrators start at the desk. The worker runs them one by one."""

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import CharField, JSONField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT_FOR = timedelta(days=7)  # with its files, after its last step
LEASE = timedelta(seconds=60)  # without a sign of life its worker is gone
MOST_TRIES = 3
# Files that an import may need beside the upload, by the options of import_from.
ENCLOSED = {"media": "media.zip", "authors": "authors.csv", "topics": "topics.csv"}
_UNSAFE = re.compile(r"[^\w.-]")


def folder() -> Path:
    """Where uploads, reports and exports are. Nothing in it is ever public."""
    return Path(settings.VAR_DIR) / "moves"


def new_token() -> str:
    return secrets.token_hex(16)


class MoveQuerySet(models.QuerySet["Move"]):
    def unattended(self) -> Self:
        """Running ones whose worker is gone."""
        return self.filter(status="running", seen_at__lt=timezone.now() - LEASE)

    def old(self) -> Self:
        ended = self.filter(status__in=["done", "failed"])
        return ended.filter(ended_at__lt=timezone.now() - KEPT_FOR)

    def claim(self) -> "Move | None":
        """Begin the oldest one that waits. None when there is none, or another one runs.

        One whose worker is gone waits again, and fails after MOST_TRIES.
        """
        self.unattended().filter(tries__gte=MOST_TRIES).update(
            status="failed", ended_at=timezone.now()
        )
        self.unattended().update(status="waiting")
        now = timezone.now()
        move = self.filter(status="waiting").order_by("asked_at", "pk").first()
        if move is None:
            return None
        started = {"status": "running", "begun_at": now, "seen_at": now, "tries": move.tries + 1}
        try:
            with transaction.atomic():
                mine = self.filter(pk=move.pk, status="waiting").update(progress="", **started)
        except IntegrityError:  # move_one_at_a_time
            return None
        move.refresh_from_db()
        return move if mine else None


class Move(models.Model):
    """An import or an export: what was asked for, by whom, and how far it is.

    Its files are named by its token. `waiting → running → done | failed`; one that was interrupted
    waits again, and begins anew: an import leaves alone what it has stored before.
    """

    class Direction(models.TextChoices):
        IN = "in", _("Import")
        OUT = "out", _("Export")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")

    direction = CharField(max_length=3, choices=Direction)
    status = CharField(_("status"), max_length=7, choices=Status, default=Status.WAITING)
    token = CharField(max_length=32, unique=True, default=new_token)
    kind = CharField(_("kind"), max_length=20, blank=True)  # of an import: a word of import_from
    file_name = CharField(_("file"), max_length=200, blank=True)  # as it was called
    is_dry_run = models.BooleanField(default=False)
    options = JSONField(default=list)  # further words of import_from
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    asked_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # by its worker
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    progress = CharField(max_length=200, blank=True)  # the last line that it said

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("import or export")
        verbose_name_plural = _("imports and exports")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="move_direction_known", condition=Q(direction__in=["in", "out"])
            ),
            models.CheckConstraint(
                name="move_status_known",
                condition=Q(status__in=["waiting", "running", "done", "failed"]),
            ),
            models.UniqueConstraint(
                fields=["status"], name="move_one_at_a_time", condition=Q(status="running")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        return self.status in {self.Status.WAITING, self.Status.RUNNING}

    @property
    def may_be_run(self) -> bool:
        """Whether it was a dry run or failed, and its file is still here."""
        ended = self.Status.DONE if self.is_dry_run else self.Status.FAILED
        return self.direction == "in" and self.status == ended and self.upload.exists()

    @property
    def upload(self) -> Path:
        """Importers tell kinds of files apart by their endings, and name files in the report."""
        return folder() / f"{self.token}-{_UNSAFE.sub('_', self.file_name)[-60:]}"

    def enclosed(self, name: str) -> Path:
        """What came with the upload: a file of ENCLOSED, if it is there."""
        return folder() / f"{self.token}.{ENCLOSED[name]}"

    @property
    def export(self) -> Path:
        return folder() / f"{self.token}.zip"

    @property
    def said(self) -> Path:
        """What the command said: the report as text."""
        return folder() / f"{self.token}.txt"

    @property
    def table(self) -> Path:
        """The report as CSV."""
        return folder() / f"{self.token}.csv"

    @property
    def expires_at(self) -> datetime | None:
        return self.ended_at + KEPT_FOR if self.ended_at else None

    def words(self) -> list[str]:
        """The command and its arguments."""
        if self.direction == self.Direction.OUT:
            return ["export_site", str(self.export), "--replace"]
        words = ["import_from", self.kind, str(self.upload), "--report", str(self.table)]
        for name in ENCLOSED:
            if self.enclosed(name).exists():
                words += [f"--{name}", str(self.enclosed(name))]
        return [*words, *self.options, *(["--dry-run"] if self.is_dry_run else [])]

    def run_for_real(self, *, by: "User") -> bool:
        """Start the import after a dry run or a failure. False when somebody else already did."""
        looked = Q(is_dry_run=True, status="done") | Q(is_dry_run=False, status="failed")
        ended = Move.objects.filter(looked, pk=self.pk, direction="in")
        fresh: dict[str, Any] = {"asked_at": timezone.now(), "ended_at": None, "tries": 0}
        return bool(ended.update(status="waiting", is_dry_run=False, by=by, progress="", **fresh))

    def seems_alive(self, progress: str) -> bool:
        """Note a sign of life of its worker. False when another worker has it."""
        mine = Move.objects.filter(pk=self.pk, status="running", tries=self.tries)
        return bool(mine.update(seen_at=timezone.now(), progress=progress[:200]))

    def end(self, *, is_good: bool, progress: str) -> None:
        ended = {"status": "done" if is_good else "failed", "ended_at": timezone.now()}
        mine = Move.objects.filter(pk=self.pk, status="running", tries=self.tries)
        mine.update(progress=progress[:200], **ended)

    def interrupt(self) -> None:
        """Let it wait for another try; after MOST_TRIES it has failed."""
        mine = Move.objects.filter(pk=self.pk, status="running", tries=self.tries)
        if self.tries >= MOST_TRIES:
            mine.update(status="failed", ended_at=timezone.now())
        else:
            mine.update(status="waiting")

    def forget(self) -> None:
        """Delete it with its files."""
        self.forget_files()
        self.delete()

    def forget_files(self) -> None:
        for path in folder().glob(f"{self.token}*"):
            path.unlink(missing_ok=True)
