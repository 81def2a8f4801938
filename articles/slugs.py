"""The readable part of addresses, made from titles and names. docs/editing.md tells the rules to editors."""

import re
import unicodedata

from anyascii import anyascii
from django.conf import settings
from django.utils.text import slugify

MOST = 180  # characters; a number may follow
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_APOSTROPHES = "’‘ʼʻ′"
# Germans write so without umlauts; elsewhere the same letters lose their dots.
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def slug_of(text: str, *, most: int = MOST) -> str:
    """Lower-case ASCII words with hyphens, cut at a word; empty where nothing of the text can be read out."""
    text = unicodedata.normalize("NFC", text[: 10 * most])
    slug = slugify(_read_out(_words(text))) or slugify(_read_out(text))
    return _cut(slug.replace("_", "-").strip("-"), most)


def anchor_of(text: str, *, most: int) -> str:
    """The same for a heading within a page, in the text's own letters: those of old links stay as they are."""
    return slugify(_words(text[: 10 * most]), allow_unicode=True)[:most].strip("-_")


def _words(text: str) -> str:
    """Signs beyond ASCII and slashes hold words apart; apostrophes and what is not seen do not."""
    text = text.replace("/", " ")
    if text.isascii():
        return text
    return _BEYOND_ASCII.sub(lambda match: _word_or_space(match[0]), text)


def _word_or_space(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in _APOSTROPHES or category in {"Cf", "Cc", "Cs", "Cn"}:
        return ""
    return " " if category[0] in "PSZ" else sign


def _read_out(text: str) -> str:
    if settings.LANGUAGE_CODE.lower().partition("-")[0] == "de":
        text = text.translate(_GERMAN)
    return anyascii(text).replace("/", " ").replace(":", " ")


def _cut(slug: str, most: int) -> str:
    if len(slug) <= most:
        return slug
    whole_words = slug[: most + 1].rpartition("-")[0]
    return whole_words if len(whole_words) > most // 2 else slug[:most]
