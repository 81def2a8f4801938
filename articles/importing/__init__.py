"""Turn files into articles: plain text, Markdown, HTML and Word."""

from pathlib import Path

from . import html, markdown, plain_text, word
from .files import read_file
from .parsed import ImportProblem, ParsedArticle

__all__ = ["ENDINGS", "ImportProblem", "ParsedArticle", "parse_file", "read_file"]

_PARSERS = {
    ".htm": html.parse,
    ".html": html.parse,
    ".xhtml": html.parse,
    ".markdown": markdown.parse,
    ".md": markdown.parse,
}
# Of the files that are read in a folder.
ENDINGS = frozenset([*_PARSERS, ".docx", ".text", ".txt"])


def parse_file(path: str | Path) -> ParsedArticle:
    """Read a file by the ending of its name, as plain text by default. Raises ImportProblem."""
    ending = Path(path).suffix.lower()
    if ending == ".docx":
        return word.parse(Path(path))
    return _PARSERS.get(ending, plain_text.parse)(read_file(path))
