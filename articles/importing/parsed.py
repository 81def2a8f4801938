"""The result of reading a file of any format."""

import re
from dataclasses import dataclass

from articles.rich_text import clean_html, count_words, derive
from config.web.text.characters import is_blank, one_line

TITLE_LENGTH = 200


class ImportProblem(Exception):
    """A file cannot become an article. The message says in one line why, and what to do."""


@dataclass(frozen=True)
class ParsedArticle:
    """`body` is clean HTML. `skipped` has a line for each thing that was left out or changed."""

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
    """An article from a title and any HTML, which is cleaned here.

    `skipped` are the notes of the caller, to which those on the title are added. Raises
    ImportProblem when the title or the text is empty.
    """
    notes = list(skipped or [])
    title = _one_line(title)
    if not title:
        raise ImportProblem("It has no title: write one in the first line.")
    if title.isupper() and len(title.split()) > 3:
        notes.append(
            f"{shown(title)}: the title was all capitals, now only its first letter is one"
        )
        title = title[:1] + title[1:].lower()
    if len(title) > TITLE_LENGTH:
        notes.append(f"{shown(title)}: the title was cut at {TITLE_LENGTH} characters")
        title = title[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
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


def shown(text: str) -> str:
    """A quotation short enough for one line of a report."""
    line = _one_line(text)
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ only in case, space and punctuation."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
