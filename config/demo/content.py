"""Reads the magazine's texts from the files beside this module."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from articles.importing.markdown import markdown_as_html

FOLDER = Path(__file__).parent


@dataclass
class Piece:
    """An article as its file has it. Times are days before the loading, `*_in` days after it."""

    slug: str
    html: str
    title: str
    standfirst: str
    topic: str
    authors: list[str]
    hero: dict[str, Any]
    status: str = "published"
    reviewer: str = ""
    published: float = 0
    publish_in: float = 0
    updated: float = 0
    reviewed: float = 0
    review_due_in: float = 0
    withdrawn: float = 0
    withdrawn_reason: str = ""
    key_takeaways: list[str] = field(default_factory=list)
    references: list[dict[str, str]] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)
    disclosure: str = ""
    comments_closed: bool = False
    picked: float = 0


@cache
def pieces() -> list[Piece]:
    """All articles, in the order of their files' numbers."""
    read = []
    for path in sorted((FOLDER / "articles").glob("*.md")):
        _, front, text = path.read_text(encoding="utf-8").split("+++", 2)
        slug = path.stem.partition("-")[2]
        read.append(Piece(slug=slug, html=as_html(text), **tomllib.loads(front)))
    return read


@cache
def table(name: str) -> dict[str, Any]:
    """One of the TOML files: comments, desk, front, pages, people, subscribers, topics."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def as_html(markdown: str) -> str:
    """HTML of Markdown that may hold HTML, such as tables with captions. The models clean it."""
    return markdown_as_html(markdown)
