"""Everything made from an article's text when it is saved: HTML, contents, plain text."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from articles.slugs import anchor_of

from .cleaning import article_tree
from .marks import MarkLinker
from .nodes import BLOCKS, HEADINGS, LEAVES, Node, text_of, walk, write_document
from .presenting import for_readers

WORDS_PER_MINUTE = 230
# Ids that the article page itself uses.
RESERVED_IDS = frozenset(
    [
        "about-article",
        "about-the-author",
        "article-title",
        "comment-form",
        "comments",
        "comments-title",
        "contents",
        "contents-title",
        "corrections",
        "main",
        "more",
        "own-comments",
        "references",
        "signup",
        "takeaways",
        "top",
        "write-comment",
    ]
)
RESERVED_PREFIXES = ("cite-", "comment-", "id_", "ref-")
# Chinese and Japanese have no space between words: each sign counts, as in word processors.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True)
class Derived:
    """What `derive` makes of a text.

    `contents` has a {"level": 2 or 3, "id": …, "text": …} for each heading. `citations` says how
    often the text cites each reference, by its number.
    """

    body_html: str
    contents: list[dict[str, str | int]]
    word_count: int
    reading_minutes: int
    plain_text: str
    citations: dict[int, int] = field(default_factory=dict)


def derive(html: str, *, reference_numbers: Collection[int] = ()) -> Derived:
    """What pages and the search use of a text in clean HTML. Never raises.

    `reference_numbers` are the numbers of the article's references. A mark of another number
    stays text.
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
    """The words of a plain text."""
    signs = len(_UNSPACED.findall(text))
    return signs + sum(1 for word in _UNSPACED.sub(" ", text).split() if _LETTER.search(word))


def _number_headings(tree: list[Node | str]) -> list[dict[str, str | int]]:
    """Give each heading an id, which stays the same while its text does; returns all headings."""
    headings: list[dict[str, str | int]] = []
    taken: set[str] = set()
    endings: dict[str, int] = {}
    for node in walk(tree):
        if node.tag not in HEADINGS:
            continue
        text = " ".join(text_of(node.children).split())
        wanted = anchor_of(text, most=80) or "section"
        if wanted in RESERVED_IDS or wanted.startswith(RESERVED_PREFIXES):
            wanted = f"section-{wanted}"
        identifier = wanted
        while identifier in taken:
            # Counting goes on where it stopped: ten thousand equal headings stay quick.
            endings[wanted] = endings.get(wanted, 1) + 1
            identifier = f"{wanted}-{endings[wanted]}"
        taken.add(identifier)
        node.attributes = {"id": identifier}
        headings.append({"level": int(node.tag[1]), "id": identifier, "text": text})
    return headings


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
        return "\t".join(" ".join(_plain(cell).split()) for cell in node.children).rstrip()
    lines = [""]
    for child in node.children:
        if isinstance(child, str) or child.tag not in _PLAIN_BLOCKS:
            lines[-1] += text_of([child])
        else:
            lines += [_plain(child), ""]
    separator = "\n\n" if node.tag in {"aside", "blockquote", "figure"} else "\n"
    return separator.join(line for line in lines if line)


_PLAIN_BLOCKS = BLOCKS - {"hr"}
