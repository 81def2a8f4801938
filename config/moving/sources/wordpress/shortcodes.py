"""Shortcodes of WordPress and its plugins: `[gallery ids="1,2"]`, `[caption]…[/caption]`."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape

from config.moving.wording import words_of_text

_TAG = re.compile(r"(\[?)\[([a-zA-Z][\w-]*+)((?:[\s=/][^\[\]]*)?)\](\]?)")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))|(\S+)""")
_FIRST_ATTRIBUTE = re.compile(r"\s+[\w-]+=\S")
_FORM_NAMES = "contact-field contact-form contact-form-7 formidable forminator_form gravityform"
_FORM_NAMES += " mc4wp_form ninja_form wpforms"
_FORMS = frozenset(_FORM_NAMES.split())
_PLAYERS = frozenset(["audio", "playlist", "soundcloud", "video", "vimeo", "youtube"])
_CAPTIONS = frozenset(["caption", "wp_caption"])
_KNOWN = _FORMS | _PLAYERS | _CAPTIONS | {"embed", "gallery"}
_DEEPEST = 10


@dataclass
class Shortcodes:
    """`gallery(ids)` writes the pictures; `say(kind, text)` goes to the report.

    `replaced` counts the words of the shortcodes themselves, which no reader saw.
    """

    gallery: Callable[[list[str]], str]
    say: Callable[[str, str], None]
    replaced: Counter[str] = field(default_factory=Counter)

    def replace(self, text: str, depth: int = 0) -> str:
        """The text without shortcodes. Of an unknown one the inner text stays, and it is named.

        A word in brackets is one only if WordPress or a plugin would have written it so: with
        attributes, an end or a name of several words.
        """
        pieces: list[str] = []
        position = 0
        while tag := _TAG.search(text, position):
            before, name, attributes, after = tag.groups()
            if before and after:  # [[name]] is how one writes the text [name]
                pieces.append(text[position : tag.start()] + tag[0][1:-1])
                position = tag.end()
                continue
            start = tag.start() + len(before)
            ending = f"[/{name}]"
            end = text.find(ending, tag.end() - len(after))
            if depth > _DEEPEST or not _is_shortcode(name, attributes, ends=end >= 0):
                pieces.append(text[position : tag.end() - len(after)])
                position = tag.end() - len(after)
                continue
            pieces.append(text[position:start])
            position = tag.end() - len(after)
            inner = ""
            self.replaced += words_of_text(f"{name} {attributes} {name if end >= 0 else ''}")
            if end >= 0:
                inner, position = text[position:end], end + len(ending)
            pieces.append(self.written(name.lower(), attributes, inner, depth))
        return "".join([*pieces, text[position:]])

    def written(self, name: str, attributes: str, inner: str, depth: int) -> str:
        named = {
            key.lower(): unescape(one or two or three)
            for key, one, two, three, _alone in _ATTRIBUTE.findall(attributes)
            if key
        }
        if name in _CAPTIONS:
            return self.caption(named, inner, depth)
        if name == "gallery":
            ids = named.get("ids", named.get("include", ""))
            return self.gallery(re.findall(r"\d+", ids))
        address = named.get("src") or named.get("url") or named.get("mp4") or named.get("mp3")
        if name == "embed" or (name in _PLAYERS and (address or inner.startswith("http"))):
            address = address or inner.strip()
            self.say("embed", f"[{name}] {address}")
            # A paragraph with a link, in place of what was embedded.
            shown = escape(unescape(re.sub(r"<[^<>]*>", "", address)).strip())
            return f'<p><a href="{shown}">{shown}</a><p>'
        kind = "form" if name in _FORMS else "unknown shortcode"
        kind = "player" if name in _PLAYERS else kind
        self.say(kind, f"[{name}{attributes}]")
        return self.replace(inner, depth + 1)

    def caption(self, named: dict[str, str], inner: str, depth: int) -> str:
        picture = re.search(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", inner)
        if not picture:
            return self.replace(inner, depth + 1)
        self.replaced -= words_of_text(named.get("caption", ""))
        words = named.get("caption", "") + inner[: picture.start()] + inner[picture.end() :]
        caption = f"<figcaption>{self.replace(words, depth + 1)}</figcaption>"
        return f"<figure>{picture[0]}{caption}</figure>"


def _is_shortcode(name: str, attributes: str, *, ends: bool) -> bool:
    if name.lower() in _KNOWN or ends:
        return True
    if _FIRST_ATTRIBUTE.match(attributes) or attributes.strip() == "/":
        return True
    return "_" in name and not attributes
