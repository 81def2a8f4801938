"""A DOI's title, journal and year, asked of the one host that the operator allows.

The host speaks Crossref's REST API (api.crossref.org, "/works/{doi}"). It is told the DOI and the
site's address, and nothing of a person.
"""

import re
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings

from articles.source_addresses import normal_address
from config.web.fetching.asking import ask
from config.web.fetching.guard import Guard
from config.web.text.json_text import read_json

MOST_BYTES = 1_000_000  # some answers list a thousand references
LONGEST = 1000  # of a reference's text
_DOI_LINK = "https://doi.org/"
_TAG = re.compile(r"<[^<>]*>")


class UnknownSource(Exception):
    """The host does not know the DOI, or answers something that cannot be read."""


def source_of(typed: str, *, guard: Guard | None = None) -> str:
    """Such as "Sleep and salt. The Journal. 2019." for a DOI or its link.

    Raises UnknownSource, NoAnswer, and MalformedDoi as normal_address does.
    """
    link = normal_address(typed)
    if not link.startswith(_DOI_LINK):
        raise UnknownSource(typed)
    doi = quote(unquote(link.removeprefix(_DOI_LINK)), safe="")
    answer = ask(
        f"{settings.SOURCE_LOOKUP_URL}/works/{doi}",
        most_bytes=MOST_BYTES,
        accept="application/json",
        guard=guard,
    )
    if answer.status not in {200, 206}:
        raise UnknownSource(typed)
    try:
        work = read_json(answer.body)["message"]
        parts = [_first(work.get("title")), _first(work.get("container-title")), _year(work)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnknownSource(typed) from error
    if not parts[0]:
        raise UnknownSource(typed)
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)[:LONGEST]


def _first(texts: Any) -> str:
    """The first of a list of texts, on one line and without markup."""
    text = texts[0] if isinstance(texts, list) and texts else ""
    return " ".join(unescape(_TAG.sub("", str(text))).split())


def _year(work: dict[str, Any]) -> str:
    dates = work.get("issued", {}).get("date-parts") or [[]]
    year = dates[0][0] if dates[0] else None
    return str(year) if isinstance(year, int) and 1000 < year < 3000 else ""
