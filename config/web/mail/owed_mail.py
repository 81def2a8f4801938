"""Mail that rows owe: columns of a row say what is due. A task only makes a worker look.

A mail that is due outlives a killed task, a dead worker and a mail server that hangs: a periodic
task (the sweep) finds it again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from config.web.mail.hold import MailMayLeave
from config.web.mail.messages import server_is_away

logger = logging.getLogger("colophon.mail")

MAIL_TRIES = 8
# Longer than a mail server can hang in all steps of a delivery together: 15 seconds each (see
# read_smtp), and ten minutes for the last (config/web/mail/smtp.py).
LEASE = timedelta(minutes=13)
# After a failed try; the last is repeated. Greylisting servers want a few minutes, a broken one a
# day.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440)]
SWEEP_SIZE = 500


def send_mail_soon(task: str, *arguments: Any) -> None:
    """Enqueue a task when the present transaction is committed.

    `task` is its dotted name, such as "newsletter.tasks.send_confirmation": models call this, and
    tasks import the models. A task that cannot be enqueued does no harm: the sweep finds the row.
    """

    def enqueue() -> None:
        import_string(task).enqueue(*arguments)

    transaction.on_commit(enqueue, robust=True)


class OwedMailQuerySet[Row: models.Model](models.QuerySet[Row]):
    """For a model with `mail_due_at` (None when no mail is owed) and `mail_attempts`."""

    def due_for_mail(self) -> Self:
        """Rows whose mail is due, the longest waiting first."""
        return self._due_now().order_by("mail_due_at")

    def claim_mail(self, pk: Any, *, lease: timedelta = LEASE, **also: Any) -> Row | None:
        """Take the mail of one row for the time of `lease`, and set the columns `also`.

        Returns None when no mail is due or another worker has it. When a worker was killed, another
        one takes the mail after the lease.
        """
        claimed = self._due_now().filter(pk=pk)
        taken = claimed.update(
            mail_due_at=timezone.now() + lease,
            mail_attempts=models.F("mail_attempts") + 1,
            **also,
        )
        return self.filter(pk=pk).first() if taken else None

    def deliver_mail(self, pk: Any, send: Callable[[Row], None]) -> bool:
        """Send the mail of one row. False when the mail server is away: others would fail, too."""
        row: Any = self.claim_mail(pk)
        if row is None:
            return True
        claimed = self.filter(pk=pk, mail_due_at=row.mail_due_at)
        try:
            send(row)
        except Exception as error:  # a fault of one mail must not keep the others back
            pause = PAUSES[min(row.mail_attempts, len(PAUSES)) - 1]
            claimed.update(mail_due_at=timezone.now() + pause)
            name = self.model._meta.label
            logger.warning("mail of %s %s failed, try %s: %r", name, pk, row.mail_attempts, error)
            return not server_is_away(error)
        # Conditional: a mail that became due during the sending stays due.
        claimed.update(mail_due_at=None, mail_attempts=0)
        return True

    def deliver_due_mail(self, send: Callable[[Row], None]) -> None:
        """The sweep: send the mail of all rows, until the mail server is away."""
        for pk in self.due_for_mail().values_list("pk", flat=True)[:SWEEP_SIZE]:
            if not self.deliver_mail(pk, send):
                break

    def _due_now(self) -> Self:
        # Columns of the row itself: PostgreSQL looks only at these again when two claim it at once.
        due = self.filter(mail_due_at__lte=timezone.now(), mail_attempts__lt=MAIL_TRIES)
        return due.filter(MailMayLeave())
