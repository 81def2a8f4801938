"""Which attributes article HTML may carry, and which values."""

import re
from collections.abc import Callable

from django.conf import settings

_SPACE_AND_CONTROLS = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u3000\ufeff]"
)
_WEB_ADDRESS = re.compile(r"https?://(?![^/?#]*@)[^/\\?#:\s][^\\\s]*\Z", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"mailto:[^/\\\s]+\Z", re.IGNORECASE)
_SAFE_PATH = re.compile(r"[^\\?#\s]+\Z")


def _text(most: int, *, may_be_empty: bool = False) -> Callable[[str], str | None]:
    def keep(value: str) -> str | None:
        text = " ".join(value.split())[:most]
        return text if text or may_be_empty else None

    return keep


def _link(value: str) -> str | None:
    """Keep web, mail and own-site addresses.

    Browsers drop tabs and line feeds inside an address and read a backslash as a slash,
    so `/\\evil` and `/<tab>/evil` lead to another site.
    """
    value = value.strip("".join(map(chr, range(0x21))) + "\x7f\xa0\ufeff")
    value = re.sub(r"[\t\n\r]", "", value).replace(" ", "%20")
    if len(value) > 4000 or _SPACE_AND_CONTROLS.search(value):
        return None
    if value.startswith("#"):
        return value
    if value.startswith("/") and value[1:2] not in {"/", "\\"}:
        return value
    if _WEB_ADDRESS.match(value) or _MAIL_ADDRESS.match(value):
        return value
    return None


def _own_image(value: str) -> str | None:
    """Keep only files of the site's own media folder: readers' browsers ask no third party."""
    value = value.strip()
    below = value.removeprefix(settings.MEDIA_URL)
    if len(value) > 1000 or below == value or ".." in below or below.startswith("/"):
        return None
    return value if _SAFE_PATH.match(below) and not _SPACE_AND_CONTROLS.search(below) else None


def _number(lowest: int, highest: int) -> Callable[[str], str | None]:
    def keep(value: str) -> str | None:
        value = value.strip()
        if not (value.isascii() and value.isdigit() and len(value) < 12):
            return None
        return str(int(value)) if lowest <= int(value) <= highest else None

    return keep


_SCOPES = {"col", "colgroup", "row", "rowgroup"}
# A span or a start of 1 says nothing; huge spans make browsers slow.
_SPAN = _number(2, 100)
_ROW_ID = _number(1, 10**11)
ATTRIBUTES: dict[str, dict[str, Callable[[str], str | None]]] = {
    "a": {"href": _link, "title": _text(1000)},
    "img": {
        "src": _own_image,
        "alt": _text(2000, may_be_empty=True),
        "width": _number(1, 20_000),
        "height": _number(1, 20_000),
        "data-image": _ROW_ID,
        "data-file": _ROW_ID,  # what the prose editor's figure writes
    },
    "ol": {"start": _number(2, 100_000)},
    "td": {"colspan": _SPAN, "rowspan": _SPAN},
    "th": {
        "colspan": _SPAN,
        "rowspan": _SPAN,
        "scope": lambda value: scope if (scope := value.strip().lower()) in _SCOPES else None,
    },
}


def allowed_attributes(tag: str, found: dict[str, str]) -> dict[str, str]:
    """The attributes of `found` that `tag` may keep, in a fixed order."""
    kept = {}
    for name, allow in ATTRIBUTES.get(tag, {}).items():
        value = allow(found[name]) if name in found else None
        if value is not None:
            kept[name] = value
    if tag == "img":
        kept.setdefault("alt", "")
    return kept
