"""What is kept of a commenter, for the one whose address it is (GDPR Art. 15, 17, 20)."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from comments.models import Writer
from comments.writers import links, privacy
from comments.writers.forms import DataRequestForm, EraseForm
from comments.writers.views import behind_a_link
from comments.writing.answers import too_many
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required
from config.web.requests.signed_links import ExpiredLink
from config.web.requests.throttle import Limit

PER_NETWORK = Limit("comments.data.network", times=10, period=timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_required
def yours(request: HttpRequest) -> HttpResponse:
    """Ask for a link to one's data; the same answer whatever is known of the address."""
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
    response = render(request, "comments/yours_sent.html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@behind_a_link
def your_data(request: HttpRequest, token: str) -> HttpResponse:
    """All that is kept; the button erases it."""
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
@behind_a_link
def your_data_file(request: HttpRequest, token: str) -> HttpResponse:
    """The same as a file for machines."""
    writer = links.writer_of_data(token)
    if writer is None:
        raise ExpiredLink
    data = privacy.export(writer.email)
    response = JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="comments.json"'
    return response
