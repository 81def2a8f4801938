"""Writes a whole site into a zip: the tables as they are at one moment, then the pictures."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.models import Article, Image, Page
from config.backups.making import software_version
from config.moving.archive import rows
from config.moving.archive.markdown import article_as_markdown, page_as_markdown, readable
from config.moving.archive.subscribers import subscribers_as_csv
from config.moving.archive.tables import SCHEMA, TABLES, schema
from config.moving.archive.wxr import wxr
from config.moving.archive.zipping import Zipping
from config.moving.models import Redirect
from config.moving.redirects import as_csv
from config.web.files.stored_files import media_storage
from config.web.files.whole_files import write_whole

FORMAT = "colophon-export"
MANIFEST = "manifest.json"


def export_site(path: Path, tell: Callable[[int], object]) -> dict[str, Any]:
    """Write the zip, aside until it is whole. Returns its manifest.

    `tell` hears how many percent are done. Raises OSError when the disk is full.
    """
    with one_moment():
        export = _Export(tell)
        write_whole(path, export.pieces(), mode=0o600)
    return export.manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """All queries in the block see the database as it is at one moment.

    Inside a transaction of the caller, that moment is the transaction's.
    """
    is_inside = connection.in_atomic_block
    with transaction.atomic():
        if not is_inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def key_mark() -> str:
    """Tells whether two sites have one SECRET_KEY, and nothing else about it."""
    return salted_hmac("moving.archive", "colophon", algorithm="sha256").hexdigest()[:16]


class _Export:
    def __init__(self, tell: Callable[[int], object]) -> None:
        self._zip = Zipping()
        self._tell = tell
        self._percent = -1
        self._done = 0
        files = media_storage.names()
        self._pictures = [
            name for name in files if name.startswith("images/") and media_storage.exists(name)
        ]
        self._rows = {table.label: rows.count(table) for table in TABLES}
        texts = self._rows["articles.Article"] + self._rows["articles.Page"]
        subscribers = self._rows["newsletter.Subscriber"]
        # The file for WordPress has each comment once more.
        again = 2 * texts + subscribers + self._rows["comments.Comment"]
        self._all = sum(self._rows.values()) + again + len(self._pictures)
        names = set(self._pictures)
        known = Image.objects.order_by("file").values_list("file", flat=True)
        self.manifest: dict[str, Any] = {
            "format": FORMAT,
            "schema": SCHEMA,
            "exported_at": timezone.now().isoformat(timespec="seconds"),
            "software": f"Colophon {software_version()}",
            "site": settings.SITE_URL,
            "name": settings.SITE_NAME,
            "key": key_mark(),
            "rows": self._rows,
            "pictures": len(self._pictures),
            # Pictures of the library whose file is not there.
            "missing": [name for name in known.iterator() if name not in names],
        }

    def pieces(self) -> Iterator[bytes]:
        yield from self._zip.entry("schema.json", [_json(schema())])
        for table in TABLES:
            yield from self._zip.entry(table.file, self._counted(rows.read_rows(table)))
        yield from self._zip.entry(rows.ROLES, rows.read_roles())
        yield from self._zip.entry(rows.HOLDERS, rows.read_holders())
        redirects = Redirect.objects.select_related("article").order_by("path")
        yield from self._text("redirects.csv", as_csv(redirects.iterator()))
        yield from self._text("subscribers.csv", self._counted(subscribers_as_csv()))
        yield from self._text("wordpress.xml", self._counted(wxr()))
        for article in readable(Article.objects.order_by("pk")):
            name = f"markdown/articles/{article.slug}.md"
            yield from self._text(name, self._counted([article_as_markdown(article)]))
        for page in Page.objects.order_by("pk").iterator():
            name = f"markdown/pages/{page.slug}.md"
            yield from self._text(name, self._counted([page_as_markdown(page)]))
        for name in self._counted(self._pictures):
            with media_storage.open(name) as file:
                yield from self._zip.entry(f"media/{name}", file.chunks(), packed=False)
        yield from self._zip.entry(MANIFEST, [_json(self.manifest)])
        yield from self._zip.end()
        self._tell(100)

    def _text(self, name: str, lines: Iterable[str]) -> Iterator[bytes]:
        return self._zip.entry(name, (line.encode() for line in lines))

    def _counted[Item](self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            yield item
            self._done += 1
            percent = min(99, 100 * self._done // max(1, self._all))
            if percent != self._percent:
                self._percent = percent
                self._tell(percent)


def _json(value: dict[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()
