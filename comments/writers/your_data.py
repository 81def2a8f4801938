"""The pages on which the owner of an address gets and erases their data (GDPR Art. 15, 17, 20)."""

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comments.models import DataRequest, Writer
from comments.writers import links, privacy
from comments.writers.public_forms import TRAPS, too_many
from config.web.requests.bot_traps import BotTrapMixin
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required, tokenless_helper
from config.web.requests.signed_links import ExpiredLink, behind_a_link
from config.web.requests.throttle import Limit
from config.web.text.address_field import AddressField

PER_NETWORK = Limit("comments.data.network", times=10, period=timedelta(hours=1))


class DataRequestForm(BotTrapMixin, forms.Form):
    email = AddressField(
        label=gettext_lazy("Your e-mail address"),
        error_messages={
            "required": gettext_lazy("Write your e-mail address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = tokenless_helper("email", *TRAPS, Submit("", _("Send me the link")))

    def save(self) -> None:
        DataRequest.objects.ask(self.cleaned_data["email"])


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("Erase all of it. I know that nobody can bring it back."),
        error_messages={"required": gettext_lazy("Tick the box if you want everything erased.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.helper = tokenless_helper("sure", Submit("", _("Erase everything")))


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_required
def yours(request: HttpRequest) -> HttpResponse:
    """Ask for a link to one's data. A known and an unknown address get the same answer."""
    form = DataRequestForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _request_page(request, form)
    if not form.is_valid():
        return _request_page(request, form, status=422)
    if not PER_NETWORK.allows(client_network(request)):
        return too_many(_request_page, request, form, PER_NETWORK)
    form.save()
    return HttpResponseRedirect(reverse("comments:yours_sent"), status=303)


def _request_page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    return render(request, "comments/yours.html", {"form": form}, status=status)


@require_safe
def yours_sent(request: HttpRequest) -> HttpResponse:
    """The page after the request: look for our mail."""
    response = render(request, "comments/yours_sent.html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@behind_a_link("comments")
def your_data(request: HttpRequest, token: str) -> HttpResponse:
    """Show all that is kept of an address. POST erases it."""
    writer = links.writer_of_data(token)
    if writer is None:
        return render(request, "comments/erased.html")
    form = EraseForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _data_page(request, writer, form, token)
    if not form.is_valid():
        return _data_page(request, writer, form, token, status=422)
    privacy.erase(writer.email)
    return render(request, "comments/erased.html")


def _data_page(
    request: HttpRequest, writer: Writer, form: EraseForm, token: str, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "token": token,
        "data": privacy.export(writer.email),
        "mute_url": links.mute_all_url(writer),
    }
    return render(request, "comments/your_data.html", context, status=status)


@require_safe
@behind_a_link("comments")
def your_data_file(request: HttpRequest, token: str) -> HttpResponse:
    """The same data as a file of JSON. Raises ExpiredLink when everything was erased."""
    writer = links.writer_of_data(token)
    if writer is None:
        raise ExpiredLink
    return privacy.export_file(writer.email)
