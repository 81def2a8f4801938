"""The site as WordPress exports and imports one: WXR 1.2.

https://developer.wordpress.org/reference/functions/export_wp/ writes the same elements.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from articles.models import Article, Author, Image, Page, Topic
from articles.rich_text.cleaning import article_tree
from articles.rich_text.nodes import write_document
from comments.models import Comment
from config.web.site import absolute_url, whole_address

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
"""
_NO_TIME = "0000-00-00 00:00:00"
# XML 1.0 has no way to write them.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# WordPress would take a word in brackets for a shortcode; marks of references have numbers.
_BRACKET = re.compile(r"\[(?=/?[a-zA-Z_])")
_HEADING = re.compile(r"<h([2-4])>")
_PICTURE = re.compile(r'<img src="([^"]+)"')
_STATES = {
    Comment.Status.APPROVED: "1",
    Comment.Status.PENDING: "0",
    Comment.Status.HELD: "0",
    Comment.Status.SPAM: "spam",
}
# WordPress numbers posts, pages and files in one sequence.
_KINDS = {Article: 0, Page: 1, Image: 2}
_AT_ONCE = 50


def wxr() -> Iterator[str]:
    """The file piece by piece: an item with its comments at a time."""
    yield _HEAD
    yield channel_elements()
    for author in Author.objects.order_by("pk").iterator():
        yield author_element(author)
    for topic in Topic.objects.select_related("parent").order_by("pk").iterator():
        yield topic_element(topic)
    numbers: dict[str, int] = {}
    for image in Image.objects.order_by("pk").iterator():
        numbers[image.file.url] = _number(image)
        yield attachment_element(image)
    every = Article.objects.order_by("pk").select_related("topic")
    every = every.defer("body_html", "contents", "plain_text").prefetch_related(
        "contributions__author", "references", "former_slugs"
    )
    for article in every.iterator(_AT_ONCE):
        yield article_element(article, numbers)
        rows = article.comments.order_by("pk")
        for comment in rows.defer("body_html", "likeness").iterator():
            yield comment_element(comment)
        yield "</item>\n"
    for page in Page.objects.order_by("pk").prefetch_related("former_slugs").iterator(_AT_ONCE):
        yield f"{page_element(page, numbers)}</item>\n"
    yield "</channel>\n</rss>\n"


def channel_elements() -> str:
    """`pubDate` is that of the newest article: the same site makes the same file."""
    last = Article.objects.published().aggregate(last=Max("published_at"))["last"]
    return "".join(
        [
            _element("title", settings.SITE_NAME),
            _element("link", settings.SITE_URL),
            _element("description", ""),
            _element("pubDate", format_datetime(last)) if last else "",
            _element("language", settings.LANGUAGE_CODE),
            _element("wp:wxr_version", "1.2"),
            _element("wp:base_site_url", settings.SITE_URL),
            _element("wp:base_blog_url", settings.SITE_URL),
        ]
    )


def author_element(author: Author) -> str:
    first, _space, last = author.name.rpartition(" ")
    inner = [
        _element("wp:author_id", author.pk),
        _cdata("wp:author_login", author.slug),
        _cdata("wp:author_email", ""),
        _html("wp:author_display_name", author.name),
        _cdata("wp:author_first_name", first),
        _cdata("wp:author_last_name", last),
    ]
    return f"<wp:author>{''.join(inner)}</wp:author>\n"


def topic_element(topic: Topic) -> str:
    inner = [
        _element("wp:term_id", topic.pk),
        _cdata("wp:category_nicename", topic.slug),
        _cdata("wp:category_parent", topic.parent.slug if topic.parent else ""),
        _html("wp:cat_name", topic.name),
        _html("wp:category_description", topic.description),
    ]
    return f"<wp:category>{''.join(inner)}</wp:category>\n"


def attachment_element(image: Image) -> str:
    address = whole_address(image.file.url)
    return "".join(
        [
            _item(image, image.title, address, "attachment", "inherit", image.uploaded_at),
            _cdata("content:encoded", ""),
            _html("excerpt:encoded", image.caption),
            _cdata("wp:attachment_url", address),
            _meta("_wp_attached_file", str(image.file.name)),
            _meta("_wp_attachment_image_alt", escape(image.alt_text, quote=False)),
            "</item>\n",
        ]
    )


def article_element(article: Article, numbers: dict[str, int]) -> str:
    writers = article.writers
    references = list(article.references.all())
    parts = [
        _item(
            article,
            article.title,
            absolute_url(article.get_absolute_url()),
            "post",
            status_there(article),
            article.published_at,
            creator=writers[0].slug if writers else "",
            comments_open=article.comments_open,
        ),
        _cdata("content:encoded", _text(article.body, numbers, bool(references))),
        _html("excerpt:encoded", article.standfirst),
    ]
    if article.topic:
        parts.append(_category("category", article.topic.slug, article.topic.name))
    # As the plugin Co-Authors Plus does.
    parts += [_category("author", person.slug, person.name) for person in writers]
    parts += _former_slugs(article)
    if article.hero_id:
        parts.append(_meta("_thumbnail_id", article.hero_id * len(_KINDS) + _KINDS[Image]))
    if references:
        notes = []
        for row in references:
            said = escape(row.text, quote=False)
            content = f'<a href="{escape(row.url)}">{said}</a>' if row.url else said
            notes.append({"id": str(UUID(int=row.pk)), "content": content})
        parts.append(_meta("footnotes", json.dumps(notes, ensure_ascii=False)))
    return "".join(parts)


def page_element(page: Page, numbers: dict[str, int]) -> str:
    address = absolute_url(page.get_absolute_url())
    return "".join(
        [
            _item(page, page.title, address, "page", "publish", page.updated_at),
            _cdata("content:encoded", _text(page.body, numbers, False)),
            _cdata("excerpt:encoded", ""),
            *_former_slugs(page),
        ]
    )


def _item(
    row: Any,
    title: str,
    link: str,
    kind: str,
    status: str,
    time: datetime | None,
    *,
    creator: str = "",
    comments_open: bool = False,
) -> str:
    """The beginning of an item: what all kinds have."""
    return "".join(
        [
            "<item>",
            _html("title", title),
            _element("link", link),
            _element("pubDate", format_datetime(time)) if time else "",
            _cdata("dc:creator", creator),
            f'<guid isPermaLink="false">{escape(f"{settings.SITE_URL}/?p={_number(row)}")}</guid>',
            _element("description", ""),
            _element("wp:post_id", _number(row)),
            _cdata("wp:post_date", _local(time)),
            _cdata("wp:post_date_gmt", f"{time:%F %T}" if time else _NO_TIME),
            _cdata("wp:comment_status", "open" if comments_open else "closed"),
            _cdata("wp:ping_status", "closed"),
            _cdata("wp:post_name", getattr(row, "slug", "")),
            _cdata("wp:status", status),
            _element("wp:post_parent", 0),
            _element("wp:menu_order", 0),
            _cdata("wp:post_type", kind),
            _cdata("wp:post_password", ""),
            _element("wp:is_sticky", 0),
        ]
    )


def comment_element(comment: Comment) -> str:
    inner = [
        _element("wp:comment_id", comment.pk),
        _html("wp:comment_author", comment.name),
        _cdata("wp:comment_author_email", comment.email),
        _element("wp:comment_author_url", ""),
        _cdata("wp:comment_author_IP", ""),
        _cdata("wp:comment_date", _local(comment.created_at)),
        _cdata("wp:comment_date_gmt", f"{comment.created_at:%F %T}"),
        _html("wp:comment_content", comment.body),
        _cdata("wp:comment_approved", _STATES.get(Comment.Status(comment.status), "trash")),
        _cdata("wp:comment_type", "comment"),
        _element("wp:comment_parent", comment.parent_id or 0),
        _element("wp:comment_user_id", 0),
    ]
    return f"<wp:comment>{''.join(inner)}</wp:comment>"


def status_there(article: Article) -> str:
    if article.is_published:
        return "publish"
    if article.is_scheduled:
        return "future"
    return {"withdrawn": "private", "draft": "draft"}.get(article.status, "pending")


def _text(html: str, numbers: dict[str, int], has_references: bool) -> str:
    """Blocks as WordPress writes them. What it has no block for stands in one of HTML."""

    def picture(found: re.Match[str]) -> str:
        shown = f'<img src="{escape(whole_address(found[1]))}"'
        number = numbers.get(found[1])
        return f'{shown} class="wp-image-{number}"' if number else shown

    blocks: list[str] = []
    for node in article_tree(html):
        written = _BRACKET.sub("&#91;", _PICTURE.sub(picture, write_document([node])))
        heading = _HEADING.match(written)
        if written.startswith("<p>"):
            name = "paragraph"
        elif heading:
            name = f'heading {{"level":{heading[1]}}}'
        else:
            name = "html"
        blocks.append(f"<!-- wp:{name} -->\n{written}\n<!-- /wp:{name.partition(' ')[0]} -->\n")
    if has_references:
        blocks.append("<!-- wp:footnotes /-->\n")
    return "\n".join(blocks)


def _former_slugs(row: Any) -> list[str]:
    slugs = sorted(former.slug for former in row.former_slugs.all())
    return [_meta("_wp_old_slug", slug) for slug in slugs]


def _category(domain: str, slug: str, name: str) -> str:
    written = _html("category", name)
    return written.replace(
        "<category>", f'<category domain="{domain}" nicename="{escape(slug)}">', 1
    )


def _meta(key: str, value: object) -> str:
    inner = _cdata("wp:meta_key", key) + _cdata("wp:meta_value", value)
    return f"<wp:postmeta>{inner}</wp:postmeta>"


def _number(row: Any) -> int:
    return row.pk * len(_KINDS) + _KINDS[type(row)]


def _local(time: datetime | None) -> str:
    zone = timezone.get_default_timezone()
    return f"{time.astimezone(zone):%F %T}" if time else _NO_TIME


def _element(name: str, value: object) -> str:
    return f"<{name}>{escape(_UNWRITABLE.sub('', str(value)), quote=False)}</{name}>\n"


def _html(name: str, text: str) -> str:
    """A plain text as HTML, for an element in which WordPress has HTML."""
    return _cdata(name, escape(text, quote=False))


def _cdata(name: str, value: object) -> str:
    text = _UNWRITABLE.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>\n"
