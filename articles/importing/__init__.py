"""Turn files into articles: plain text, Markdown and HTML."""

from pathlib import Path

from . import html, markdown, plain_text
from .files import read_file
from .parsed import ImportProblem, ParsedArticle

__all__ = ["ImportProblem", "ParsedArticle", "parse_file", "read_file"]

_PARSERS = {
    ".htm": html.parse,
    ".html": html.parse,
    ".xhtml": html.parse,
    ".markdown": markdown.parse,
    ".md": markdown.parse,
}


def parse_file(path: str | Path) -> ParsedArticle:
    """Read a file by the ending of its name, as plain text by default. Raises ImportProblem."""
    text = read_file(path)
    return _PARSERS.get(Path(path).suffix.lower(), plain_text.parse)(text)
