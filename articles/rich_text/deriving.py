"""What is derived from an article's text once at save: reader's HTML, contents, plain text."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from articles.slugs import anchor_of

from .cleaning import article_tree
from .marks import MarkLinker
from .nodes import CELLS, HEADINGS, LEAVES, Node, text_of, walk, write_document
from .presenting import for_readers

WORDS_PER_MINUTE = 230
# The article page uses these for itself.
RESERVED_IDS = frozenset(
    [
        "about-the-author",
        "comment-form",
        "comments",
        "contents",
        "main",
        "references",
        "signup",
        "top",
    ]
)
RESERVED_PREFIXES = ("cite-", "comment-", "id_", "ref-")
# Chinese and Japanese put no space between words: there each sign is counted, as word processors do.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True)
class Derived:
    """`contents` holds {"level": 2 or 3, "id": …, "text": …}; `citations` marks by number."""

    body_html: str
    contents: list[dict[str, str | int]]
    word_count: int
    reading_minutes: int
    plain_text: str
    citations: dict[int, int] = field(default_factory=dict)


def derive(html: str, *, reference_numbers: Collection[int] = ()) -> Derived:
    """Everything shown or searched that follows from the text; never raises.

    `reference_numbers` are the numbers of the article's references: marks of others stay text.
    """
    tree = article_tree(html)
    headings = _number_headings(tree)
    linker = MarkLinker(reference_numbers)
    plain_text = plain_text_of(tree)
    words = count_words(plain_text)
    return Derived(
        body_html=write_document(for_readers(linker.link(tree))),
        contents=[heading for heading in headings if heading["level"] in {2, 3}],
        word_count=words,
        reading_minutes=max(1, round(words / WORDS_PER_MINUTE)),
        plain_text=plain_text,
        citations=dict(linker.cited),
    )


def count_words(text: str) -> int:
    signs = len(_UNSPACED.findall(text))
    return signs + sum(1 for word in _UNSPACED.sub(" ", text).split() if _LETTER.search(word))


def _number_headings(tree: list[Node | str]) -> list[dict[str, str | int]]:
    """Give each heading an id that stays while its text stays."""
    headings: list[dict[str, str | int]] = []
    taken: set[str] = set()
    endings: dict[str, int] = {}
    for node in walk(tree):
        if node.tag not in HEADINGS:
            continue
        text = " ".join(text_of(node.children).split())
        identifier = _free_id(_heading_id(text), taken, endings)
        node.attributes = {"id": identifier}
        headings.append({"level": int(node.tag[1]), "id": identifier, "text": text})
    return headings


def _heading_id(text: str) -> str:
    slug = anchor_of(text, most=80)
    if not slug:
        return "section"
    if slug in RESERVED_IDS or slug.startswith(RESERVED_PREFIXES):
        return f"section-{slug}"
    return slug


def _free_id(wanted: str, taken: set[str], endings: dict[str, int]) -> str:
    identifier = wanted
    while identifier in taken:
        # Counting goes on where it stopped: ten thousand equal headings stay quick.
        endings[wanted] = endings.get(wanted, 1) + 1
        identifier = f"{wanted}-{endings[wanted]}"
    taken.add(identifier)
    return identifier


def plain_text_of(tree: list[Node | str]) -> str:
    """Paragraphs with an empty line between, items and rows on lines, cells with a tab between."""
    parts = [_plain(block) for block in tree]
    return "\n\n".join(part for part in parts if part)


def _plain(node: Node | str) -> str:
    if isinstance(node, str):
        return node
    if node.tag in LEAVES or node.tag == "p":
        return text_of(node.children).strip("\n")
    if node.tag == "tr":
        return "\t".join(_plain_cell(child) for child in node.children).rstrip()
    separator = "\n\n" if node.tag in {"aside", "blockquote", "figure"} else "\n"
    return _plain_mixed(node.children, separator)


def _plain_cell(cell: Node | str) -> str:
    return " ".join(_plain(cell).split())


def _plain_mixed(children: list[Node | str], separator: str) -> str:
    """Text runs on within a line, blocks stand on their own."""
    lines = [""]
    for child in children:
        if isinstance(child, str) or child.tag not in _PLAIN_BLOCKS:
            lines[-1] += text_of([child])
        else:
            lines += [_plain(child), ""]
    return separator.join(line for line in lines if line)


_PLAIN_BLOCKS = (
    LEAVES
    | CELLS
    | {
        "aside",
        "blockquote",
        "figure",
        "li",
        "ol",
        "p",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    }
)
