"""Views that belong to no app."""

import sys
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_safe
from django.views.defaults import page_not_found, permission_denied

from articles.models import Author
from config.moving.redirecting import follow, redirect_for
from config.people.refusal import refuse_at_the_desk
from config.web.cache.cache_tags import cacheable, cached_until, public_page
from config.web.files.stored_files import media_response
from config.web.middleware.outage import outage_response
from config.web.requests.sent_forms import refused
from config.web.site import absolute_url

# RFC 9116 advises less than a year. Counted from midnight, so that the file changes once a day.
_SECURITY_CONTACT_HOLDS = timedelta(days=180)
_MOST_PEOPLE = 500


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
    """RFC 9309. A page that is to stay out of indexes says noindex, so it must be crawlable."""
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {absolute_url('/sitemap.xml')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
@conditional_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: the contact for security holes. 404 while SECURITY_CONTACT is not set."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    today = datetime.combine(timezone.now().astimezone(UTC), time(), UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {today + _SECURITY_CONTACT_HOLDS:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {absolute_url('/.well-known/security.txt')}",
    ]
    return _text(lines)


@require_safe
@public_page
@conditional_page
def humans_txt(request: HttpRequest) -> HttpResponse:
    """humanstxt.org: the people with public bylines, and what the site is made with."""
    people = list(Author.objects.in_print().only("name", "slug")[:_MOST_PEOPLE])
    team = {absolute_url(person.get_absolute_url()): person.name for person in people}
    lines = [
        "/* TEAM */",
        *(f"{' '.join(name.split())}: {address}" for address, name in team.items()),
        "",
        "/* SITE */",
        f"Name: {settings.SITE_NAME}",
        f"Address: {absolute_url('/')}",
        f"Language: {settings.LANGUAGE_CODE}",
        "Software: Colophon, Django, PostgreSQL",
    ]
    return cacheable(_text(lines), "authors", *(f"author-{person.pk}" for person in people))


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Feed readers and the admin's pages ask for the icon at its traditional address."""
    return redirect(static("icons/mark-180.png"))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the image library, from the disk or from S3."""
    return media_response(request, path)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A form that cannot be read or is too large, or a host name of another site."""
    return refused(exception)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Whoever works at the desk stays there, and reads who they are; others get the site's page."""
    at_the_desk = request.path_info.startswith("/admin/") and request.user.is_staff
    return (
        refuse_at_the_desk(request, exception)
        if at_the_desk
        else permission_denied(request, exception)
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A former address leads on; else the page for a wrong one.

    Redirects and the menu of the page come from the database, which may be away.
    """
    try:
        page = page_not_found(request, exception)
        row = redirect_for(request)
        return follow(row, page) if row else page
    except (OperationalError, InterfaceError):
        return outage_response()


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of the program. It needs no context, where the fault may be."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):  # in a middleware
        return outage_response()
    return HttpResponse(render_to_string("500.html"), status=500)
