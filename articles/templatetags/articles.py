"""What templates of public pages ask for beside their view's context."""

from datetime import date, datetime

from django import template
from django.db.models import QuerySet

from articles.models import Author, Page, Topic
from articles.reading.listings import topics_with_articles
from config.web import moments
from config.web.site import absolute_url

register = template.Library()

DRAWN_PORTRAITS = 6  # colours of .portrait--0 and on


@register.simple_tag
def navigation_topics() -> list[Topic]:
    """Topics for header and footer: read once a page, however often they are listed."""
    return list(topics_with_articles().only("name", "slug"))


@register.simple_tag
def footer_pages() -> QuerySet[Page]:
    return Page.objects.filter(in_footer=True).only("title", "slug")


@register.filter
def absolute(url: str) -> str:
    """The public address of a path; addresses that are whole already (media elsewhere) stay."""
    return absolute_url(url) if url.startswith("/") else url


@register.filter
def web_address(url: str) -> str:
    """The address if it is one of the web, else nothing: rows may come from imports, which no form has checked."""
    return url if url.lower().startswith(("https://", "http://")) else ""


@register.filter
def without_scheme(url: str) -> str:
    """An address as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url


@register.filter
def portrait_colour(author: Author) -> int:
    return (author.pk or 0) % DRAWN_PORTRAITS


@register.filter
def by_now(moment: datetime | date | None) -> datetime | date | None:
    """A time of the past, whatever is kept."""
    return moments.by_now(moment) if moment else None


@register.filter(expects_localtime=True)
def machine_time(moment: datetime | None) -> str:
    """For `datetime` attributes: to the second, since HTML knows no microseconds. Empty when there is no such time."""
    return moment.isoformat(timespec="seconds") if moment else ""
