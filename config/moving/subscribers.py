"""Subscribers of an import. Who is not to be written to comes first, and wins over all else."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched

from django.db import transaction
from django.utils import timezone

from config.moving import records
from config.moving.keys import Keys
from config.moving.models import ImportedItem
from config.moving.report import Report
from config.web.text.addresses import known_as
from newsletter.forms import CONSENT_WORDING
from newsletter.models import ConsentEvent, Subscriber, Suppression
from newsletter.models.suppression import digest_of
from newsletter.querysets import SubscriberQuerySet

_KIND = ImportedItem.Kind.ADDRESS
_AT_ONCE = 200  # addresses of a transaction
_WANTED = frozenset(["confirmed", "pending"])
_WORDING = "Consent was given at %s, before the list moved here."


class Subscribers:
    """`ask` owes one mail to each who waits for a confirmation, within the limits of signups."""

    def __init__(self, keys: Keys, report: Report, *, ask: bool, dry_run: bool) -> None:
        self.keys, self.report = keys, report
        self.ask, self.dry_run = ask, dry_run
        self.ended: set[str] = set()
        self.seen: set[str] = set()

    def store(self, wanted: Iterable[records.Subscriber]) -> Iterator[None]:
        """Store them in batches. Yields after each."""
        living: list[records.Subscriber] = []
        for batch in batched(wanted, _AT_ONCE):
            living += [record for record in batch if record.status in _WANTED]
            with self._transaction():
                for record in batch:
                    if record.status not in _WANTED:
                        self._end(record)
            yield
        for batch in batched(living, _AT_ONCE):
            with self._transaction():
                self._add_all(batch)
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with transaction.atomic():
            yield
            if self.dry_run:
                transaction.set_rollback(True)

    def _end(self, record: records.Subscriber) -> None:
        """Note that this address gets no mail.

        A later consent here stays valid, unless the reason is a complaint.
        """
        self.report.begin(record.email, record.place)
        row = Subscriber.objects.select_for_update().with_address(record.email).first()
        confirmed = row.confirmed_at if row and row.is_confirmed else None
        is_older = record.ended_at and confirmed and confirmed > record.ended_at
        if is_older and record.status in Suppression.YIELDING:
            self.report.say("ended there", "confirmed here since then, and stays subscribed")
            return
        known = known_as(record.email)
        if known in self.ended:
            self.report.say("address that stands twice", record.email)
        self.ended.add(known)
        if not Suppression.objects.of([record.email]).exists():
            self.report.stored_one(f"addresses that get no mail ({record.status})")
        Suppression.objects.add_address(record.email, reason=record.status)
        if row and record.status == Suppression.Reason.BOUNCED:
            row.bounce()
        elif row and record.status == Suppression.Reason.LEFT:
            row.unsubscribe()
        elif row:
            row.suppress(record.status)

    def _add_all(self, batch: Iterable[records.Subscriber]) -> None:
        digests = {known_as(record.email): digest_of(record.email) for record in batch}
        before = self.keys.rows(_KIND, digests.values())
        suppressed = {known_as(email) for email in Suppression.objects.among(digests)}
        made: dict[str, int] = {}
        for record in batch:
            self.report.begin(record.email, record.place)
            known = known_as(record.email)
            if known in self.seen:
                self.report.say("address that stands twice", record.email)
                continue
            self.seen.add(known)
            if known in suppressed | self.ended:
                self.report.say("gets no mail", f"{record.email} left, complained or failed")
            elif digests[known] in before:
                self.report.stored_one("subscribers that were here before")
                self._ask(Subscriber.objects.filter(pk=before[digests[known]]))
            else:
                made[digests[known]] = self._add(record)
        self.keys.note_all(_KIND, made)

    def _add(self, record: records.Subscriber) -> int:
        """The number of the row."""
        found = Subscriber.objects.with_address(record.email).first()
        if found is not None:
            self.report.say("address here already", f"{found.get_status_display()}, and stays so")
            return found.pk
        is_confirmed = record.status == "confirmed" and record.consented_at is not None
        asked_at = (record.consented_at if is_confirmed else None) or timezone.now()
        wording = _WORDING % record.consent_from if is_confirmed else ""
        row = Subscriber.objects.create(
            email=record.email,
            status="confirmed" if is_confirmed else "pending",
            requested_at=asked_at,
            confirmed_at=asked_at if is_confirmed else None,
            consent_wording=wording,
        )
        if is_confirmed:
            detail = f"Imported: {record.consent_from}"
            for kind in (ConsentEvent.Kind.ASKED, ConsentEvent.Kind.CONFIRMED):
                ConsentEvent.objects.add(row.pk, kind, asked_at, wording=wording, detail=detail)
        self.report.stored_one(f"subscribers {row.status}")
        self._ask(Subscriber.objects.filter(pk=row.pk))
        return row.pk

    def _ask(self, rows: SubscriberQuerySet) -> None:
        """Owe one mail to somebody who waits and never got one."""
        if not self.ask or self.dry_run:
            return
        row = rows.filter(status="pending", answered_at=[]).select_for_update().first()
        if row is not None:
            row.request(wording=str(CONSENT_WORDING), page="")
            if row.mail_due_at:
                self.report.stored_one("mails that ask for a confirmation")
