"""Subscribers as CSV: choices, evidence of consent, and who must not be written to."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from newsletter.models import Subscriber
from newsletter.models.suppression import Suppression, digest_of
from newsletter.spreadsheets import csv_lines

_COLUMNS = [
    "email",
    "status",
    "suppressed",
    "requested_at",
    "confirmed_at",
    "unsubscribed_at",
    "frequency",
    "topics",
    "paused_until",
    "consent_page",
    "consent_wording",
    "consent_events",
]
_AT_ONCE = 500


def subscribers_as_csv() -> Iterator[str]:
    """The lines of the file. `suppressed` is empty, or says why no mail may go there."""
    return csv_lines(_COLUMNS, _rows())


def _rows() -> Iterator[list[Any]]:
    every = Subscriber.objects.order_by("pk").prefetch_related("topics", "consent_events")
    for some in batched(every.iterator(_AT_ONCE), _AT_ONCE):
        digests = {row.pk: digest_of(row.email) for row in some}
        found = Suppression.objects.filter(digest__in=digests.values())
        reasons = dict(found.values_list("digest", "reason"))
        for row in some:
            yield [
                row.email,
                row.status,
                reasons.get(digests[row.pk], ""),
                row.requested_at,
                row.confirmed_at,
                row.unsubscribed_at,
                row.frequency,
                ", ".join(sorted(topic.name for topic in row.topics.all())),
                row.paused_until,
                row.consent_page,
                row.consent_wording,
                "; ".join(f"{event.kind} {event.at:%FT%TZ}" for event in row.consent_events.all()),
            ]
