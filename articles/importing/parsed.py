"""The result of reading a file of any format."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from articles.rich_text import clean_html, count_words, derive
from config.web.text.characters import is_blank, one_line


class ImportProblem(Exception):
    """A file cannot become an article. The message says in one line why, and what to do."""


class Footnote(NamedTuple):
    number: int
    text: str
    url: str


@dataclass(frozen=True)
class Fields:
    """What a file says about its article before the text. `paths` are former addresses."""

    title: str = ""
    standfirst: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    is_draft: bool = False
    slug: str = ""
    authors: list[str] = field(default_factory=list)
    role: str = ""  # of a single author
    topics: list[str] = field(default_factory=list)
    hero: str = ""
    paths: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ParsedArticle:
    """`html` is not clean and has the pictures of the file; `body` is the same, cleaned.

    `skipped` has a line for each thing that was left out or changed, with its words. `seen` is HTML
    with all that a reader of the file sees, for a look at what was lost.
    """

    title: str
    html: str
    body: str
    words: int
    skipped: list[str]
    seen: str
    fields: Fields = field(default_factory=Fields)
    footnotes: list[Footnote] = field(default_factory=list)
    # The pictures inside of the file, by the addresses that `html` has for them.
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def parsed_article(
    title: str,
    html: str,
    *,
    seen: str = "",
    skipped: list[str] | None = None,
    fields: Fields | None = None,
    footnotes: list[Footnote] | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> ParsedArticle:
    """An article from a title and any HTML.

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
    body = clean_html(html)
    words = count_words(derive(body).plain_text)
    if not words and "<img" not in html:
        raise ImportProblem("It has a title and no text under it.")
    return ParsedArticle(
        title=title,
        html=html,
        body=body,
        words=words,
        skipped=notes,
        seen=seen or html,
        fields=fields or Fields(),
        footnotes=footnotes or [],
        pictures=pictures or {},
    )


def _one_line(text: str) -> str:
    return "" if is_blank(text) else " ".join(one_line(text).split())


def shown(text: str) -> str:
    """A quotation of all words, in one line of a report."""
    return f"“{_one_line(text)}”"


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ only in case, space and punctuation."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
