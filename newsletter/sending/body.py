"""What all subscribers get alike, with places (slots) for what differs, and parts for some of them.

A slot is written as an address that cannot exist. So it passes templates and HTML programs
unchanged, and an issue can be kept in the database, shown and searched before it is filled.
A part stands between two comments, of which the first names the topics whose readers get it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

# In place of a topic: the part is for everybody who gets the issue.
EVERYBODY = 0
_PART = re.compile(r"<!--for ([0-9 ]+)-->(.*?)<!--/for-->", re.DOTALL)


@dataclass(frozen=True)
class Body:
    """An issue in HTML and in plain text, with slots and parts."""

    html: str
    text: str

    @cached_property
    def topics(self) -> frozenset[int]:
        """What its parts are for; nothing when it has no parts."""
        return frozenset().union(*(_topics_of(found[1]) for found in _PART.finditer(self.html)))

    def wanted_by(self, chosen: Collection[int]) -> frozenset[int]:
        """Which of them a reader wants who chose these topics. Nothing stands for all of them.

        A reader also gets all when none would be left: an editor may have changed the digest.
        """
        return (frozenset(chosen) | {EVERYBODY}) & self.topics if chosen else frozenset()

    def with_parts(self, wanted: frozenset[int]) -> "Body":
        """The issue with these parts, without the marks of parts."""

        def kept(found: re.Match[str]) -> str:
            return found[2] if not wanted or wanted & _topics_of(found[1]) else ""

        return Body(html=_PART.sub(kept, self.html), text=_PART.sub(kept, self.text))


def _topics_of(mark: str) -> frozenset[int]:
    return frozenset(map(int, mark.split()))


def slot(name: str) -> str:
    """What a template writes where the value of this name will stand: `slot("unsubscribe_url")`."""
    return f"https://{name.replace('_', '-')}.slot.invalid/"


# Addresses that differ between subscribers. newsletter/sending/copies.py makes each of them.
SLOTS = ("unsubscribe_url", "preferences_url")


def filled(body: Body, values: Mapping[str, str], *, chosen: Collection[int] = ()) -> Body:
    """The issue with these values in its slots, as a reader gets it who chose these topics."""
    shown = body.with_parts(body.wanted_by(chosen))
    html, text = shown.html, shown.text
    for name in SLOTS:
        html, text = (part.replace(slot(name), values[name]) for part in (html, text))
    return Body(html=html, text=text)
