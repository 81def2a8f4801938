"""The readable part of addresses, made from titles and names. docs/editing.md has the rules."""

import re
import unicodedata

from anyascii import anyascii
from django.conf import settings
from django.utils.text import slugify

MOST = 180  # characters; a number may follow
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_APOSTROPHES = "’‘ʼʻ′"
# German writes umlauts so in ASCII. In other languages the same letters lose their dots.
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def slug_of(text: str, *, most: int = MOST) -> str:
    """Lower-case ASCII words with hyphens, at most `most` characters, cut between words.

    Empty when no sign of the text has a spelling in ASCII.
    """
    text = unicodedata.normalize("NFC", text[: 10 * most])
    slug = slugify(_in_ascii(_words(text))) or slugify(_in_ascii(text))
    slug = slug.replace("_", "-").strip("-")
    if len(slug) <= most:
        return slug
    whole_words = slug[: most + 1].rpartition("-")[0]
    return whole_words if len(whole_words) > most // 2 else slug[:most]


def anchor_of(text: str, *, most: int) -> str:
    """The same for a heading within a page, in the text's own letters, as old links have them."""
    return slugify(_words(text[: 10 * most]), allow_unicode=True)[:most].strip("-_")


def _words(text: str) -> str:
    """The text with spaces for slashes and signs, and without apostrophes and invisible signs."""

    def word_or_space(match: re.Match[str]) -> str:
        category = unicodedata.category(match[0])
        if match[0] in _APOSTROPHES or category in {"Cf", "Cc", "Cs", "Cn"}:
            return ""
        return " " if category[0] in "PSZ" else match[0]

    text = text.replace("/", " ")
    return text if text.isascii() else _BEYOND_ASCII.sub(word_or_space, text)


def _in_ascii(text: str) -> str:
    if settings.LANGUAGE_CODE.lower().partition("-")[0] == "de":
        text = text.translate(_GERMAN)
    return anyascii(text).replace("/", " ").replace(":", " ")
