"""All that the newsletter keeps of an address: the export (GDPR Art. 15, 20), the erasure (17)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.web.kept_data import Keeper, rename_in_admin_log
from newsletter import links
from newsletter.models import MailEvent, Subscriber, Suppression


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
