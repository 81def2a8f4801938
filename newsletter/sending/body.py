"""What all subscribers get alike, with places (slots) for what differs.

A slot is written as an address that cannot exist. So it passes templates and HTML programs
unchanged, and an issue can be kept in the database, shown and searched before it is filled.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Body:
    """An issue in HTML and in plain text, with slots."""

    html: str
    text: str


def slot(name: str) -> str:
    """What a template writes where the value of this name will stand: `slot("unsubscribe_url")`."""
    return f"https://{name.replace('_', '-')}.slot.invalid/"


# Addresses that differ between subscribers. newsletter/sending/copies.py makes each of them.
SLOTS = ("unsubscribe_url", "preferences_url")
