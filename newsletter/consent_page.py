"""On which page of ours somebody asked for the newsletter."""

from urllib.parse import urlsplit

from django.http import HttpRequest

LENGTH = 500


def page_of(request: HttpRequest | None, *, claimed: str) -> str:
    """The path that the form claims, else the Referer's when that is of this site, else nothing."""
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
    """A plain absolute path: no other site (//evil, /\\evil), no query, nothing that cannot be shown."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and len(path) <= LENGTH
        and path.isprintable()
        and not set(path) & set("\\?#")
    )
