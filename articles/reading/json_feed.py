"""JSON Feed 1.1 (jsonfeed.org/version/1.1) of the channels of articles.reading.feeds."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.translation import get_language

from articles.reading.feeds import Channel, entry_id, whole_text
from config.web.site import absolute_url, whole_address


def json_feed(request: HttpRequest, channel: Channel) -> HttpResponse:
    """The channel as a JSON feed."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": absolute_url(channel.home),
        "feed_url": absolute_url(channel.json),
        "description": channel.description,
        "icon": whole_address(static("icons/mark-180.png")),
        "authors": [{"name": settings.SITE_NAME, "url": absolute_url("/")}],
        "language": get_language(),
        "items": [_item(article) for article in channel.newest],
    }
    text = json.dumps(_without_empty(feed), ensure_ascii=False)
    return HttpResponse(text, content_type="application/feed+json; charset=utf-8")


def _item(article: Any) -> dict[str, Any]:
    people = [
        {"name": author.name, "url": absolute_url(author.get_absolute_url())}
        | ({"avatar": whole_address(author.portrait.file.url)} if author.portrait else {})
        for author in article.writers
    ]
    return _without_empty(
        {
            "id": entry_id(article),
            "url": absolute_url(article.get_absolute_url()),
            "title": article.title,
            "language": article.language,
            "content_html": whole_text(article) or " ",
            "summary": article.standfirst,
            "image": whole_address(article.hero.file.url) if article.hero else "",
            "date_published": article.published_at.isoformat(timespec="seconds"),
            "date_modified": article.last_change.isoformat(timespec="seconds"),
            "authors": people,
            "tags": [article.topic.name] if article.topic else [],
        }
    )


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with a value, and `items`, which a feed without entries must have too."""
    return {name: value for name, value in fields.items() if value or name == "items"}
