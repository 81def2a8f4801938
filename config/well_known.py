"""Files that people and programs look for at a fixed address."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from articles.models import Author
from config.web.cache.cache_tags import cached_until
from config.web.site import absolute_url

# RFC 9116 advises less than a year. From midnight on, so that the file changes once a day.
_SECURITY_CONTACT_HOLDS = timedelta(days=180)
_MOST_PEOPLE = 500


@require_safe
@cached_until("authors")
@conditional_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell about a hole. There is no such file until SECURITY_CONTACT says whom."""
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
@cached_until("authors")
@conditional_page
def humans_txt(request: HttpRequest) -> HttpResponse:
    """humanstxt.org: the people whom readers know anyway, by their bylines, and what the site is made with."""
    people = Author.objects.in_print().only("name", "slug")[:_MOST_PEOPLE]
    lines = [
        "/* TEAM */",
        *(f"{' '.join(person.name.split())}: {absolute_url(person.get_absolute_url())}" for person in people),
        "",
        "/* SITE */",
        f"Name: {settings.SITE_NAME}",
        f"Address: {absolute_url('/')}",
        f"Language: {settings.LANGUAGE_CODE}",
        "Software: Colophon, Django, PostgreSQL",
    ]  # fmt: skip
    return _text(lines)


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
