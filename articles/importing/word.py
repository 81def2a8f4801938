"""Documents of Word (.docx), read by mammoth: what its styles mean, and not how they look."""

import zlib
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from articles.rich_text.pages import read_page

from .html import article_of, take_title
from .parsed import ImportProblem, ParsedArticle, shown
from .word_parts import WordText, read_part

MAX_BYTES = 50_000_000
_MOST_UNPACKED = 300_000_000
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
# Entities are declared there and nowhere else: a few lines could mean gigabytes.
_DOCTYPES = ["<!DOCTYPE".encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be")]


def parse(path: Path) -> ParsedArticle:
    """Title from the first heading, else the name of the file. Raises ImportProblem."""
    try:
        import mammoth
    except ImportError:
        raise ImportProblem("Reading .docx needs the extra: uv sync --extra docx.") from None
    pictures: dict[str, bytes] = {}

    def keep(image: Any) -> dict[str, str]:
        name = f"picture-{len(pictures) + 1}.{image.content_type.rpartition('/')[2]}"
        with image.open() as file:
            pictures[name] = file.read()
        return {"src": name}

    with ExitStack() as files:
        archive = files.enter_context(_opened(path))
        skipped, seen = _look_through(archive)
        try:
            result = mammoth.convert_to_html(
                files.enter_context(path.open("rb")),
                style_map=_STYLES,
                include_embedded_style_map=False,
                convert_image=mammoth.images.img_element(keep),
            )
        except Exception as error:  # of any kind: it trusts the parts of the file
            raise ImportProblem(f"It is no document of Word: {error}.") from error
    page = read_page(result.value)
    title = take_title(page, page)
    if not title:
        title = path.stem
        skipped.append(f"{shown(title)}: it has no heading, so the file's name is its title")
    return article_of(title, page, seen=seen, skipped=skipped, pictures=pictures)


def _opened(path: Path) -> ZipFile:
    """Raises ImportProblem for what is no archive, or would not fit into memory."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportProblem(f"It has more than {MAX_BYTES // 1_000_000} MB.")
        archive = ZipFile(BytesIO(path.read_bytes()))
    except BadZipFile:
        raise ImportProblem("It is no document of Word (.docx).") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise ImportProblem(f"It cannot be read: {reason}.") from None
    if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
        raise ImportProblem("It is too large when it is unpacked.")
    return archive


def _look_through(archive: ZipFile) -> tuple[list[str], str]:
    """What mammoth leaves out, and all words of the text. Raises ImportProblem."""
    body, skipped = WordText(), []
    try:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            content = archive.read(name)
            if any(doctype in content for doctype in _DOCTYPES):
                raise ImportProblem(f"Its part {name} declares entities, which Word does not.")
            if name in {"word/document.xml", "word/footnotes.xml", "word/endnotes.xml"}:
                read_part(content, body)
            elif name.startswith(("word/comments.xml", "word/header", "word/footer")):
                other = WordText()
                read_part(content, other)
                what = "comments" if "comments" in name else "head or foot of its pages"
                if words := other.words():
                    skipped.append(f"{shown(words)}: {what}")
    except (BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise ImportProblem(f"It cannot be unpacked: {error}.") from error
    if body.deleted:
        skipped.append(f"{shown(' '.join(body.deleted))}: deleted, as its tracked changes say")
    if body.inserted:
        skipped.append(f"{body.inserted} tracked insertions: taken as text")
    return skipped, body.html()
