"""All that the newsletter keeps of an address: the export (GDPR Art. 15, 20), the erasure (17)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.kept_data import Keeper, rename_in_admin_log
from newsletter import links
from newsletter.models import MailEvent, Subscriber, Suppression
from newsletter.querysets import SubscriberQuerySet

_PRUNED_AT_ONCE = 500


def export(email: str) -> dict[str, Any]:
    """Plain values, times as datetimes. What is left out is derived from these.

    Raises Subscriber.DoesNotExist.
    """
    subscriber = Subscriber.objects.with_address(email).get()
    events = [
        {
            "what": str(event.get_kind_display()),
            "at": event.at,
            "wording": event.wording,
            "page": event.page,
            "detail": event.detail,
        }
        for event in subscriber.consent_events.all()
    ]
    mails = subscriber.deliveries.order_by("pk").values(
        "issue__subject", "status", "begun_at", "answered_at", "answer"
    )
    reports = MailEvent.objects.filter(delivery__subscriber=subscriber)
    return {
        "address": subscriber.email,
        "status": subscriber.get_status_display(),
        "requested_at": subscriber.requested_at,
        "wording": subscriber.consent_wording,
        "page": subscriber.consent_page,
        "confirmed_at": subscriber.confirmed_at,
        "unsubscribed_at": subscriber.unsubscribed_at,
        "frequency": str(subscriber.get_frequency_display()),
        "topics": [topic.name for topic in subscriber.topics.all()],
        "paused_until": subscriber.paused_until,
        "answered_at": subscriber.answered_at,
        "wants_no_mail": _forbids_mail(email),
        "consent": events,
        "issues": list(mails),
        "reports": list(reports.values("kind", "status", "answer", "at")),
    }


@transaction.atomic
def erase(email: str) -> None:
    """Erase all but the numbers of issues, and the keyed hash of a suppressed address."""
    for subscriber in Subscriber.objects.with_address(email):
        rename_in_admin_log(Subscriber, [subscriber.pk])
        subscriber.delete()


def prune_unconfirmed() -> None:
    """Erase requests that nobody confirmed within the days of the settings."""
    before = timezone.now() - timedelta(days=settings.NEWSLETTER_UNCONFIRMED_DAYS)
    old = Subscriber.objects.never_confirmed().filter(requested_at__lt=before).order_by("pk")
    last: int | None = 0
    while last is not None:
        last = _prune(old.filter(pk__gt=last))


@transaction.atomic
def _prune(old: SubscriberQuerySet) -> int | None:
    """Erase some of these rows. Returns the last key that was looked at, None after the end."""
    # Locked: who confirms in the same moment is not among them.
    locked = old.select_for_update(skip_locked=True)[:_PRUNED_AT_ONCE]
    rows = dict(locked.values_list("email", "pk"))
    # Who asked never to be written to can take that back, by the row.
    forbidden = Suppression.objects.among(rows)
    pks = [pk for email, pk in rows.items() if email not in forbidden]
    rename_in_admin_log(Subscriber, pks)
    Subscriber.objects.filter(pk__in=pks).delete()
    return max(rows.values()) if len(rows) == _PRUNED_AT_ONCE else None


def keeps(email: str) -> bool:
    """Whether anything is kept of an address."""
    return Subscriber.objects.with_address(email).exists()


def links_of(email: str) -> dict[str, str]:
    """The pages that its owner may want beside the export."""
    subscriber = Subscriber.objects.with_address(email).get()
    found = {"never": links.never_url(subscriber)}
    if subscriber.is_confirmed:
        found["preferences"] = links.preferences_url(subscriber)
    if subscriber.may_leave:
        found["unsubscribe"] = links.unsubscribe_url(subscriber)
    return found


def _forbids_mail(email: str) -> bool:
    complained = Subscriber.objects.with_address(email).filter(status="complained")
    return complained.exists() or Suppression.objects.of([email]).forbidding_all_mail().exists()


KEEPER = Keeper(
    name="newsletter",
    title=_("Newsletter"),
    template="newsletter/_kept_data.html",
    keeps=keeps,
    export=export,
    links=links_of,
    erase=erase,
    forbids_mail=_forbids_mail,
)
