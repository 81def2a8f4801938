"""Markdown with tables and strikethrough. HTML in it is cleaned like that of HTML files."""

import re

import mistune

from articles.rich_text import clean_html

from .html import media_left_out, title_and_text
from .parsed import ImportProblem, ParsedArticle, parsed_article

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_-]+):[ \t]*(.*)$", re.MULTILINE)
# `> [!NOTE]`, as GitHub writes boxes beside the text.
_BOX = re.compile(
    r"\s*<p>\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*(?:<br\s*/?>|</p>\s*<p>)?\s*"
)
_STANDFIRST_FIELDS = ("standfirst", "description", "summary", "excerpt")


class _Renderer(mistune.HTMLRenderer):
    def block_quote(self, text: str) -> str:
        box = _BOX.match(text)
        return f"<aside><p>{text[box.end() :]}</aside>\n" if box else super().block_quote(text)


def parse(text: str) -> ParsedArticle:
    """Title from the front matter, else the first `# heading`, else the first line."""
    skipped: list[str] = []
    fields: dict[str, str] = {}
    if matter := _FRONT_MATTER.match(text):
        text = text[matter.end() :]
        for name, value in _FIELD.findall(matter[1]):
            fields[name.lower()] = value.strip().strip("\"'")
        if unused := sorted(set(fields) - {"title", *_STANDFIRST_FIELDS}):
            skipped.append(f"{', '.join(unused)} in the front matter: not used")
    title, html = title_and_text("", _rendered(text))
    if fields.get("title"):
        title = fields["title"]
    elif not title:
        line, _, rest = text.strip().partition("\n")
        title, html = line.lstrip("#").strip(), _rendered(rest)
    standfirst = next((fields[name] for name in _STANDFIRST_FIELDS if fields.get(name)), "")
    article = parsed_article(title, html, standfirst=standfirst, skipped=skipped)
    article.skipped.extend(media_left_out(html, article.body))
    return article


def markdown_to_html(text: str) -> str:
    """Clean HTML of a text in Markdown, without a look for a title. Raises ImportProblem."""
    return clean_html(_rendered(text))


def _rendered(text: str) -> str:
    renderer = _Renderer(escape=False)
    render = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])
    try:
        return str(render(text))
    except RecursionError:
        raise ImportProblem("Its lists or quotes are nested too deeply to be read.") from None
