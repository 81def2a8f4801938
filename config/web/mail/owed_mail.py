"""Mail that rows owe: the rows say what is due, and a task only says "look now".

What is due outlives a killed task, a dead worker and a mail server that hangs: a sweep finds it again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone

from config.web.mail.messages import server_is_away

logger = logging.getLogger("colophon.mail")

MAIL_TRIES = 8
# Longer than a mail server can hang in all steps of a delivery together (15 seconds each, see read_smtp).
LEASE = timedelta(minutes=3)
# After a failed try; the last is repeated. Greylisting servers want a few minutes, a broken one a day.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440)]
SWEEP_SIZE = 500


class OwedMailQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Of a model with the columns `mail_due_at` (empty when none is owed) and `mail_attempts`."""

    def due_for_mail(self) -> Self:
        """Those whose mail is due, longest waiting first."""
        return self._due_now().order_by("mail_due_at")

    def claim_mail(self, pk: Any, *, lease: timedelta = LEASE, **also: Any) -> Row | None:
        """Take the mail that one row owes; None when none is due or somebody else has it. Sets the columns `also`.

        Nobody else takes it before the lease ends, and after it somebody does: a killed worker loses no address.
        """
        claimed = self._due_now().filter(pk=pk)
        taken = claimed.update(
            mail_due_at=timezone.now() + lease,
            mail_attempts=models.F("mail_attempts") + 1,
            **also,
        )
        return self.filter(pk=pk).first() if taken else None

    def deliver_mail(self, pk: Any, send: Callable[[Row], None]) -> bool:
        """Send one owed mail. False when the mail server itself is away, so that trying others is no use now."""
        row: Any = self.claim_mail(pk)
        if row is None:
            return True
        claimed = self.filter(pk=pk, mail_due_at=row.mail_due_at)
        try:
            send(row)
        except Exception as error:  # whatever is wrong with one mail, the others go out
            pause = PAUSES[min(row.mail_attempts, len(PAUSES)) - 1]
            claimed.update(mail_due_at=timezone.now() + pause)
            name = self.model._meta.label
            logger.warning("mail of %s %s failed, try %s: %r", name, pk, row.mail_attempts, error)
            return not server_is_away(error)
        # Conditional: what came to be owed during the sending stays owed.
        claimed.update(mail_due_at=None, mail_attempts=0)
        return True

    def deliver_due_mail(self, send: Callable[[Row], None]) -> None:
        """Find what a killed task or an unreachable mail server left."""
        for pk in self.due_for_mail().values_list("pk", flat=True)[:SWEEP_SIZE]:
            if not self.deliver_mail(pk, send):
                break

    def _due_now(self) -> Self:
        # Columns of the row itself and no other: only these are looked at again when two claim it at once.
        return self.filter(mail_due_at__lte=timezone.now(), mail_attempts__lt=MAIL_TRIES)
