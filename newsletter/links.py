"""The links of the newsletter's mails, and the headers that mail programs read."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.mail.list_headers import make_list_headers, make_list_id
from config.web.requests.signed_links import ExpiredLink, make_token, read_token
from config.web.site import absolute_url
from newsletter.models import Subscriber

CONFIRM_WITHIN = timedelta(days=7)
_CONFIRM = "newsletter.confirm"
_UNSUBSCRIBE = "newsletter.unsubscribe"


def confirm_url(subscriber: Subscriber) -> str:
    """Good for this one request: a later request or its confirmation and end make it harmless."""
    token = make_token(_CONFIRM, [subscriber.pk, _moment(subscriber)])
    return absolute_url(reverse("newsletter:confirm", args=[token]))


def unsubscribe_url(subscriber: Subscriber) -> str:
    """Good for ever: an old mail must be as easy to leave by as the last one."""
    return absolute_url(reverse("newsletter:unsubscribe", args=[_unsubscribe_token(subscriber)]))


def one_click_url(subscriber: Subscriber) -> str:
    """Where a mail program POSTs to (RFC 8058)."""
    return absolute_url(reverse("newsletter:one_click", args=[_unsubscribe_token(subscriber)]))


def subscriber_to_confirm(token: str) -> Subscriber:
    """Whose request a confirmation link is for.

    Raises ExpiredLink when it is too old, or its request was replaced by a later one, ended by unsubscribing or
    erased; BadLink when it is not a confirmation link of ours.
    """
    pk, moment = read_token(_CONFIRM, token, max_age=CONFIRM_WITHIN)
    subscriber = Subscriber.objects.filter(pk=pk, status__in=["pending", "confirmed"]).first()
    if subscriber is None or _moment(subscriber) != moment:
        raise ExpiredLink
    return subscriber


def subscriber_to_unsubscribe(token: str) -> Subscriber | None:
    """Whose link it is, None when that person was erased since. Raises BadLink."""
    return Subscriber.objects.filter(pk=read_token(_UNSUBSCRIBE, token)).first()


def list_headers(subscriber: Subscriber) -> dict[str, str]:
    """Headers of mail that is sent because of a subscription."""
    list_id = make_list_id("newsletter", _("%(site)s newsletter") % {"site": settings.SITE_NAME})
    return make_list_headers(list_id, one_click_url=one_click_url(subscriber))


def _moment(subscriber: Subscriber) -> int:
    return round(subscriber.requested_at.timestamp() * 1_000_000)


def _unsubscribe_token(subscriber: Subscriber) -> str:
    return make_token(_UNSUBSCRIBE, subscriber.pk)
