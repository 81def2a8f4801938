"""The one place where article HTML becomes trusted: every writer goes through `clean_html`."""

import nh3

from .attributes import ATTRIBUTES
from .nodes import BLOCKS, INLINE, VOID, Node, text_of, walk, write_document
from .parsing import read_html
from .tidying import tidy

# The last step. It lets nothing else through, even where a step before it made a mistake.
_ALLOW_LIST = nh3.Cleaner(
    tags=set(BLOCKS | INLINE | VOID),
    attributes={tag: set(allowed) for tag, allowed in ATTRIBUTES.items()},
    url_schemes={"https", "http", "mailto"},
    link_rel=None,
)

# After so many elements the rest is kept as text.
MAX_ELEMENTS = 20_000


def clean_html(html: str) -> str:
    """Article HTML reduced to the allow-list, neat, and safe to show.

    Takes any text (a paste from a word processor, a file, an attack) and never raises. A second
    call changes nothing. The result has no `class`, `style`, `id` or `rel`: `derive` adds ids and
    `rel` when it makes the text ready for readers.
    """
    return _ALLOW_LIST.clean(write_document(article_tree(html)))


def article_tree(html: str) -> list[Node | str]:
    """The blocks of clean_html(html) as a tree."""
    blocks = tidy(read_html(html))
    left = MAX_ELEMENTS
    for index, block in enumerate(blocks):
        left -= sum(1 for _ in walk([block]))
        if left < 0:
            return [*blocks[:index], *tidy([text_of(blocks[index:])])]
    return blocks
