"""The page of this site on which somebody asked for the newsletter."""

from urllib.parse import urlsplit

from django.http import HttpRequest

LENGTH = 500


def page_of(request: HttpRequest | None, *, claimed: str) -> str:
    """The path that the form claims, else the Referer's path if it is of this site, else ""."""
    if is_own_path(claimed):
        return claimed
    if request is None:
        return ""
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    own = referer.netloc == request.get_host() and is_own_path(referer.path)
    return referer.path if own else ""


def is_own_path(path: str) -> bool:
    """Whether it is a printable path without a query that leads to no other site (//evil)."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and len(path) <= LENGTH
        and path.isprintable()
        and not set(path) & set("\\?#")
    )
