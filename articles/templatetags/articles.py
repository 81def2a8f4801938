"""Tags and filters that templates of public pages use besides the context of their view."""

from datetime import date, datetime

from django import template
from django.db.models import QuerySet

from articles.models import Author, Page, Topic
from articles.reading.structured_data import web_address
from config.web import moments
from config.web.site import whole_address

register = template.Library()
register.filter("absolute", whole_address)
register.filter("web_address", web_address)

DRAWN_PORTRAITS = 6  # colours of .portrait--0 and on


@register.simple_tag
def navigation_topics() -> list[Topic]:
    """Topics for header and footer, as a list: the page reads them once and shows them twice."""
    return list(Topic.objects.with_articles().only("name", "slug"))


@register.simple_tag
def footer_pages() -> QuerySet[Page]:
    return Page.objects.filter(in_footer=True).only("title", "slug")


@register.filter
def without_scheme(url: str) -> str:
    """An address as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url


@register.filter
def portrait_colour(author: Author) -> int:
    return (author.pk or 0) % DRAWN_PORTRAITS


@register.filter
def by_now(moment: datetime | date | None) -> datetime | date | None:
    """The time or day, or now when it is still to come."""
    return moments.by_now(moment) if moment else None


@register.filter(expects_localtime=True)
def machine_time(moment: datetime | None) -> str:
    """For `datetime` attributes: to the second, since HTML knows no microseconds. "" for None."""
    return moment.isoformat(timespec="seconds") if moment else ""
