"""Former addresses lead on. Asked in one place, where nothing else answers: views.not_found."""

import re

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)

from articles.models import Author
from config.moving.models import Redirect

_PERSON = re.compile(r"/authors/([\w-]+)(?:[/?]|$)")
_KEPT_BY_BROWSERS = "max-age=86400"  # seconds; without it a browser never asks again


def redirect_for(request: HttpRequest) -> Redirect | None:
    """The redirect of this address. None when readers may not see where it leads."""
    if request.method not in {"GET", "HEAD"} or request.path.startswith("/admin/"):
        return None
    row = Redirect.objects.at(request.get_full_path())
    if row is None or (row.article and not row.article.is_published):
        return None
    # A draft does not name its author, either.
    person = _PERSON.match(row.target)
    if person and not Author.objects.in_print().filter(slug=person[1]).exists():
        return None
    return row


def follow(row: Redirect, not_found: HttpResponse) -> HttpResponse:
    """The answer of a redirect, which is counted. `not_found` becomes the page for 410."""
    Redirect.objects.count_hit(row.pk)
    if row.status == Redirect.Status.GONE:
        not_found.status_code = 410
        return not_found
    moved = row.status == Redirect.Status.MOVED
    kind = HttpResponsePermanentRedirect if moved else HttpResponseRedirect
    return kind(row.leads_to, headers={"Cache-Control": _KEPT_BY_BROWSERS})
