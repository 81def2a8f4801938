"""Everything that the newsletter keeps of an address, for its owner (GDPR Art. 15 and 20)."""

from typing import Any

from newsletter.models import MailEvent, Subscriber


def export(subscriber: Subscriber) -> dict[str, Any]:
    """Plain values, times as datetimes. What is left out is derived from these."""
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
        "consent": events,
        "issues": list(mails),
        "reports": list(reports.values("kind", "status", "answer", "at")),
    }
