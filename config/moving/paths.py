"""Former addresses as paths: read, compared and kept in one spelling."""

import re
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_PATH = 600  # characters: more does not fit into an index
# No browser sends these in a path; a backslash would lead to another site.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u3000\ufeff\\#]")


def path_of(address: str) -> str:
    """Path and query of an address as they are stored: percent-decoded, without a fragment.

    "" if the address is no path of a site.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = unquote(parts.path or "/")
    query = f"?{unquote(parts.query)}" if parts.query else ""
    kept = (path + query).replace(" ", "%20")
    is_path = kept.startswith("/") and not kept.startswith("//")
    return kept if is_path and len(kept) <= MOST_PATH and not _UNSEEN.search(kept) else ""


def has_host(address: str) -> bool:
    """Whether it is the whole address of a site, such as https://old.example/blog."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def spellings(address: str) -> list[str]:
    """The stored paths that match an address, the closest first.

    A last slash may be there or not, and a redirect without a query matches any query.
    """
    kept = path_of(address)
    if not kept:
        return []
    path, mark, query = kept.partition("?")
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    with_query = [f"{path}{mark}{query}", f"{other}{mark}{query}"] if query else []
    # The front page answers by itself: only its queries lead elsewhere.
    alone = [path, other] if path != "/" else []
    return [*with_query, *alone]


def validate_path(value: str) -> None:
    if value != path_of(value):
        raise ValidationError(
            _("Enter a path of this site that begins with one slash, such as /about/.")
        )


def validate_target(value: str) -> None:
    if not value.startswith("/") or value.startswith("//") or _UNSEEN.search(value):
        raise ValidationError(
            _("Enter a path of this site that begins with one slash, such as /about/.")
        )
