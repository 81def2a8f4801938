"""Redirects in bulk: of imports, and as CSV."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from articles.models import Article
from config.moving import records
from config.moving.models import Redirect
from config.moving.paths import path_of, spellings
from config.moving.report import Report

COLUMNS = ["path", "target", "status"]
MOST_ROWS = 50_000


def store_redirects(
    wanted: Iterable[records.Redirect],
    report: Report,
    *,
    article: Article | None = None,
    to: str = "",
) -> None:
    """Store those that are new. Without a target of their own they lead to `article` or `to`."""
    here = article.get_absolute_url() if article else to
    rows: dict[str, Redirect] = {}
    for record in wanted:
        path, target = path_of(record.path), record.target or to
        if not path or path in spellings(target or here):
            continue
        leads_to = None if record.target or to else article
        rows.setdefault(path, Redirect(path=path, article=leads_to, target=target))
    known = Redirect.objects.select_related("article").in_bulk(list(rows), field_name="path")
    for path, row in known.items():
        if (row.article_id, row.target) != (rows[path].article_id, rows[path].target):
            report.say("former address", f"{path} leads to {row.leads_to} already")
    new = [row for path, row in rows.items() if path not in known]
    reached = {to: Redirect.objects.reached_from(to) for to in {row.leads_to for row in new}}
    new = [row for row in new if reached[row.leads_to].isdisjoint(spellings(row.path))]
    Redirect.objects.bulk_create(new)
    report.stored["redirects"] += len(new)


def article_at(address: str) -> Article | None:
    """The article that took the place of a former page: by its redirect, else by its slug."""
    path = path_of(address)
    row = Redirect.objects.at(path)
    if row is not None:
        return row.article
    parts = path.partition("?")[0].removesuffix("index.html").strip("/").split("/")
    slug = re.sub(r"\.(?:html?|php|aspx?)$", "", parts[-1])
    found = Article.objects.filter(Q(slug=slug) | Q(former_slugs__slug=slug)) if slug else None
    return found.order_by("pk").first() if found is not None else None


def as_csv(rows: Iterable[Redirect]) -> Iterator[str]:
    """The lines of a CSV file: former path, new path, 301, 302 or 410."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line([row.path, row.leads_to, str(row.status)])


@transaction.atomic
def read_csv(text: str) -> tuple[int, list[str]]:
    """Add or change redirects by the lines of a CSV file: all of them, or none.

    Returns how many were written, and what is wrong, by line. A target that is an article's
    address leads to the article.
    """
    problems: list[str] = []
    written = 0
    for number, line in enumerate(_lines(text, problems), start=1):
        if not line or [part.strip().lower() for part in line] == COLUMNS:
            continue
        if number > MOST_ROWS:
            problems.append(f"{number}: more than {MOST_ROWS} lines")
            break
        try:
            _store_line(line)
            written += 1
        except ValidationError as error:
            problems.append(f"{number}: {' '.join(error.messages)}")
    if problems:
        transaction.set_rollback(True)
    return (0 if problems else written), problems


def _lines(text: str, problems: list[str]) -> Iterator[list[str]]:
    lines = csv.reader(StringIO(text))
    try:
        yield from lines
    except csv.Error as error:
        problems.append(f"{lines.line_num}: {error}")


def _store_line(line: list[str]) -> None:
    path, target, status = [*(part.strip() for part in line), "", ""][:3]
    row = Redirect.objects.filter(path=path_of(path)).first() or Redirect(path=path_of(path))
    row.path, row.article, row.target = path_of(path) or path, None, target
    article = _article_at(target)
    if article is not None:
        row.article, row.target = article, ""
    row.status = status or Redirect.Status.MOVED
    row.full_clean()
    row.save()


def _article_at(path: str) -> Article | None:
    parts = path.strip("/").split("/")
    if len(parts) != 2 or parts[0] != "articles":
        return None
    return Article.objects.filter(slug=parts[1]).first()


def _line(values: list[str]) -> str:
    output = StringIO()
    csv.writer(output).writerow(values)
    return output.getvalue()
