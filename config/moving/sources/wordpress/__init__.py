"""Exports of WordPress: one site in one or several files (WXR 1.0 to 1.2)."""

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from config.moving.models import ImportedItem
from config.moving.records import Article, BadSource, Picture, Redirect, Source
from config.moving.report import Report
from config.moving.sources.reading import Element, read
from config.moving.sources.wordpress.index import Index
from config.moving.sources.wordpress.posts import Posts, number_of, place_of
from config.moving.sources.wordpress.replies import comments_of
from config.moving.wording import text_of_html

_TYPES = frozenset(["", "page", "post"])
# Items that are read because posts refer to them.
_REFERRED_TO = frozenset(["attachment", "wp_block"])
_NOT_KEPT = frozenset(["auto-draft", "inherit", "trash"])


class WordPress(Source):
    """Reads the files twice: first what posts refer to, then the posts.

    The first reading finds every fault of the XML, so that a bad file stores nothing. `address` is
    that of the former site, for files that do not say it; else their posts' addresses tell it.
    Raises BadSource.
    """

    def __init__(
        self,
        files: Collection[Path],
        *,
        repair: bool = False,
        more_types: Collection[str] = (),
        address: str = "",
    ) -> None:
        self.files, self.repair = files, repair
        self.types = _TYPES | set(more_types)
        self.index = Index()
        self.mendings: Counter[str] = Counter()
        self.used_topics: set[str] = set()
        self.used_authors: set[str] = set()
        self.tags: dict[str, str] = {}
        self.seen: set[str] = set()  # numbers in one file
        for file in files:
            self.index.base = self.index.base_of_posts = ""
            self.index.add_all(read(file, repair=repair, mendings=self.mendings))
            self.index.set_base(self.index.base or address or self.index.base_of_posts)
            self.be_of_one_site(file)
        self.total = self.index.items
        self.base = self.index.base

    def be_of_one_site(self, file: Path) -> None:
        """Numbers of posts are those of one site: post 5 of another one is another post."""
        site = self.index.site or "wordpress"
        if self.site and self.site != site:
            raise BadSource(
                f"{file.name} is of {site}, and the file before it of {self.site}."
                " Import one site after the other."
            )
        self.site = site

    def articles(self, report: Report) -> Iterator[Article]:
        self.tell_of_the_whole(report)
        posts = Posts(self.index, report)
        for file in self.files:
            self.seen.clear()
            for item in read(file, repair=self.repair):
                if item.name == "item" and self.is_read(item, report):
                    report.begin(text_of_html(item.get("title")), place_of(item))
                    comments = list(comments_of(item, report))
                    report.begin(text_of_html(item.get("title")), place_of(item))
                    record = posts.article(item)
                    record.comments = comments
                    self.note(item, record)
                    yield record

    def redirects(self) -> Iterator[Redirect]:
        """Pages of categories, authors and tags, and the feeds."""
        root = self.index.path
        for slug in sorted(self.used_topics):
            for path in self.category_paths(slug):
                owner = (ImportedItem.Kind.TOPIC, slug)
                yield Redirect(f"{root}/category/{path}/", owner=owner)
                yield Redirect(f"{root}/category/{path}/feed/", "feed/", owner=owner)
        for login in sorted(self.used_authors):
            owner, name = (ImportedItem.Kind.AUTHOR, login), login.lower().replace(" ", "-")
            if "@" not in name:  # WordPress makes another name of an e-mail address
                yield Redirect(f"{root}/author/{name}/", owner=owner)
                yield Redirect(f"{root}/author/{name}/feed/", "feed/", owner=owner)
        for slug, name in sorted(self.tags.items()):
            yield Redirect(f"{root}/tag/{slug}/", f"/search/?q={quote(name)}")
        for path in ("feed/", "feed/rss/", "feed/rss2/", "feed/atom/", "?feed=rss2", "?feed=atom"):
            yield Redirect(f"{root}/{path}", "/feed/")

    def pictures(self) -> Iterator[Picture]:
        return iter(self.index.attachments.all())

    def is_read(self, item: Element, report: Report) -> bool:
        """Whether an item becomes an article or page. What else it is, the report is told."""
        kind, status = item.get("post_type"), item.get("status")
        if kind in _REFERRED_TO:
            return False
        report.begin(text_of_html(item.get("title")), place_of(item))
        words = text_of_html(f"{item.get('title')} {item.get('encoded')} {item.get('excerpt')}")
        refusals = {
            f"item of the type {kind}": kind not in self.types,
            f"item marked as {status}": status in _NOT_KEPT,
            "item without a number, address and slug": not number_of(item),
            "item whose number stands twice": number_of(item) in self.seen,
        }
        refusal = next((said for said, is_so in refusals.items() if is_so), "")
        if refusal:
            report.say(refusal, words)
            for comment in item.all("comment"):
                said = f"{comment.get('comment_author')}: {comment.get('comment_content')}"
                report.say("comment of what is left out", said)
        self.seen.add(number_of(item))
        return not refusal

    def tell_of_the_whole(self, report: Report) -> None:
        report.begin(self.site, "the file")
        if not self.index.site:
            report.say("site without an address", "name it with --address")
        for what, number in self.mendings.items():
            if number:
                report.say("mended", f"{number} {what}")
        for title, address, line in self.index.attachments.others:
            report.begin(title, f"line {line}")
            report.say("file", f"{address} is no picture")

    def note(self, item: Element, record: Article) -> None:
        """Remember authors, topics and tags of the article: their former pages get redirects."""
        self.used_authors.update(author.foreign_id for author in record.authors)
        if record.topic:
            parent = record.topic.parent
            self.used_topics.update(topic.foreign_id for topic in (record.topic, parent) if topic)
        if record.may_be_public:
            for row in item.all("category"):
                if row.attributes.get("domain") == "post_tag":
                    self.tags[unquote(row.attributes.get("nicename", ""))] = row.text.strip()

    def category_paths(self, slug: str) -> Iterator[str]:
        """The paths of a category's pages: by its own name, and below its parents."""
        yield slug
        if above := self.index.ancestors(slug):
            yield "/".join([*(name for name, _category in reversed(above)), slug])
