"""Tags and filters that templates of public pages use besides the context of their view."""

import re
from datetime import date, datetime
from functools import lru_cache
from html import escape  # twice as fast as Django's, which also takes lazy texts
from typing import Any

from django import template
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.template.context import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from articles.models import Article, Author, Page, Topic
from articles.querysets import EXCERPT
from articles.reading.archive import Months, Period, by_month, years_and_months
from articles.reading.structured_data import web_address
from articles.search.finding import Hit
from config.web import moments
from config.web.cache.kept_values import kept
from config.web.database.compiled import Compiled
from config.web.site import whole_address

register = template.Library()
register.filter("absolute", whole_address)
register.filter("web_address", web_address)
register.simple_tag(by_month)

_TOPICS = Compiled(lambda: Topic.objects.in_menu().filter(parent=None).only("name", "slug"))
_FOOTER = Compiled(lambda: Page.objects.filter(in_footer=True).only("title", "slug"))
DRAWN_PORTRAITS = 6  # colours of .portrait--0 and on
_MENU = [f"articles:{name}" for name in ("topics", "authors", "archive", "follow", "search")]
# A line that is a heading of the text: without the end of a sentence, or a question alone.
_HEADING = re.compile(r"(?!.*[.!?…:。！？؟]\W*$).*|[^.!?…。！？؟]{1,150}[?？؟]\W*")


# The menu and the footer: tags of the rows that they show stand here and in templates/base.html.


@register.simple_tag
def navigation_topics() -> list[Topic]:
    """Topics for header and footer, without sub-topics."""
    return kept("topics", _TOPICS.rows, "menu")


@register.simple_tag
def place_in_menu(path: str, topics: list[Topic]) -> str:
    """The path if it is that of a page of the menu, which is marked there, else ""."""

    def marked() -> set[str]:
        return {*map(reverse, _MENU), *(topic.get_absolute_url() for topic in topics)}

    return path if path in kept("menu", marked, "menu") else ""


@register.simple_tag
def footer_pages() -> list[Page]:
    return _FOOTER.rows()


@register.simple_tag
def years_of_archive() -> list[tuple[Period, Months]]:
    return years_and_months()


# Lists write a card or a line once and keep it by all that it prints, which these filters give.


@register.filter
def as_card(article: Article) -> tuple[Any, ...]:
    """All that a card or a line prints of an article from `for_cards()`, and the time zone."""
    topic, hero = article.topic, article.hero
    return (
        *(article.title, article.slug, first_words(article), article.reading_minutes),
        article.language,
        (topic.name, topic.slug) if topic else None,
        (hero.file.name, hero.width, hero.height) if hero else None,
        *(article.published_at, timezone.get_current_timezone_name()),
        *vars(article).get("writer_names", ()),
    )


@register.filter
def first_words(article: Article) -> str:
    """The standfirst of an article from `for_cards()`; without one the beginning of its text."""
    if article.standfirst:
        return article.standfirst
    text = vars(article).get("excerpt", "")
    paragraphs = text.split("\n\n")
    kept = [line for line in paragraphs[:-1] if not _HEADING.fullmatch(line)]
    words = " ".join(" ".join([*kept, paragraphs[-1]]).split())
    if len(text) < EXCERPT:
        return words
    whole, _space, rest = words.rpartition(" ")
    return f"{whole if len(rest) < EXCERPT // 4 else words}…"


@register.filter
def as_lines(articles: list[Article]) -> tuple[Any, ...]:
    """All that lines with titles and days print of articles from `for_line()`."""
    lines = (
        (article.title, article.slug, article.language, article.published_at)
        for article in articles
    )
    return timezone.get_current_timezone_name(), *lines


@register.filter
def in_its_language(article: Article) -> SafeString:
    """`lang` and `dir` of an element with words of an article. `dir="auto"` if it names none."""
    if not article.language:
        return mark_safe('dir="auto"')
    return format_html('lang="{}" dir="{}"', article.language, article.direction)


@register.filter
def with_found(html: str, hits: list[Hit]) -> SafeString:
    """The HTML of results, with the title and the snippet of each hit where comments stand.

    Words that match are in `mark` elements.
    """
    kept_parts = iter(html.split("<!--found-->"))
    parts = [next(kept_parts)]
    for pieces in (pieces for hit in hits for pieces in (hit.title, hit.snippet)):
        parts += (
            f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in pieces
        )
        parts.append(next(kept_parts))
    return mark_safe("".join(parts))  # noqa: S308 - HTML of a template, and escaped text


@register.filter
def without_scheme(url: str) -> str:
    """An address as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url


@register.filter
def portrait_colour(author: Author) -> int:
    return (author.pk or 0) % DRAWN_PORTRAITS


@register.filter
def minutes_to_read(minutes: int) -> str:
    return gettext("%(minutes)s min read") % {"minutes": minutes}


@register.filter
def time_element(moment: datetime | None, style: str = "DATE_FORMAT") -> str:
    """A `time` element with the day in words, in a format of Django's; "" for None."""
    zone = timezone.get_current_timezone_name()
    return _time_element(moment, style, get_language(), zone) if moment else ""


@lru_cache(maxsize=10_000)
def _time_element(moment: datetime, style: str, _language: str, _zone: str) -> SafeString:
    """Kept, because writing a day takes as long as all the rest of a line of a list."""
    local = timezone.localtime(moment)
    words = date_format(local, style)
    return format_html('<time datetime="{}">{}</time>', machine_time(local), words)


@register.filter
def by_now(moment: datetime | date | None) -> datetime | date | None:
    """The time or day, or now when it is still to come."""
    return moments.by_now(moment) if moment else None


@register.filter(expects_localtime=True)
def machine_time(moment: datetime | None) -> str:
    """For `datetime` attributes: to the second, since HTML knows no microseconds. "" for None."""
    return moment.isoformat(timespec="seconds") if moment else ""


@register.inclusion_tag("articles/_edit.html", takes_context=True)
def edit_link(context: RequestContext, row: Model) -> dict[str, str]:
    """A way to the row's form at the desk, for people who are logged in and may change it.

    Kept pages are made from a request without cookies: they never have it.
    """
    request = context["request"]
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_staff:
        return {}
    model_admin = admin.site.get_model_admin(type(row))
    if not model_admin.has_change_permission(request, row):
        return {}
    options = row._meta
    form = f"admin:{options.app_label}_{options.model_name}_change"
    return {"edit_url": reverse(form, args=[row.pk]), "kind": str(options.verbose_name)}
