"""The Atom feed (RFC 4287). All addresses come from SITE_URL, none from the request."""

import re
from typing import Any
from urllib.parse import urlsplit
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from articles.models import Article
from config.web.site import absolute_url

ENTRIES = 20

# What XML 1.0 cannot hold, not even escaped: one such character in a title would break the whole feed.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Article HTML is written by our own serialiser: a "<a " or "<img " in it is a tag, never text.
_RELATIVE = re.compile(r'(<(?:a|img) [^>]*?\b(?:href|src)=")([/#])')


class WholeTextAtomFeed(Atom1Feed):
    """Atom with every author of an entry, and its text beside the summary."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, address in item["people"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", name)
            handler.addQuickElement("uri", address)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


class ArticleFeed(Feed[Article, None]):
    feed_type = WholeTextAtomFeed

    def title(self) -> str:
        return settings.SITE_NAME

    def subtitle(self) -> str:
        return _("The newest articles of %(site_name)s") % {"site_name": settings.SITE_NAME}

    def link(self) -> str:
        return absolute_url("/")

    def feed_url(self) -> str:
        return absolute_url(reverse("articles:feed"))

    def feed_guid(self) -> str:
        return absolute_url("/")

    def author_name(self) -> str:
        """Atom wants an author of the feed for entries that name nobody."""
        return settings.SITE_NAME

    def items(self) -> QuerySet[Article]:
        newest = Article.objects.published().select_related("topic").with_bylines().newest_first()
        return newest.defer("body", "plain_text")[:ENTRIES]

    def item_title(self, item: Article) -> str:
        return _xml_text(item.title)

    def item_description(self, item: Article) -> str:
        return _xml_text(item.standfirst)

    def item_link(self, item: Article) -> str:
        return absolute_url(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        """A tag URI (RFC 4151): readers know the entry again when its address has changed."""
        host = urlsplit(settings.SITE_URL).hostname
        return f"tag:{host},{item.created_at:%Y-%m-%d}:articles/{item.pk}"

    def item_pubdate(self, item: Article) -> Any:
        return item.published_at

    def item_updateddate(self, item: Article) -> Any:
        return item.last_changed_at

    def item_categories(self, item: Article) -> list[str]:
        return [_xml_text(item.topic.name)] if item.topic else []

    def item_extra_kwargs(self, item: Article) -> dict[str, Any]:
        people = [
            (_xml_text(person.name), absolute_url(person.get_absolute_url()))
            for person in item.writers
        ]
        return {"people": people, "content": _xml_text(_with_whole_addresses(item))}


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("", text)


def _with_whole_addresses(article: Article) -> str:
    """The text for programs that show it far from this site."""
    here = absolute_url(article.get_absolute_url())

    def whole(match: re.Match[str]) -> str:
        base = here if match[2] == "#" else settings.SITE_URL
        return f"{match[1]}{base}{match[2]}"

    return _RELATIVE.sub(whole, article.body_html)
