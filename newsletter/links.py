"""The links in the newsletter's mails, and the headers that mail programs read."""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.mail.list_headers import make_list_headers, make_list_id
from config.web.requests.signed_links import ExpiredLink, make_token, read_token
from config.web.site import public_url
from newsletter.models import Subscriber

CONFIRM_WITHIN = timedelta(days=7)
_CONFIRM = "newsletter.confirm"
_UNSUBSCRIBE = "newsletter.unsubscribe"
_REPORTS = "newsletter.reports"


def confirm_url(subscriber: Subscriber) -> str:
    """The link that confirms this one request. A later request, or an end, makes it void."""
    token = make_token(_CONFIRM, [subscriber.pk, _moment(subscriber)])
    return public_url("newsletter:confirm", token)


def unsubscribe_url(subscriber: Subscriber) -> str:
    """The link that unsubscribes. It never expires: readers also leave by an old mail."""
    return public_url("newsletter:unsubscribe", _unsubscribe_token(subscriber))


def preferences_url(subscriber: Subscriber) -> str:
    """The page of what somebody gets and how often. It never expires, as the mail does not."""
    return public_url("newsletter:preferences", _unsubscribe_token(subscriber))


def never_url(subscriber: Subscriber) -> str:
    """The page on which the owner of an address forbids all mail to it."""
    return public_url("newsletter:never", _unsubscribe_token(subscriber))


def one_click_url(subscriber: Subscriber) -> str:
    """The address that a mail program POSTs to (RFC 8058)."""
    return public_url("newsletter:one_click", _unsubscribe_token(subscriber))


def mail_links(subscriber_id: int) -> tuple[str, ...]:
    """The addresses of unsubscribe_url, one_click_url and preferences_url, made in a hurry."""
    token = make_token(_UNSUBSCRIBE, subscriber_id)
    return tuple(f"{start}{token}/" for start in _link_starts(settings.SITE_URL))


@cache
def _link_starts(site_url: str) -> list[str]:
    names = ("newsletter:unsubscribe", "newsletter:one_click", "newsletter:preferences")
    return [site_url + reverse(name, args=["-"]).removesuffix("-/") for name in names]


def subscriber_to_confirm(token: str) -> Subscriber:
    """The subscriber whose request a confirmation link is for.

    Raises ExpiredLink when the link is too old, or its request was replaced by a later one, ended
    by unsubscribing or erased. Raises BadLink when it is no confirmation link of this site.
    """
    pk, moment = read_token(_CONFIRM, token, max_age=CONFIRM_WITHIN)
    subscriber = Subscriber.objects.filter(pk=pk, status__in=["pending", "confirmed"]).first()
    if subscriber is None or _moment(subscriber) != moment:
        raise ExpiredLink
    return subscriber


def subscriber_to_unsubscribe(token: str) -> Subscriber | None:
    """The subscriber of an unsubscribe link, or None when the row was erased. Raises BadLink."""
    return Subscriber.objects.filter(pk=read_token(_UNSUBSCRIBE, token)).first()


def report_url() -> str:
    """The address that a mail server of ours posts bounces to. It never expires."""
    return public_url("newsletter:report", make_token(_REPORTS, ""))


def check_report_token(token: str) -> None:
    """Raises BadLink for a token that report_url did not make."""
    read_token(_REPORTS, token)


def list_headers(subscriber: Subscriber) -> dict[str, str]:
    """Headers of mail that is sent because of a subscription."""
    list_id = make_list_id("newsletter", _("%(site)s newsletter") % {"site": settings.SITE_NAME})
    return make_list_headers(list_id, one_click_url=one_click_url(subscriber))


def _moment(subscriber: Subscriber) -> int:
    return round(subscriber.requested_at.timestamp() * 1_000_000)


def _unsubscribe_token(subscriber: Subscriber) -> str:
    return make_token(_UNSUBSCRIBE, subscriber.pk)
