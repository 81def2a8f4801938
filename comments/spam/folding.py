"""One spelling for words that look the same, so that a disguise is not another word."""

import re
import unicodedata

LONGEST = 60_000  # characters read: a few signs spell out as eighteen letters each
# Nothing is seen of these: soft hyphen, joiners, direction and variation marks, fillers, tags. Accents and the vowel
# points of Hebrew and Arabic go too: people leave them out.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u0591-\u05c7\u061c\u064b-\u065f\u0670\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# Scripts without spaces between words: each sign counts as a word, and a word is a phrase of them.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
# The vowel signs of India are no letters to Python, and part of the word.
_WORD = re.compile(rf"[{_UNSPACED}]|(?:[^\W_{_UNSPACED}]|[\u0900-\u0963\u0966-\u0dff])+")
_LATIN = re.compile("[a-z]")
# Cyrillic and Greek letters that pass for Latin ones.
_LOOK_ALIKE = str.maketrans(
    "авеёікмнорстухјѕһԁԛԝӏαβεικνορτυχγωıł", "abeeikmhopctyxjshdqwlabeikvoptuxywil"
)


def words(text: str) -> list[str]:
    """The words in order, in one spelling: without case, accents, invisible characters, and look-alike letters.

    Look-alikes are exchanged only inside a word that has Latin letters too: a Russian word stays Russian.
    """
    text = unicodedata.normalize("NFKD", text)[:LONGEST].casefold()
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return [_latin(word) for word in _WORD.findall(text)]


def _latin(word: str) -> str:
    if word.isascii() or not _LATIN.search(word):
        return word
    return word.translate(_LOOK_ALIKE)
