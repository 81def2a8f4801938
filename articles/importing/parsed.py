"""What every format is turned into."""

import re
from dataclasses import dataclass

from articles.rich_text import clean_html, count_words, derive
from config.web.text.characters import is_blank, one_line

TITLE_LENGTH = 200


class ImportProblem(Exception):
    """Why a file cannot become an article, in one line that says what to do."""


@dataclass(frozen=True)
class ParsedArticle:
    """`body` is clean HTML; `skipped` says line by line what was left out or changed, and why."""

    title: str
    standfirst: str
    body: str
    headings: int
    lists: int
    quotes: int
    words: int
    skipped: list[str]


def parsed_article(
    title: str, body: str, *, standfirst: str = "", skipped: list[str] | None = None
) -> ParsedArticle:
    """The article of a title and any HTML. Raises ImportProblem where there is none."""
    notes = list(skipped or [])
    title = _short_title(_calm_title(_one_line(title), notes), notes)
    if not title:
        raise ImportProblem("It has no title: write one in the first line.")
    body = clean_html(body)
    words = count_words(derive(body).plain_text)
    if not words:
        raise ImportProblem("It has a title and no text under it.")
    return ParsedArticle(
        title=title,
        standfirst=_one_line(standfirst)[:600],
        body=body,
        headings=len(re.findall(r"<h[234]>", body)),
        lists=len(re.findall(r"<[ou]l[ >]", body)),
        quotes=body.count("<blockquote>"),
        words=words,
        skipped=notes,
    )


def _one_line(text: str) -> str:
    return "" if is_blank(text) else " ".join(one_line(text).split())


def _calm_title(title: str, notes: list[str]) -> str:
    if not title.isupper() or len(title.split()) <= 3:
        return title
    notes.append(f"{shown(title)}: the title was all capitals, now only its first letter is one")
    return title[:1] + title[1:].lower()


def _short_title(title: str, notes: list[str]) -> str:
    if len(title) <= TITLE_LENGTH:
        return title
    notes.append(f"{shown(title)}: the title was cut at {TITLE_LENGTH} characters")
    return title[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def shown(text: str) -> str:
    """A quotation short enough for one line of a report."""
    line = _one_line(text)
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"


def same_words(one: str, other: str) -> bool:
    """Equal but for case, space and punctuation."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
