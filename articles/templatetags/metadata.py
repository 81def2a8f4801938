"""The head of a public page for programs: Open Graph, feeds, structured data."""

import locale
import mimetypes
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language, to_locale

from articles.models import Article, Author, Image, Series, Topic
from articles.pictures.renditions import shared_size
from articles.pictures.social_cards import HEIGHT, WIDTH, card_path
from articles.reading import structured_data
from articles.reading.feeds import author_channel, series_channel, topic_channel
from config.web.site import absolute_url, whole_address

register = template.Library()


@register.inclusion_tag("articles/_meta.html")
def article_meta(article: Article, comment_count: int = 0) -> dict[str, Any]:
    """For public articles only: others have no card and no dates."""
    modified = structured_data.last_change(article)
    card = {
        "url": absolute_url(card_path(article)),
        "type": "image/png",
        "width": WIDTH,
        "height": HEIGHT,
        "alt": article.title,
    }
    return {
        "title": article.title,
        "type": "article",
        "description": article.standfirst,
        # Networks show the first one.
        "images": [card, *_shared(article.hero)],
        "article": article,
        "modified": modified,
        "channels": [topic_channel(article.topic)] if article.topic else [],
        "locale": _locale_of(article.language) if article.language else _locale(),
        "json_ld": structured_data.article_page(
            article, card=card, modified=modified, comment_count=comment_count
        ),
    }


@register.inclusion_tag("articles/_meta.html")
def author_meta(author: Author) -> dict[str, Any]:
    return {
        "title": author.name,
        "type": "profile",
        "description": author.bio,
        "images": _pictures(author.portrait),
        "channels": [author_channel(author)],
        "locale": _locale(),
        "json_ld": structured_data.author_page(author),
    }


@register.inclusion_tag("articles/_meta.html")
def topic_meta(topic: Topic) -> dict[str, Any]:
    return {
        "title": topic.name,
        "type": "website",
        "description": topic.description,
        "channels": [topic_channel(topic)],
        "locale": _locale(),
        "json_ld": structured_data.topic_page(topic),
    }


@register.inclusion_tag("articles/_meta.html")
def series_meta(series: Series) -> dict[str, Any]:
    return {
        "title": series.title,
        "type": "website",
        "description": series.description,
        "channels": [series_channel(series)],
        "locale": _locale(),
        "json_ld": structured_data.series_page(series),
    }


@register.inclusion_tag("articles/_meta.html")
def front_meta() -> dict[str, Any]:
    return {
        "title": settings.SITE_NAME,
        "type": "website",
        "locale": _locale(),
        "json_ld": structured_data.front_page(),
    }


def _shared(image: Image | None) -> list[dict[str, Any]]:
    """The picture in the shape that other sites show, cut around its point."""
    if image is None:
        return []
    width, height = shared_size(image.width, image.height)
    return [
        {
            "url": absolute_url(image.shared_path),
            "type": "image/jpeg",
            "width": width,
            "height": height,
            "alt": image.alt_text,
        }
    ]


def _pictures(image: Image | None) -> list[dict[str, Any]]:
    if image is None:
        return []
    kind = mimetypes.guess_type(str(image.file.name))[0] or ""
    return [
        {
            "url": whole_address(image.file.url),
            "type": kind,
            "width": image.width,
            "height": image.height,
            "alt": image.alt_text,
        }
    ]


def _locale() -> str:
    return _locale_of(get_language() or "en")


@cache
def _locale_of(language: str) -> str:
    """The site's language with a territory ("de_DE"), which Open Graph wants.

    Python knows the usual territory of a language that names none.
    """
    return locale.normalize(to_locale(language)).partition(".")[0]
