"""Pages that changed are purged at the CDN within seconds, whatever happens to a worker or the CDN.

The functions that tell changes to the page caches write the same tags as rows, in the transaction
of the change (cdn_purges.sql). A worker takes the rows and deletes them when the CDN has answered.
"""

import logging
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from config.web.cdn.calls import PurgeFailed, purge
from config.web.mail.hold import mail_may_leave
from config.web.text.fields import CharField
from config.web.watching.rows import Outcome

logger = logging.getLogger("colophon.cdn")

AT_ONCE = 500  # rows
LEASE = timedelta(minutes=3)  # longer than the calls for so many rows take
# An answer made before the change may reach the CDN after the purge, so a second one follows.
AGAIN_AFTER = timedelta(seconds=15)
LONGEST_PAUSE = 300  # seconds between tries


class PurgeQuerySet(models.QuerySet["Purge"]):
    def waiting(self, now: datetime) -> "PurgeQuerySet":
        """Those that are due, and those that failed. Second ones and times to come are none."""
        return self.filter(models.Q(due_at__lte=now) | models.Q(attempts__gt=0))


class Purge(models.Model):
    """A tag whose pages are to be purged at a time; "*" for all pages."""

    id = models.BigAutoField(primary_key=True)
    tag = CharField(max_length=200)
    due_at = models.DateTimeField()
    is_second = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveIntegerField(default=0, db_default=0)

    objects = PurgeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["due_at"], name="purge_due")]

    def __str__(self) -> str:
        return self.tag

    @staticmethod
    def note(*tags: str) -> None:
        """Queue what no row tells: a time that has come, or a new version of the templates."""
        Purge.objects.bulk_create([Purge(tag=tag, due_at=timezone.now()) for tag in tags])


def purge_due() -> None:
    """Purge what is due. Safe in several workers at once; a copy of a site purges nothing."""
    if not mail_may_leave():
        return
    while rows := _claim():
        pks = [row.pk for row in rows]
        try:
            purge(list(dict.fromkeys(row.tag for row in rows)))
        except PurgeFailed as error:
            Outcome.note("cdn", error=str(error))
            _try_later(rows, error)
            return
        Outcome.note("cdn")
        done = Purge.objects.filter(pk__in=pks)
        done.filter(is_second=True).delete()
        done.update(is_second=True, attempts=0, due_at=timezone.now() + AGAIN_AFTER)


@transaction.atomic
def _claim() -> list[Purge]:
    due = Purge.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    rows = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
    claimed = Purge.objects.filter(pk__in=[row.pk for row in rows])
    claimed.update(due_at=timezone.now() + LEASE, attempts=models.F("attempts") + 1)
    return rows


def _try_later(rows: list[Purge], error: PurgeFailed) -> None:
    tries = max(row.attempts for row in rows)
    now = timezone.now()
    pause = timedelta(seconds=min(2 ** min(tries, 10), LONGEST_PAUSE))
    logger.warning("%d purges wait %s: %s", len(rows), pause, error)
    Purge.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=now + pause)
