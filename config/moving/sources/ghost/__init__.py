"""Exports of Ghost: the JSON file of Settings → Import/Export → Export."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from config.moving.models import ImportedItem
from config.moving.paths import has_host
from config.moving.records import Article, BadSource, Picture, Redirect, Source, Topic
from config.moving.report import Report
from config.moving.sources.ghost.export import Export, Row, is_true, moment, read, text_in
from config.moving.sources.ghost.text import Text
from config.moving.sources.linked_pictures import picture_at
from config.moving.sources.markup import rewritten
from config.moving.wording import text_of_html, words_of_html

_HERE = "__GHOST_URL__"  # stands in an export for the address of the site
_SIZE = re.compile(r"/size/w\d+(?:h\d+)?(?:/format/\w+)?(?=/)")  # pictures that Ghost made smaller
_SETTINGS_OF_POSTS = ("canonical_url", "codeinjection_head", "codeinjection_foot")


class Ghost(Source):
    """`address` is that of the former site, which an export does not say.

    Without it all exports count as those of one site, and links to it stay as they are.
    The files are read whole, so that a bad one stores nothing. Passwords are never looked at.
    Raises BadSource.
    """

    def __init__(self, files: Collection[Path], *, address: str = "") -> None:
        if address and not has_host(address):
            raise BadSource(
                f"“{address}” is not the address of a site. Write it as in"
                " --address https://old.example."
            )
        self.base = address.rstrip("/")
        parts = urlsplit(self.base)
        self.root = parts.path
        place = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
        self.site = f"ghost {place}{parts.path}".strip()[:200]
        self.exports = [read(file) for file in files]
        self.total = sum(len(export.posts) for export in self.exports)
        self.used_topics: set[str] = set()
        self.used_authors: set[str] = set()
        self.tags: dict[str, str] = {}

    def articles(self, report: Report) -> Iterator[Article]:
        for export in self.exports:
            report.begin("export", export.name)
            for name, number in export.left_out().items():
                report.say("table", f"{number} rows of {name} are not read")
            for post in export.posts:
                report.begin(text_in(post, "title"), _place(post))
                if not _number(post):
                    report.say("post without a number", text_of_html(text_in(post, "html")))
                    continue
                yield self.article(post, export, report)

    def article(self, post: Row, export: Export, report: Report) -> Article:
        title, excerpt = text_in(post, "title"), text_in(post, "custom_excerpt")
        text = Text.of(post, report)
        body, pictures = rewritten(
            text.html.replace(_HERE, self.base), report=report, find=self.picture, base=self.base
        )
        is_public = self.is_public(post, report)
        authors = export.authors(post)
        self.used_authors.update(author.foreign_id for author in authors)
        for name in _SETTINGS_OF_POSTS:
            if text_in(post, name):
                report.say(name, text_in(post, name))
        return Article(
            foreign_id=_number(post),
            place=_place(post),
            title=" ".join(title.split()) if title != "(Untitled)" else "",
            body=body,
            slug=text_in(post, "slug"),
            standfirst=" ".join(excerpt.split()),
            is_page=is_public and (post.get("type") == "page" or is_true(post.get("page"))),
            may_be_public=is_public,
            published_at=moment(post.get("published_at")),
            authors=authors,
            topic=self.topic(post, export, report, is_public=is_public),
            hero=self.hero(post, export),
            pictures=pictures,
            redirects=[Redirect(path) for path in self.former_paths(post)],
            words=text.words + words_of_html(f"{title} {excerpt}"),
        )

    def is_public(self, post: Row, report: Report) -> bool:
        """Whether readers could see it without an account. What was only mailed is no page."""
        status = text_in(post, "status") or "unknown"
        visibility = text_in(post, "visibility") or "public"
        if status != "published":
            report.say(f"status {status}", "it stays a draft")
        elif visibility != "public":
            report.say(f"visibility {visibility}", "not for all readers, so it stays a draft")
        return status == "published" and visibility == "public"

    def topic(self, post: Row, export: Export, report: Report, *, is_public: bool) -> Topic | None:
        """The first tag that readers saw. The others have no place here."""
        topics: list[Topic] = []
        for tag in export.tags(post):
            name, slug = text_in(tag, "name"), text_in(tag, "slug")
            if tag.get("visibility") == "internal" or name.startswith("#"):
                report.say("internal tag", name)
            else:
                description = text_of_html(text_in(tag, "description"))
                topics.append(Topic(slug or name, name or slug, slug, description))
        for topic in topics[1:]:
            report.say("further tag", topic.name)
            if is_public:
                self.tags[topic.foreign_id] = topic.name
        if topics:
            self.used_topics.add(topics[0].foreign_id)
        return topics[0] if topics else None

    def hero(self, post: Row, export: Export) -> Picture | None:
        meta = export.meta(post)
        return self.picture(
            text_in(post, "feature_image").replace(_HERE, self.base),
            alt=text_in(meta, "feature_image_alt"),
            caption=text_of_html(text_in(meta, "feature_image_caption")),
        )

    def picture(
        self, address: str, _classes: str = "", alt: str = "", caption: str = ""
    ) -> Picture | None:
        return picture_at(_SIZE.sub("", address), self.base, alt=alt, caption=caption)

    def former_paths(self, post: Row) -> Iterator[str]:
        if slug := text_in(post, "slug"):
            yield f"{self.root}/{quote(slug)}/"
            yield f"{self.root}/{quote(slug)}/amp/"

    def redirects(self) -> Iterator[Redirect]:
        """Pages of tags and authors, and the feeds."""
        owners = [("tag", ImportedItem.Kind.TOPIC, slug) for slug in sorted(self.used_topics)]
        owners += [("author", ImportedItem.Kind.AUTHOR, slug) for slug in sorted(self.used_authors)]
        for folder, kind, slug in owners:
            path = f"{self.root}/{folder}/{quote(slug)}/"
            yield Redirect(path, owner=(kind, slug))
            yield Redirect(f"{path}rss/", "feed/", owner=(kind, slug))
        for slug, name in sorted(self.tags.items()):
            if slug not in self.used_topics:
                yield Redirect(f"{self.root}/tag/{quote(slug)}/", f"/search/?q={quote(name)}")
        yield Redirect(f"{self.root}/rss/", "/feed/")


def _number(post: Row) -> str:
    """A key that no other post has, of any site that runs Ghost."""
    return (text_in(post, "uuid") or text_in(post, "id"))[:250]


def _place(post: Row) -> str:
    return f"/{text_in(post, 'slug')}/, number {text_in(post, 'id') or '–'}"
