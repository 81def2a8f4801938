"""Links that carry their own right: signed, bound to one purpose, optionally expiring.

JSON in the token, never pickle. A link scanner opens every link of a mail, so a GET of such a link must change nothing.
"""

from datetime import timedelta
from typing import Any

from django.core import signing

_SALT = "colophon.signed_links"


class BadLink(Exception):
    """Forged, damaged, or made for another purpose."""


class ExpiredLink(BadLink):
    """Once right, now too old."""


def make_token(purpose: str, value: Any) -> str:
    """A URL-safe token that gives `value` (JSON) back to the same purpose only."""
    return signing.dumps(value, salt=f"{_SALT}.{purpose}")


def read_token(purpose: str, token: str, *, max_age: timedelta | None = None) -> Any:
    """The value of a token.

    Raises ExpiredLink when it is older than `max_age`, BadLink when it is not ours or not for this purpose.
    """
    try:
        return signing.loads(token, salt=f"{_SALT}.{purpose}", max_age=max_age)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except (signing.BadSignature, ValueError, UnicodeError) as error:
        raise BadLink from error
