"""Views that belong to no app."""

import sys

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found
from django.views.static import serve

from config.web.cache.cache_tags import cached_until
from config.web.files.stored_files import keep_for_ever, not_there
from config.web.middleware.outage import outage_response
from config.web.requests.sent_forms import refused
from config.web.site import absolute_url


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 when this process reaches the database; the outage middleware answers 503 otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@cached_until()
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309. Pages that should stay out of indexes say noindex themselves, and must be crawlable to say it."""
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {absolute_url('/sitemap.xml')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Feed readers and the admin's pages ask for the icon at its traditional address."""
    return redirect(static("icons/mark-180.png"))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the image library."""
    if any(part.startswith(".") for part in path.split("/")) or not _is_whole(path):
        return not_there()
    return keep_for_ever(serve(request, path, document_root=str(settings.MEDIA_ROOT)))


def _is_whole(path: str) -> bool:
    try:
        return default_storage.exists(path)
    except (SuspiciousFileOperation, ValueError):  # a way out of the folder, or a NUL
        return False


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A form that cannot be read, too much of it, or a host name that is not ours."""
    return refused(exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page that helps on from a wrong address. Its menu comes from the database, which may be away too."""
    try:
        return page_not_found(request, exception)
    except (OperationalError, InterfaceError):
        return outage_response()


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours: without context, since the fault may be in whatever a page needs."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):  # in a middleware
        return outage_response()
    return HttpResponse(render_to_string("500.html"), status=500)
