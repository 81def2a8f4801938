"""Headers of mails with any letters and signs in names, which every receiver reads alike.

Python 3.13 folds long headers wrongly: a URL becomes encoded words, a long name with a comma
becomes two addresses, and text that looks encoded ("=?") is decoded. These headers are encoded here
(RFC 2047) and broken at spaces only.
"""

import re
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import EmailPolicy
from typing import Any, cast

LINE = 76
LONGEST_LINE = 998  # RFC 5322 2.1.1
_ENCODED_WORD = 60  # so that one fits behind a header's name
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def named(name: str, address: str) -> str:
    """`Name <address>` in ASCII (RFC 5322 3.4), with a quoted or encoded name where it must be."""
    if not name:
        return address
    if encoded(name) != name:
        return f"{encoded(name)} <{address}>"
    quoted = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{quoted} <{address}>"


def encoded(text: str) -> str:
    """The text as it may stand in a header: unchanged, or as encoded words (RFC 2047)."""
    plain = text.isascii() and text.isprintable() and "=?" not in text
    if plain and all(len(word) < LONGEST_LINE // 2 for word in text.split(" ")):
        return text
    return " ".join(Header(text, "utf-8", maxlinelen=_ENCODED_WORD).encode().split())


class WrittenHeader(UnstructuredHeader):
    """A header whose value is encoded already. It is broken at spaces only."""

    name: str
    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse("", kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: EmailPolicy) -> str:
        return _broken_at_spaces(f"{self.name}: {self}", policy.linesep)


class TextHeader(WrittenHeader):
    """A header whose value is text for people."""

    def fold(self, *, policy: EmailPolicy) -> str:
        return _broken_at_spaces(f"{self.name}: {encoded(str(self))}", policy.linesep)


def _broken_at_spaces(header: str, linesep: str) -> str:
    # Never between the name and the value: a URL stands on the first line, or receivers do not find
    # it.
    name, first, *words = header.split(" ")
    lines = [f"{name} {first}"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE and word and not lines[-1].isspace():
            lines.append("")
        lines[-1] += f" {word}"
    return linesep.join(lines) + linesep


REGISTRY = HeaderRegistry()
for _header in ("from", "reply-to", "list-id", "list-unsubscribe"):
    REGISTRY.map_to_type(_header, cast("type[BaseHeader]", WrittenHeader))
REGISTRY.map_to_type("subject", cast("type[BaseHeader]", TextHeader))
