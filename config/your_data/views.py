"""The owner of an address asks for a link, and gets and erases all (GDPR Art. 15, 17 and 20)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from config.web.cache.cache_tags import cached_until
from config.web.kept_data import Keeper, json_file, keepers_of
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required
from config.web.requests.signed_links import ExpiredLink, behind_a_link
from config.web.requests.throttle import Limit, too_many
from config.web.text.addresses import known_as
from config.your_data.forms import AskForm, EraseForm
from config.your_data.links import address_behind
from config.your_data.models import DataRequest

PER_NETWORK = Limit("your_data.network", times=10, period=timedelta(hours=1))
_TOO_MANY = ngettext_lazy(
    "Too many requests came from your network. Send again in %(minutes)s minute.",
    "Too many requests came from your network. Send again in %(minutes)s minutes.",
    "minutes",
)


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_required
@cached_until()
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a link to one's data. A known and an unknown address get the same answer."""
    form = AskForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _ask_page(request, form)
    if not form.is_valid():
        return _ask_page(request, form, status=422)
    if not PER_NETWORK.allows(client_network(request)):
        return too_many(_ask_page, request, form, PER_NETWORK, _TOO_MANY)
    form.save()
    return HttpResponseRedirect(reverse("your_data:sent"), status=303)


def _ask_page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    return render(request, "your_data/ask.html", {"form": form}, status=status)


@require_safe
@cached_until()
def sent(request: HttpRequest) -> HttpResponse:
    """The page after the request: look for our mail."""
    response = render(request, "your_data/sent.html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@behind_a_link("your_data")
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show all that is kept of an address, app by app. POST erases what is chosen."""
    email = address_behind(token)
    keepers = keepers_of(email) if email else []
    if email is None or not keepers:
        return render(request, "your_data/erased.html")
    form = EraseForm(keepers, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _data_page(request, email, keepers, form, token)
    form.save(email)
    left = keepers_of(email)
    if left:
        return _data_page(request, email, left, EraseForm(left), token, is_erased=True)
    DataRequest.objects.filter(email=known_as(email)).delete()
    return render(request, "your_data/erased.html")


def _data_page(
    request: HttpRequest,
    email: str,
    keepers: Sequence[Keeper],
    form: EraseForm,
    token: str,
    *,
    is_erased: bool = False,
) -> HttpResponse:
    sections = [
        {"keeper": keeper, "data": keeper.export(email), "links": keeper.links(email)}
        for keeper in keepers
    ]
    context = {
        "email": email,
        "sections": sections,
        "form": form,
        "token": token,
        "is_erased": is_erased,
    }
    status = 422 if form.is_bound else 200
    return render(request, "your_data/page.html", context, status=status)


@require_safe
@behind_a_link("your_data")
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The same data as one file of JSON. Raises ExpiredLink when everything was erased."""
    email = address_behind(token)
    if email is None:
        raise ExpiredLink
    kept = {keeper.name: keeper.export(email) for keeper in keepers_of(email)}
    return json_file({"address": email, "made_at": timezone.now(), **kept}, "your-data.json")
