"""The text of a WordPress post: blocks and classic text become HTML, and losses are named."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from config.moving.records import Picture, Reference
from config.moving.report import Report
from config.moving.sources.markup import rewritten
from config.moving.sources.wordpress.attachments import Attachments
from config.moving.sources.wordpress.paragraphs import with_paragraphs
from config.moving.sources.wordpress.shortcodes import Shortcodes
from config.moving.wording import text_of_html
from config.web.text.json_text import read_json

_BLOCK = re.compile(
    r"<!--\s+(?P<end>/)?wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\s+"
    r"(?P<attributes>\{.*?\}\s+)?(?P<empty>/)?-->",
    re.DOTALL,
)
_MORE = re.compile(r"<!--(more|nextpage|noteaser)(.*?)-->", re.DOTALL)
_FOOTNOTE = re.compile(
    r"""<sup\b[^>]*\bdata-fn=["']([\w-]+)["'][^>]*>.*?</sup>""", re.IGNORECASE | re.DOTALL
)
_HREF = re.compile(r"""href=["'](https?://[^"']+)["']""", re.IGNORECASE)
_LONE_ADDRESS = re.compile(
    r"""((?:\A|<(?:p|br|div|figure)(?:\s[^<>]*)?>)\s*)(https?://[^\s<>"\[\]]+)(?=\s*(?:<|\Z))""",
    re.IGNORECASE,
)
# A text of classic paragraphs; all other blocks hold whole HTML.
_CLASSIC = frozenset(["freeform", "shortcode", "core/freeform", "core/shortcode"])
_DEEPEST = 8  # reusable blocks in reusable blocks
_MOST_REFERENCE = 1000  # characters


@dataclass
class Content:
    """One text. `html()` makes it ready for the writer, and fills `references`."""

    report: Report
    attachments: Attachments
    blocks: Mapping[str, str]  # reusable ones, by their number
    footnotes: str = ""  # the meta field, as JSON
    post_id: str = ""
    references: list[Reference] = field(default_factory=list)
    unseen: Counter[str] = field(default_factory=Counter)  # words of shortcodes themselves

    def html(self, text: str) -> tuple[str, dict[str, Picture]]:
        """The HTML for a record, and the pictures in it by their keys."""
        whole = self.blocks_of(self.with_marks(text), ())
        shortcodes = Shortcodes(gallery=self.gallery, say=self.report.say)
        replaced = shortcodes.replace(_LONE_ADDRESS.sub(self.embed, whole))
        self.unseen = shortcodes.replaced
        return rewritten(
            replaced,
            report=self.report,
            find=self.attachments.find,
            base=self.attachments.base,
        )

    def blocks_of(self, text: str, above: tuple[str, ...]) -> str:
        """The text without the comments of blocks. What stands between blocks is classic text."""
        pieces: list[str] = []
        position = depth = 0
        classic = True
        text = _MORE.sub(self.page_break, text)
        for block in _BLOCK.finditer(text):
            between = text[position : block.start()]
            pieces.append(with_paragraphs(between) + "\n" if classic else between)
            position = block.end()
            name = block["name"].removeprefix("core/")
            if block["empty"]:
                pieces.append(self.empty_block(name, block["attributes"] or "", above))
            elif block["end"]:
                depth = max(depth - 1, 0)
            else:
                depth += 1
                self.name_block(name)
            classic = depth == 0 or (not block["end"] and name in _CLASSIC)
        rest = text[position:]
        return "".join([*pieces, with_paragraphs(rest) if classic else rest])

    def empty_block(self, name: str, attributes: str, above: tuple[str, ...]) -> str:
        """A block without content of its own."""
        found = _json(attributes)
        found = found if isinstance(found, dict) else {}
        if name == "block":
            number = str(found.get("ref", ""))
            inner = self.blocks.get(number)
            if inner is not None and number not in above and len(above) < _DEEPEST:
                return self.blocks_of(inner, (*above, number))
            self.report.say("reusable block", f"number {number} is not in the export")
        elif name not in {"footnotes", "more", "nextpage", "separator", "spacer"}:
            self.report.say("block", f"{name} {found.get('url', '')}")
        return ""

    def name_block(self, name: str) -> None:
        if name.startswith(
            ("jetpack/contact-form", "contact-form-7/", "wpforms/", "gravityforms/")
        ):
            self.report.say("form", name)

    def page_break(self, match: re.Match[str]) -> str:
        if match[1] != "noteaser":
            kind = "page break" if match[1] == "nextpage" else "read-more mark"
            self.report.say(kind, match[0].strip("<>!-"))
        return "\n\n"

    def embed(self, match: re.Match[str]) -> str:
        """WordPress shows what is at an address that stands alone; here it is a link."""
        self.report.say("embed", unescape(match[2]))
        return f'{match[1]}<a href="{match[2]}">{match[2]}</a>'

    def gallery(self, ids: list[str]) -> str:
        chosen = ids or self.attachments.children(self.post_id)
        self.report.say("gallery", f"{len(chosen)} pictures stand one below the other")
        pictures = [(number, self.attachments.picture(number)) for number in chosen]
        for number, picture in pictures:
            if picture is None:
                self.report.say("picture", f"number {number} of a gallery is not in the export")
        return "".join(
            f'<figure><img class="wp-image-{number}"><figcaption>{escape(picture.caption)}'
            "</figcaption></figure>"
            for number, picture in pictures
            if picture
        )

    def with_marks(self, text: str) -> str:
        """Footnotes as marks `[1]`, and their texts as references."""
        found = _json(self.footnotes)
        notes = {
            str(note.get("id")): str(note.get("content", ""))
            for note in (found if isinstance(found, list) else [])
            if isinstance(note, dict)
        }
        numbers: dict[str, int] = {}

        def mark(match: re.Match[str]) -> str:
            number = numbers.setdefault(match[1], len(numbers) + 1)
            return f" [{number}]"

        text = _FOOTNOTE.sub(mark, text)
        for note in notes:
            numbers.setdefault(note, len(numbers) + 1)
        for note, number in numbers.items():
            html = notes.get(note, "")
            said = text_of_html(html) or "–"
            if len(said) > _MOST_REFERENCE:
                self.report.say("footnote", f"cut: {said}")
                said = f"{said[: _MOST_REFERENCE - 1]}…"
            link = _HREF.search(html)
            url = unescape(link[1]) if link and len(link[1]) <= 500 else ""
            self.references.append(Reference(number, said, url))
        return text


def _json(text: str) -> object:
    """What a plugin or editor wrote as JSON; None for anything else."""
    try:
        return read_json(text) if text else None
    except ValueError:
        return None
