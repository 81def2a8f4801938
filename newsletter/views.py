"""The signup page, and the pages behind the links of the newsletter's mails."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from config.web.cache.cache_tags import cached_until
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required
from config.web.requests.signed_links import ExpiredLink, behind_a_link
from config.web.requests.throttle import Limit, too_many
from newsletter import links
from newsletter.bounces.reading import take_in
from newsletter.forms import SignupForm
from newsletter.models import Subscriber, Suppression

# A school or an office shares one network, and will not send more.
NETWORK_LIMIT = Limit("signup-network", 20, timedelta(minutes=10))
TOO_MANY = ngettext_lazy(
    "Too many addresses came from your network. Send again in %(minutes)s minute.",
    "Too many addresses came from your network. Send again in %(minutes)s minutes.",
    "minutes",
)


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_required
@cached_until()
def signup(request: HttpRequest) -> HttpResponse:
    """The signup page. POST gives the same answer for a known and an unknown address."""
    form = SignupForm(request.POST if request.method == "POST" else None, request=request)
    if not form.is_bound:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not NETWORK_LIMIT.allows(client_network(request)):
        return too_many(_page, request, form, NETWORK_LIMIT, TOO_MANY)
    form.save()
    return HttpResponseRedirect(reverse("newsletter:sent"), status=303)


def _page(request: HttpRequest, form: SignupForm, *, status: int = 200) -> HttpResponse:
    return render(request, "newsletter/signup.html", {"form": form}, status=status)


@require_safe
@cached_until()
def sent(request: HttpRequest) -> HttpResponse:
    """The page after the signup: look for our mail."""
    response = render(request, "newsletter/sent.html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@behind_a_link("newsletter")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST confirms the subscription. Pressed again it is confirmed already."""
    subscriber = links.subscriber_to_confirm(token)
    changed = request.method == "POST" and subscriber.confirm()
    if not subscriber.is_confirmed:
        if request.method == "POST":  # unsubscribed or asked again in the same moment
            raise ExpiredLink
        context = {"subscriber": subscriber, "never_url": links.never_url(subscriber)}
        return render(request, "newsletter/confirm.html", context)
    context = {
        "changed": changed,
        "subscriber": subscriber,
        "unsubscribe_url": links.unsubscribe_url(subscriber),
    }
    return render(request, "newsletter/confirmed.html", context)


@behind_a_link("newsletter")
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST unsubscribes. An erased subscriber sees that no mail will come."""
    subscriber = links.subscriber_to_unsubscribe(token)
    if subscriber is None:
        return render(request, "newsletter/unsubscribed.html", {"changed": False})
    context: dict[str, Any] = {"never_url": links.never_url(subscriber)}
    if not subscriber.may_leave:
        return render(request, "newsletter/unsubscribed.html", context | {"changed": False})
    if request.method != "POST":
        context |= {"subscriber": subscriber, "action": links.unsubscribe_url(subscriber)}
        return render(request, "newsletter/unsubscribe.html", context)
    context["changed"] = subscriber.unsubscribe()
    return render(request, "newsletter/unsubscribed.html", context)


@behind_a_link("newsletter")
def never(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST forbids all mail to the address. `?again` takes that back."""
    subscriber = links.subscriber_to_unsubscribe(token)
    if subscriber is None:  # erased: a suppression of its address stays
        return render(request, "newsletter/unsubscribed.html", {"changed": False})
    if request.method == "POST":
        if "again" in request.GET:
            subscriber.allow_mail()
        else:
            subscriber.suppress(Suppression.Reason.ASKED)
    context = {
        "subscriber": subscriber,
        "never_url": links.never_url(subscriber),
        "is_forbidden": Suppression.objects.of([subscriber.email]).forbidding_all_mail().exists(),
        "complained": subscriber.status == Subscriber.Status.COMPLAINED,
    }
    return render(request, "newsletter/never.html", context)


@behind_a_link("newsletter")
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a mail program POSTs with no cookie and any body, and wants 200 each time."""
    if request.method != "POST":
        return unsubscribe(request, token)
    subscriber = links.subscriber_to_unsubscribe(token)
    if subscriber is not None:
        with suppress(Subscriber.DoesNotExist):  # erased in the same moment
            subscriber.unsubscribe()
    return HttpResponse(_("You are unsubscribed.") + "\n", content_type="text/plain; charset=utf-8")


@behind_a_link("newsletter")
def report(request: HttpRequest, token: str) -> HttpResponse:
    """A mail server of ours POSTs a bounce or a complaint as it came (message/rfc822)."""
    links.check_report_token(token)
    if request.method != "POST":
        return HttpResponse("POST a mail.\n", status=405, content_type="text/plain; charset=utf-8")
    is_new = take_in(request.body)
    said = "noted\n" if is_new else "nothing new\n"
    return HttpResponse(said, content_type="text/plain; charset=utf-8")
