"""A reader finds that a public comment should be looked at again (DSA Art. 16)."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from comments.models import Comment
from comments.writers.forms import ReportForm
from comments.writing.answers import too_many
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required
from config.web.requests.throttle import Limit

# No limit for the whole site: it would refuse honest reports, and a network has one open report of a comment anyway.
PER_NETWORK = Limit("comments.report.network", times=10, period=timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_required
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form, with the comment. Whoever reports a comment again is thanked all the same."""
    form = ReportForm(
        request.POST if request.method == "POST" else None, comment=_public_comment(slug, pk)
    )
    if not form.is_bound:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    network = client_network(request)
    if not PER_NETWORK.allows(network):
        return too_many(_page, request, form, PER_NETWORK)
    form.save(network=network)
    return HttpResponseRedirect(reverse("comments:reported", args=[slug]), status=303)


@require_safe
def reported(request: HttpRequest, slug: str) -> HttpResponse:
    """Thanks, whatever becomes of the comment."""
    article = Article.objects.published().only("slug", "title").filter(slug=slug).first()
    return render(request, "comments/reported.html", {"article": article})


def _public_comment(slug: str, pk: int) -> Comment:
    comments = Comment.objects.approved().filter(article__in=Article.objects.published())
    comment = comments.select_related("article").filter(article__slug=slug, pk=pk).first()
    if comment is None:
        raise Http404
    return comment


def _page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "comment": form.comment, "article": form.comment.article}
    return render(request, "comments/report.html", context, status=status)
