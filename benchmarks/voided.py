"""How many kept pages a change makes anew: `uv run python benchmarks/voided.py [--articles 2000] [--folder …]`.

Fills a database, has the page cache keep every page that the sitemap names, with feeds and years of the archive, and
counts which are kept no longer after a change.
"""

import argparse
import io
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tables
from scratch_site import HOST, say, scratch_folder, scratch_site


def main(articles: int, folder: Path) -> None:
    os.environ["PAGE_CACHE_MB"] = "4000"
    with scratch_site(folder, durable=False):
        from django.core.management import call_command
        from django.core.wsgi import get_wsgi_application

        from config.page_deadlines import next_deadline
        from config.web.cache.deadlines import Deadlines
        from config.web.cache.page_cache import PageCache

        call_command("load_scale", articles=articles, comments=articles)
        choose_all_related()
        cache = PageCache(get_wsgi_application(), deadlines=Deadlines(next_deadline))
        paths = all_paths(cache)
        rows = []
        for name, change in changes().items():
            for path in paths:
                ask(cache, path)
            change()
            time.sleep(1)  # until it is heard
            now = cache.feed.catch_up()
            pages = cache.store._pages.values()
            voided = sum(not cache._is_fresh(page, now) for page in pages)
            rows.append([name, f"{voided:,} of {len(pages):,}"])
        shown = tables.table(["change", "pages made anew"], rows)
    say(shown)


def choose_all_related() -> None:
    """As on a site that has been running: load_scale makes simpler lists."""
    from django.db import connection
    from django.utils import timezone

    with connection.cursor() as cursor:
        statement = "SELECT articles_choose_related(entry_id, %s, false) FROM articles_relatedlist"
        cursor.execute(statement, [timezone.now()])


def all_paths(cache: Any) -> list[str]:
    """The pages of the sitemap, with the feeds of topics and authors, and the years of the archive."""
    found: list[str] = ["/feed/", "/search/?q=sleep", "/sitemap.xml"]
    for file in locations(ask(cache, "/sitemap.xml")):
        found += [file, *locations(ask(cache, file))]
    found += [f"{path}feed/" for path in found if re.match("/(topics|authors)/", path)]
    found += sorted(set(re.findall(r'href="(/archive/\d{4}/)"', ask(cache, "/archive/"))))
    return found


def locations(sitemap: str) -> list[str]:
    return re.findall(rf"<loc>http://{HOST}(.*?)</loc>", sitemap)


def ask(cache: Any, path: str) -> str:
    path, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": HOST, "SERVER_NAME": HOST,
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
    }  # fmt: skip
    return b"".join(cache(environ, lambda *_start: None)).decode()


def changes() -> dict[str, Callable[[], object]]:
    from articles.models import Article, Author, Image, Topic
    from articles.models.related_list import choose_related_lists

    draft = Article.objects.create(title="Brand new", topic=Topic.objects.first(), body="<p>Words.</p>")  # fmt: skip
    writer = Author.objects.in_print().first()
    some = Article.objects.published().newest_first()[50]
    return {
        "a byline on a draft": lambda: draft.contributions.create(author=writer),
        "a picture that nobody uses": lambda: Image.objects.create(
            file="images/none.webp", width=1, height=1
        ),
        "one article is published": lambda: draft.publish(by=None),
        "lists of related articles follow it": choose_related_lists,
        "another one's text": lambda: Article.objects.filter(pk=some.pk).update(
            body_html="<p>New.</p>"
        ),
        "its title": lambda: Article.objects.filter(pk=some.pk).update(title="A new title"),
        "an author's biography": lambda: Author.objects.filter(pk=writer.pk).update(bio="New."),
        "it is withdrawn": lambda: some.withdraw(by=None),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--folder", default="")
    options = parser.parse_args()
    with scratch_folder(options.folder) as where:
        main(options.articles, where)
