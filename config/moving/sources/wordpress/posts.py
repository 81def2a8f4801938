"""Turns an item of an export into the record of an article or page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from config.moving.records import Article, Author, Picture, Redirect, Topic
from config.moving.report import Report
from config.moving.sources.reading import Element
from config.moving.sources.wordpress.content import Content
from config.moving.sources.wordpress.dates import moment
from config.moving.sources.wordpress.fields import fields_of
from config.moving.sources.wordpress.index import Index
from config.moving.wording import text_of_html, words_of_html

_NO_TOPIC = "uncategorized"
# Fields in which WordPress notes what it does, and those that are read here.
_META_NAMES = "_edit_last _edit_lock _encloseme _pingme _thumbnail_id _wp_old_date _wp_old_slug"
_META_NAMES += " _wp_page_template footnotes"
_OWN_META = frozenset(_META_NAMES.split())


@dataclass
class Posts:
    index: Index
    report: Report

    def article(self, item: Element) -> Article:
        """The record without its comments. What it leaves out is told to the report."""
        status = item.get("status")
        meta = fields_of(item)
        fields = dict(meta)
        content = Content(
            self.report,
            self.index.attachments,
            self.index.blocks,
            footnotes=fields.get("footnotes", ""),
            post_id=item.get("post_id"),
        )
        text, excerpt = item.get("encoded"), item.get("excerpt")
        body, pictures = content.html(text)
        record = Article(
            foreign_id=number_of(item),
            place=place_of(item),
            title=text_of_html(item.get("title")),
            body=body,
            slug=unquote(item.get("post_name")),
            standfirst=text_of_html(excerpt),
            is_page=item.get("post_type") == "page" and status == "publish",
            may_be_public=self.may_be_public(item),
            published_at=moment(
                item.get("post_date_gmt"), item.get("post_date"), item.get("pubDate")
            ),
            comments_open=item.get("comment_status") != "closed",
            authors=self.authors(item),
            topic=self.topic(item),
            hero=self.hero(fields.get("_thumbnail_id", "")),
            pictures=pictures,
            references=content.references,
            redirects=[Redirect(path) for path in self.former_paths(item, meta)],
            words=words_of_html(f"{item.get('title')} {text} {excerpt}") - content.unseen,
        )
        if record.is_page and item.get("post_password"):
            record.is_page = False
        if names := sorted({name for name, _value in meta} - _OWN_META):
            self.report.say("custom fields", ", ".join(names))
        if item.get("is_sticky") == "1":
            self.report.say("sticky", "it stood first; editors' picks are the like here")
        return record

    def may_be_public(self, item: Element) -> bool:
        status = item.get("status") or "unknown"
        if item.get("post_password"):
            self.report.say("password", "it had a password, and stays a draft")
            return False
        if status != "publish":
            self.report.say(f"status {status}", "it stays a draft")
        return status == "publish"

    def authors(self, item: Element) -> list[Author]:
        named = [
            self.index.author(
                row.attributes.get("nicename", "") or row.text.strip(), row.text.strip()
            )
            for row in item.all("category")
            if row.attributes.get("domain") == "author"
        ]
        creator = item.get("creator")
        if named or not creator:
            return named
        author = self.index.author(creator)
        if creator not in self.index.authors:
            self.report.say("author", f"{creator} is not among the authors of the export")
        return [author]

    def topic(self, item: Element) -> Topic | None:
        """The first category. Others, and tags, have no place here."""
        topics: list[Topic] = []
        for row in item.all("category"):
            domain, slug = (
                row.attributes.get("domain", "category"),
                row.attributes.get("nicename", ""),
            )
            if domain == "post_tag":
                self.report.say("tag", row.text)
            elif domain == "category" and slug != _NO_TOPIC:
                known = self.index.categories.get(slug)
                name = text_of_html(row.text) or (known.name if known else slug)
                topics.append(Topic(slug or name, name, slug, known.description if known else ""))
            elif domain not in {"author", "category"}:
                self.report.say(f"term of {domain}", row.text)
        for topic in topics[1:]:
            self.report.say("further category", topic.name)
        return self.below(topics[0]) if topics else None

    def below(self, topic: Topic) -> Topic:
        """The topic, with its topmost category as its parent."""
        above = self.index.ancestors(topic.foreign_id)
        if len(above) > 1:
            names = " in ".join(category.name for _slug, category in above)
            self.report.say("nested category", f"{topic.name} in {names}: there is one level here")
        if not above:
            return topic
        slug, category = above[-1]
        return replace(topic, parent=Topic(slug, category.name, slug, category.description))

    def hero(self, number: str) -> Picture | None:
        if not number or number in {"0", "-1"}:
            return None
        picture = self.index.attachments.picture(number)
        if picture is None:
            self.report.say("picture", f"the featured one, number {number}, is not in the export")
        return picture

    def former_paths(self, item: Element, meta: list[tuple[str, str]]) -> Iterator[str]:
        """The addresses that the post had."""
        post_id, root = item.get("post_id"), self.index.path
        if post_id:
            yield f"{root}/?{'page_id' if item.get('post_type') == 'page' else 'p'}={post_id}"
        link = urlsplit(item.get("link"))
        host = (link.hostname or "").removeprefix("www.")
        path = quote(unquote(link.path), safe="/%")
        if host not in {"", self.index.host} or path.strip("/") == root.strip("/") or link.query:
            return
        yield path
        yield f"{path.rstrip('/')}/feed/"
        for slug in (value for name, value in meta if name == "_wp_old_slug" and value):
            yield f"{path.rstrip('/').rpartition('/')[0]}/{slug}/"


def number_of(item: Element) -> str:
    """The key of the item: its number, else its address or slug; "" without any of them."""
    names = (item.get(name) for name in ("post_id", "link", "guid", "post_name"))
    return next(filter(None, names), "")[:250]


def place_of(item: Element) -> str:
    return f"line {item.line}, number {item.get('post_id') or '–'}"
