"""Events that a provider posts about mails, read by django-anymail (the extra `esp`)."""

import logging
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt

from config.web.requests.sent_forms import takes_up_to
from config.web.text.characters import tidy
from newsletter.bounces.reading import status_in
from newsletter.bounces.recording import record
from newsletter.models import MailEvent
from newsletter.models.delivery import delivery_of
from newsletter.sending.verdicts import kind_of

# Events of opened mails and pressed links are not among them.
_FAILED = {"bounced", "rejected", "failed"}
_FOR_GOOD = {"invalid", "bounced"}
# Of a body that django-anymail cannot read: it takes the fields of a provider for granted.
_MISREAD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
# What can only be said of a mail that the provider had taken.
_GOT_THERE = {"queued", "sent", "deferred", "delivered", "bounced", "complained", "unsubscribed"}

logger = logging.getLogger("colophon.newsletter")


class Unreadable(Exception):
    """What was sent is no event of the provider."""


# Providers tell of a thousand mails in one call.
@takes_up_to(2_000_000)
@csrf_exempt
def provider_events(request: HttpRequest) -> HttpResponse:
    """The webhook of NEWSLETTER_PROVIDER.

    400 without its secret, which has to be set, and for a body that holds no events.
    """
    if not settings.NEWSLETTER_PROVIDER:
        raise Http404
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise BadRequest("ANYMAIL_WEBHOOK_SECRET is not set.")
    try:
        return view_of(settings.NEWSLETTER_PROVIDER)(request)
    except Unreadable as error:
        logger.warning("The webhook got what is no event: %.300r", error.__cause__)
        said = f"This is no event of {settings.NEWSLETTER_PROVIDER}.\n"
        return HttpResponseBadRequest(said, content_type="text/plain; charset=utf-8")


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
    steps = {name: _read_by(getattr(view, name)) for name in ("run_validators", "parse_events")}
    reading: Any = type(view.__name__, (view,), steps)
    return reading.as_view()


def _read_by(step: Callable[[Any, HttpRequest], Any]) -> Callable[[Any, HttpRequest], Any]:
    """A step of a view that reads the request: it raises Unreadable. What notes events does not."""
    from anymail.exceptions import AnymailAPIError, AnymailConfigurationError

    @wraps(step)
    def read(view: Any, request: HttpRequest) -> Any:
        try:
            return step(view, request)
        except (*_MISREAD, AnymailConfigurationError) as error:  # the latter: of other webhooks
            raise Unreadable from error
        except AnymailAPIError as error:
            if type(error) is not AnymailAPIError:  # Amazon did not answer
                raise
            raise Unreadable from error

    return read


def note(sender: Any, *, event: Any, esp_name: str, **_more: Any) -> None:
    """Record an event that says something of an address. One that comes again counts once."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    delivery = delivery_of(tidy(str(metadata.get("delivery", ""))))
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
        key = sha256(f"{esp_name} {kind} {same}".encode(errors="replace")).hexdigest()
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
