"""Events that a provider posts about mails, read by django-anymail (the extra `esp`)."""

from hashlib import sha256
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from newsletter.bounces.reading import status_in
from newsletter.bounces.recording import record
from newsletter.models import MailEvent
from newsletter.models.delivery import delivery_of
from newsletter.sending.verdicts import kind_of

# Events of opened mails and pressed links are not among them.
_FAILED = {"bounced", "rejected", "failed"}
_FOR_GOOD = {"invalid", "bounced"}
# What can only be said of a mail that the provider had taken.
_GOT_THERE = {"queued", "sent", "deferred", "delivered", "bounced", "complained", "unsubscribed"}


@csrf_exempt
def provider_events(request: HttpRequest) -> HttpResponse:
    """The webhook of NEWSLETTER_PROVIDER. 400 without its secret, which has to be set."""
    if not settings.NEWSLETTER_PROVIDER:
        raise Http404
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise BadRequest("ANYMAIL_WEBHOOK_SECRET is not set.")
    return view_of(settings.NEWSLETTER_PROVIDER)(request)


def view_of(provider: str) -> Any:
    """The view of django-anymail that reads the events of a provider."""
    from anymail.signals import tracking

    tracking.connect(note, dispatch_uid="newsletter")
    module = import_module(f"anymail.webhooks.{provider}")
    [view] = (
        found
        for name, found in vars(module).items()
        if name.endswith("TrackingWebhookView") and found.__module__ == module.__name__
    )
    return view.as_view()


def note(sender: Any, *, event: Any, esp_name: str, **_more: Any) -> None:
    """Record an event that says something of an address. One that comes again counts once."""
    delivery = delivery_of(str((event.metadata or {}).get("delivery", "")))
    if delivery is None:
        return
    if event.event_type in _GOT_THERE:
        delivery.prove_sent(f"{esp_name}: {event.event_type}")
    if event.event_type == "unsubscribed":
        if delivery.subscriber:
            delivery.subscriber.unsubscribe()
    elif kind := _kind(event):
        answer = str(event.mta_response or event.description or "")
        same = event.event_id or f"{event.message_id} {event.recipient} {event.timestamp}"
        key = sha256(f"{esp_name} {kind} {same}".encode()).hexdigest()
        record(delivery, key=key, kind=kind, status=status_in(answer), answer=answer)


def _kind(event: Any) -> str:
    """The kind of MailEvent, or ""."""
    if event.event_type == "complained" or event.reject_reason == "spam":
        return MailEvent.Kind.COMPLAINT
    if event.event_type not in _FAILED:
        return ""
    if status := status_in(str(event.mta_response or "")):
        return kind_of(status)
    return MailEvent.Kind.HARD if event.reject_reason in _FOR_GOOD else MailEvent.Kind.SOFT
