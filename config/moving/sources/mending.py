"""Faults of real exports that make them no XML: mended while they are read, each one counted."""

import re
from collections import Counter
from collections.abc import Iterator
from html.entities import html5
from itertools import chain

_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(?:x([0-9a-fA-F]+)|(\d+));|(\w+;))?")
_OPENING, _CLOSING = "<![CDATA[", "]]>"
_HELD = 40  # characters: a mark or an entity may go on in the next chunk


def mended(chunks: Iterator[str], mendings: Counter[str]) -> Iterator[str]:
    """The same text as XML. `mendings` counts what was changed."""

    def without_entity(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if hexadecimal or decimal:
            number = int(hexadecimal, 16) if hexadecimal else int(decimal)
            if number < 0x110000 and not _NO_CHARACTER.match(chr(number)):
                return match[0]
            mendings["references to no character taken out"] += 1
            return ""
        if name in html5:
            mendings["HTML entities written as characters"] += 1
            return "".join(f"&#{ord(sign)};" for sign in html5[name])
        mendings["bare & escaped"] += 1
        return f"&amp;{match[0][1:]}"

    held, in_cdata, is_first = "", False, True
    for chunk in chain(chunks, [None]):
        is_last = chunk is None
        text, taken = _NO_CHARACTER.subn("", chunk or "")
        mendings["characters taken out that XML forbids"] += taken
        if is_first and text:
            is_first = False
            mendings["space before the XML taken out"] += text[:1].isspace()
            text = text.lstrip()
        held += text
        while True:
            end = held.find(_CLOSING if in_cdata else _OPENING)
            if end < 0:
                break
            end += len(_CLOSING if in_cdata else _OPENING)
            yield held[:end] if in_cdata else _AMPERSAND.sub(without_entity, held[:end])
            held, in_cdata = held[end:], not in_cdata
        cut = len(held)
        if not is_last:  # before what may go on in the next chunk
            cut = max(cut - _HELD, 0)
            ampersand = held.rfind("&", 0, cut)
            cut = ampersand if ampersand >= 0 and ";" not in held[ampersand:cut] else cut
        yield held[:cut] if in_cdata else _AMPERSAND.sub(without_entity, held[:cut])
        held = held[cut:]
