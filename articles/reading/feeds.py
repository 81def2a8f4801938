"""Feeds of the site, its topics and authors: Atom (RFC 4287) here, JSON Feed in json_feed.

All addresses come from SITE_URL, none from the request.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import conditional_page, require_safe

from articles.models import Article, Author, Contribution, Series, Topic
from articles.querysets import ArticleQuerySet
from articles.reading.page_tags import of_entries
from config.web.cache.cache_tags import cacheable, public_page
from config.web.database.compiled import Compiled, Given, is_among
from config.web.moments import by_now
from config.web.site import absolute_url, address_of
from config.web.text.characters import for_xml

ENTRIES = 20


def _entries(make: Callable[[], ArticleQuerySet]) -> Compiled[Article]:
    """The newest of these articles, with all that an entry shows but the people."""
    return Compiled(
        lambda: (
            make()
            .select_related("topic", "hero")
            .with_last_change()
            .only(
                *("title", "slug", "standfirst", "language", "published_at", "created_at"),
                *("body_html", "topic__name", "hero__file"),
            )
            .newest_first()[:ENTRIES]
        )
    )


# Of each kind of channel.
_OF_SITE = _entries(lambda: Article.objects.published())
_OF_TOPIC = _entries(lambda: Article.objects.of_topic(Given("topic"), number=ENTRIES))
_OF_AUTHOR = _entries(lambda: Article.objects.newest_of(Given("author"), number=ENTRIES))
_OF_SERIES = _entries(
    lambda: Article.objects.published().filter(series_entry__series=Given("series"))
)
_PEOPLE = Compiled(
    lambda: (
        Contribution.objects.select_related("author__portrait")
        .only("article", "part", "author__name", "author__slug", "author__portrait__file")
        .filter(is_among("article", "articles"))
    )
)
# What has a feed, by its slug.
_TOPIC = Compiled(lambda: Topic.objects.filter(slug=Given("slug")))
_SUBTOPICS = Compiled(lambda: Topic.objects.filter(parent=Given("topic")))
_AUTHOR = Compiled(lambda: Author.objects.in_print().filter(slug=Given("slug")))
_SERIES = Compiled(lambda: Series.objects.with_parts().filter(slug=Given("slug")))

# In article HTML, which rich_text writes, "<a " and "<img " are always tags, never text.
_RELATIVE = re.compile(r'(<(?:a|img) [^>]*?\b(?:href|src)=")([/#])')
# Programs fetch one picture: figure_sizes.py offers browsers several, at addresses of this site.
_OFFERS = re.compile(r'</?picture>|<source [^>]*>|(?<=") srcset="[^"]*" sizes="[^"]*"')
# The time of a feed without entries: "now" would make it look new at each visit.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Channel:
    """What both formats of a feed are made from. `home`, `atom` and `json` are paths."""

    title: str
    description: str
    home: str
    tag: str
    articles: Callable[[], list[Article]]  # read by feeds alone, pages only link to them
    atom: str
    json: str

    @cached_property
    def newest(self) -> list[Article]:
        """The ENTRIES newest articles, with all that an entry shows. Two statements."""
        rows = self.articles()
        people: dict[int, list[Contribution]] = {article.pk: [] for article in rows}
        for line in _PEOPLE.rows(articles=list(people)) if rows else []:
            people[line.article_id].append(line)
        for article in rows:
            found = {"contributions": people[article.pk]}
            article._prefetched_objects_cache = found  # type: ignore[attr-defined]
        return rows


def site_channel() -> Channel:
    return Channel(
        title=settings.SITE_NAME,
        description=_("The newest articles of %(site_name)s") % {"site_name": settings.SITE_NAME},
        home="/",
        tag=tag_uri("site"),
        articles=_OF_SITE.rows,
        atom=reverse("articles:feed"),
        json=reverse("articles:json_feed"),
    )


def topic_channel(topic: Topic) -> Channel:
    """The articles of a topic and of its sub-topics."""
    return Channel(
        title=f"{topic.name} · {settings.SITE_NAME}",
        description=topic.description,
        home=topic.get_absolute_url(),
        tag=tag_uri(f"topics/{topic.pk}"),
        articles=lambda: _OF_TOPIC.rows(topic=topic.pk),
        atom=address_of("articles:topic_feed", topic.slug),
        json=address_of("articles:topic_json_feed", topic.slug),
    )


def author_channel(author: Author) -> Channel:
    """The articles that the person wrote."""
    return Channel(
        title=f"{author.name} · {settings.SITE_NAME}",
        description=author.bio,
        home=author.get_absolute_url(),
        tag=tag_uri(f"authors/{author.pk}"),
        articles=lambda: _OF_AUTHOR.rows(author=author.pk),
        atom=address_of("articles:author_feed", author.slug),
        json=address_of("articles:author_json_feed", author.slug),
    )


def series_channel(series: Series) -> Channel:
    """The public parts of a series, the newest first as in every feed."""
    return Channel(
        title=f"{series.title} · {settings.SITE_NAME}",
        description=series.description,
        home=series.get_absolute_url(),
        tag=tag_uri(f"series/{series.pk}"),
        articles=lambda: _OF_SERIES.rows(series=series.pk),
        atom=address_of("articles:series_feed", series.slug),
        json=address_of("articles:series_json_feed", series.slug),
    )


def tag_uri(name: str, date: str = "2026") -> str:
    """A permanent name (RFC 4151), by which feed readers know a thing whose address changed."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{date}:{name}"


def entry_id(article: Article) -> str:
    return tag_uri(f"articles/{article.pk}", f"{article.created_at:%Y-%m-%d}")


def whole_text(article: Article) -> str:
    """The text's HTML with whole addresses, for programs that show it outside this site."""
    here = absolute_url(article.get_absolute_url())

    def whole(match: re.Match[str]) -> str:
        base = here if match[2] == "#" else settings.SITE_URL
        return f"{match[1]}{base}{match[2]}"

    html = _RELATIVE.sub(whole, _OFFERS.sub("", article.body_html))
    if not article.language:
        return html
    return f'<div lang="{article.language}" dir="{article.direction}">{html}</div>'


class WholeTextAtomFeed(Atom1Feed):
    """Atom with every author of an entry, and its text besides the summary.

    All texts lose the characters that XML forbids: one of them would break the whole feed.
    """

    def __init__(self, **texts: Any) -> None:
        super().__init__(**_fit(texts))

    def add_item(self, **given: Any) -> None:  # type: ignore[override]
        times = {
            name: by_now(given[name]) for name in ("pubdate", "updateddate") if given.get(name)
        }
        super().add_item(**_fit(given | times))

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item.get("language") else {}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        # Django would declare the summary as HTML, and programs would read “x<y” as a tag.
        super().add_item_elements(handler, item | {"description": None})
        if item["description"]:
            handler.addQuickElement("summary", item["description"], {"type": "text"})
        for name, address in item["people"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", name)
            handler.addQuickElement("uri", address)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _NEVER


class AtomFeed(Feed[Article, Channel]):
    feed_type = WholeTextAtomFeed

    def get_object(self, request: HttpRequest, *, channel: Channel) -> Channel:
        return channel

    def title(self, obj: Channel) -> str:
        return obj.title

    def subtitle(self, obj: Channel) -> str:
        return obj.description

    def link(self, obj: Channel) -> str:
        return absolute_url(obj.home)

    def feed_url(self, obj: Channel) -> str:
        return absolute_url(obj.atom)

    def feed_guid(self, obj: Channel) -> str:
        return obj.tag

    def author_name(self) -> str:
        """The author of the feed. Atom demands one for entries without authors."""
        return settings.SITE_NAME

    def items(self, obj: Channel) -> list[Article]:
        return obj.newest

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        return item.standfirst

    def item_link(self, item: Article) -> str:
        return absolute_url(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        return entry_id(item)

    def item_pubdate(self, item: Article) -> Any:
        return item.published_at

    def item_updateddate(self, item: Any) -> datetime:
        return item.last_change

    def item_categories(self, item: Article) -> list[str]:
        return [item.topic.name] if item.topic else []

    def item_extra_kwargs(self, item: Article) -> dict[str, Any]:
        people = [(person.name, absolute_url(person.get_absolute_url())) for person in item.writers]
        return {"people": people, "content": whole_text(item), "language": item.language}


def _fit(texts: dict[str, Any]) -> dict[str, Any]:
    return {name: for_xml(text) for name, text in texts.items()}


# Views. Each serves both formats: articles.urls gives it the function that writes the format.

type Writer = Callable[[HttpRequest, Channel], HttpResponse]


def atom_feed(request: HttpRequest, channel: Channel) -> HttpResponse:
    """The channel as an Atom feed."""
    return AtomFeed()(request, channel=channel)


@require_safe
@public_page
@conditional_page
def site_feed(request: HttpRequest, write: Writer) -> HttpResponse:
    channel = site_channel()
    return cacheable(write(request, channel), "articles", *of_entries(channel.newest))


@require_safe
@public_page
@conditional_page
def topic_feed(request: HttpRequest, slug: str, write: Writer) -> HttpResponseBase:
    topic = _TOPIC.first(slug=slug)
    if topic is None:
        return _moved_feed(request, Topic.objects.all(), slug)
    channel = topic_channel(topic)
    tags = [f"topic-{topic.pk}", f"topic-{topic.pk}-page", *of_entries(channel.newest)]
    below = _SUBTOPICS.rows(topic=topic.pk)
    return cacheable(write(request, channel), *tags, *(f"topic-{row.pk}-page" for row in below))


@require_safe
@public_page
@conditional_page
def author_feed(request: HttpRequest, slug: str, write: Writer) -> HttpResponseBase:
    """A person with a part in something published: drafts must not name people."""
    author = _AUTHOR.first(slug=slug)
    if author is None:
        return _moved_feed(request, Author.objects.in_print(), slug)
    channel, pk = author_channel(author), author.pk
    tags = [f"author-{pk}", f"author-{pk}-bio", f"author-{pk}-page", *of_entries(channel.newest)]
    return cacheable(write(request, channel), *tags)


@require_safe
@public_page
@conditional_page
def series_feed(request: HttpRequest, slug: str, write: Writer) -> HttpResponseBase:
    """A series with a public part: drafts must not name series."""
    series = _SERIES.first(slug=slug)
    if series is None:
        return _moved_feed(request, Series.objects.with_parts(), slug)
    channel = series_channel(series)
    tags = [f"series-{series.pk}", *of_entries(channel.newest)]
    return cacheable(write(request, channel), *tags)


def _moved_feed(request: HttpRequest, public: QuerySet[Any], slug: str) -> HttpResponseBase:
    """A permanent redirect to the feed of a row that had this slug before; else 404."""
    row = public.filter(former_slugs__slug=slug).first()
    if row is None or request.resolver_match is None:
        raise Http404
    return redirect(request.resolver_match.view_name, slug=row.slug, permanent=True)
