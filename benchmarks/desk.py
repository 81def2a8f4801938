"""What pages of the desk cost on a large site: `uv run python benchmarks/desk.py [--articles 100000] [--folder …] [--explain]`.

A site of benchmarks/growth.py with five revisions an article and four weeks of reads. Pages are asked for in turn, through
Django, by somebody who may do everything. `--explain` prints the plans of the slowest statements.
"""

import argparse
import os
import statistics
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import growth
import tables
from scratch_site import CLIENT_CORE, environment, say, scratch_folder

from config.running.embedded_database import EmbeddedDatabase

ROUNDS = 9
WANTED = 100
SLOW = 5  # ms of a statement whose plan is shown
REVISIONS = """
    INSERT INTO articles_revision (article_id, action, at, reason, content)
    SELECT id, CASE n WHEN 5 THEN 'published' ELSE 'saved' END, created_at + n * interval '1 hour', '', jsonb_build_object(
        'title', title, 'slug', slug, 'standfirst', standfirst, 'body', body, 'topic', topic_id, 'status', status
    )
    FROM articles_article, generate_series(1, 5) AS n ORDER BY id, n
"""
READS = """
    INSERT INTO articles_readcount (article_id, day, number)
    SELECT id, current_date - n, 1 + (id * 7919 + n) %% 500 FROM articles_article, generate_series(0, 27) AS n
    WHERE id %% 10 = n %% 10 OR id %% 50 = 0
"""


def main(articles: int, folder: Path, *, explain: bool) -> None:
    os.sched_setaffinity(0, {CLIENT_CORE})
    server = EmbeddedDatabase(folder / "postgresql", durable=False)
    with server.running():
        os.environ |= environment(folder, growth.database(server, folder, articles))
        import django
        from django.core.wsgi import get_wsgi_application

        django.setup()
        fill()
        application = get_wsgi_application()
        cookie = growth._moderators_cookie()
        rows = []
        for name, path in pages().items():
            took = [growth.request(application, path, cookie) for _round in range(ROUNDS)]
            with statements() as asked:
                cpu = time.process_time()
                growth.request(application, path, cookie)
                cpu = (time.process_time() - cpu) / 2  # it asks twice
            half = asked[len(asked) // 2 :]
            in_database = sum(seconds for _sql, _values, seconds in half) * 1000
            row = [f"{statistics.median(took):.0f}", f"{cpu * 1000:.0f}", f"{in_database:.0f}"]
            rows.append([name, *row, str(len(half)), str(WANTED)])
            if explain:
                show_plans(half)
    head = [
        f"with {articles:,} articles",
        "ms",
        "CPU of the process, ms",
        "statements, ms",
        "statements",
        "wanted, ms",
    ]
    shown = tables.table(head, rows)
    say(shown)
    tables.keep("desk", shown)


def fill() -> None:
    """Add what load_scale does not make."""
    from django.db import connection

    from articles.models import Revision

    if Revision.objects.exists():
        return
    with connection.cursor() as cursor:
        for statement in (REVISIONS, READS, "VACUUM ANALYZE"):
            cursor.execute(statement, [])


def pages() -> dict[str, str]:
    from articles.models import Article

    listed = "/admin/articles/article/"
    one = Article.objects.published().order_by("-pk")[100].pk
    return {
        "first page": "/admin/",
        "list of articles": listed,
        "list, published": f"{listed}?state=published",
        "list, of a topic": f"{listed}?topic__id__exact=1",
        "list, searched": f"{listed}?q=sleep",
        "list, page 100": f"{listed}?p=100",
        "form": f"{listed}{one}/change/",
        "form of a new article": f"{listed}add/",
        "history": f"{listed}{one}/history/",
        "calendar": "/admin/calendar/",
        "search of everything": "/admin/search/?q=sleep",
    }


@contextmanager
def statements() -> Any:
    """A list that fills with (SQL, values, seconds)."""
    from django.db import connection

    found: list[tuple[str, Any, float]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(sql, values, many, context)
        finally:
            found.append((sql, values, time.perf_counter() - begin))

    with connection.execute_wrapper(note):
        yield found


def show_plans(asked: list[tuple[str, Any, float]]) -> None:
    from django.db import connection

    for sql, values, seconds in asked:
        if seconds * 1000 < SLOW or not sql.lstrip().startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, values)
            plan = "\n".join(line for (line,) in cursor)
        say(f"{seconds * 1000:.1f} ms: {sql[:3000]}\n{plan}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", default="", help="kept for the next time")
    parser.add_argument("--explain", action="store_true")
    given = parser.parse_args()
    with scratch_folder(given.folder) as place:
        main(given.articles, place, explain=given.explain)
