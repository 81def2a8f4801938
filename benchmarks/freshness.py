"""How old an answer can be: `uv run python benchmarks/freshness.py [--changes 1000] [--folder …]`.

Two processes answer under load while the text of the page is changed again and again by SQL. For each change: when the
latest answer with an older text came in, counted from the moment at which COMMIT was sent.
"""

import argparse
import json
import re
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import client
import tables
from scratch_site import gunicorn, say, scratch_folder, scratch_site

PORT = 9303
PAUSE = 0.02  # seconds between changes
# The number in the text, and when the request was sent and the answer came in
type Answer = tuple[int, float, float]
_NUMBER = re.compile(rb"<p>Text number (\d+)")


def main(changes: int, folder: Path) -> None:
    with ExitStack() as stack:
        stack.enter_context(scratch_site(folder))
        pk = prepare()
        site = stack.enter_context(gunicorn(port=PORT, workers=2))
        answers: list[Answer] = []
        writer = subprocess.Popen(
            [sys.executable, __file__, "--write", str(changes), str(pk)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        commits = load_until_written(site.port, writer, answers)
    shown = show(commits, answers)
    say(shown)
    tables.keep("freshness", shown)


def load_until_written(
    port: int, writer: "subprocess.Popen[str]", answers: list[Answer]
) -> list[float]:
    """Keep asking until the writer is done; the times of its commits."""
    written: list[str] = []
    reader = threading.Thread(target=lambda: written.append(writer.communicate()[0]))
    reader.start()
    message = client.request("/articles/fresh/")

    def seen(line: client.Connection) -> None:
        now = time.perf_counter()
        if line.status != 200:
            raise SystemExit(line.answer[:300].decode())
        found = _NUMBER.search(line.answer)
        answers.append((int(found[1]) if found else 0, line.sent_at, now))

    while reader.is_alive():
        client.run(port, lambda: message, seconds=1.0, seen=seen)
    return list(json.loads(written[0]))


def show(commits: list[float], answers: list[Answer]) -> str:
    head = ["answers with an older text", "number", "median ms", "p99 ms", "latest ms"]
    asked_later = [
        answer for answer in answers if answer[0] < len(commits) and commits[answer[0]] < answer[1]
    ]
    rows = [
        ["that came in after COMMIT", *cells(commits, answers)],
        ["that were asked for after COMMIT", *cells(commits, asked_later)],
    ]
    return f"{len(commits):,} changes, {len(answers):,} answers.\n\n{tables.table(head, rows)}"


def cells(commits: list[float], answers: list[Answer]) -> list[str]:
    """Number of stale answers, and over all changes how late the latest was."""
    late = [0.0] * len(commits)
    stale = 0
    for number, _sent, came in answers:
        # It lacks the changes after this number, of which the first has waited longest.
        if number < len(commits) and came > commits[number]:
            stale += 1
            late[number] = max(late[number], came - commits[number])
    late.sort()
    shares = (0.5, 0.99, 1.0)
    return [
        f"{stale:,}",
        *(f"{late[min(len(late) - 1, int(share * len(late)))] * 1000:.1f}" for share in shares),
    ]


def prepare() -> int:
    from django.utils import timezone

    from articles.models import Article

    fields = {"status": "published", "published_at": timezone.now(), "title": "Fresh"}
    article, _is_new = Article.objects.get_or_create(slug="fresh", defaults=fields)
    article.body = text_of(0) + "<p>And what does not change.</p>" * 200
    article.save()
    return article.pk


def text_of(number: int) -> str:
    return f"<p>Text number {number}.</p>"


def write(changes: int, pk: int) -> None:
    """In a process of its own, whose clock is the same (CLOCK_MONOTONIC)."""
    import os

    import psycopg

    commits = []
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        time.sleep(1.0)
        for number in range(1, changes + 1):
            connection.execute(
                "UPDATE articles_article SET body_html = %s WHERE id = %s", [text_of(number), pk]
            )
            commits.append(time.perf_counter())
            connection.commit()
            time.sleep(PAUSE)
    time.sleep(0.5)
    say(json.dumps(commits))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--folder", default="", help="kept for the next time")
    parser.add_argument("--write", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write(*given.write)
    else:
        with scratch_folder(given.folder) as place:
            main(given.changes, place)
