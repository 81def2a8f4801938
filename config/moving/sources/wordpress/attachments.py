"""The files of a WordPress export: which of them are pictures, and which one an address means."""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from config.moving.records import Picture
from config.moving.sources.reading import Element
from config.moving.sources.wordpress.fields import fields_of
from config.moving.wording import text_of_html

PICTURE_ENDINGS = ("jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "heif")
_NUMBER = re.compile(r"\bwp-image-(\d+)\b")
# WordPress makes leaf-300x200.jpg and leaf-scaled.jpg from leaf.jpg.
_SIZE = re.compile(r"-(?:\d+x\d+|scaled)(?=\.\w+$)")


@dataclass
class Attachments:
    """`base` is the address of the former site."""

    base: str = ""
    _pictures: dict[str, Picture] = field(default_factory=dict)
    _by_address: dict[str, str] = field(default_factory=dict)
    _children: dict[str, list[str]] = field(default_factory=dict)
    others: list[tuple[str, str, int]] = field(default_factory=list)  # title, address, line

    def add(self, item: Element) -> None:
        """An item of the type `attachment`."""
        number, address = item.get("post_id"), item.get("attachment_url") or item.get("guid")
        if not _is_picture(address):
            self.others.append((item.get("title"), address, item.line))
            return
        meta = dict(fields_of(item))
        self._pictures[number] = Picture(
            foreign_id=number,
            address=address,
            path=_path_of(address, meta.get("_wp_attached_file", "")),
            title=text_of_html(item.get("title")),
            alt=text_of_html(meta.get("_wp_attachment_image_alt", "")),
            caption=text_of_html(item.get("excerpt") or item.get("encoded")),
        )
        self._by_address[_known_as(address)] = number
        self._children.setdefault(item.get("post_parent"), []).append(number)

    def picture(self, number: str) -> Picture | None:
        return self._pictures.get(number)

    def children(self, post_id: str) -> list[str]:
        """The numbers of the pictures that were uploaded to a post."""
        return self._children.get(post_id, []) if post_id else []

    def all(self) -> list[Picture]:
        return list(self._pictures.values())

    def find(self, address: str, classes: str) -> Picture | None:
        """The picture that an `<img>` shows; one of another site, too. None for no address."""
        known = _known_as(urljoin(f"{self.base}/", address)) if address else ""
        number = self._by_address.get(known) or self._by_address.get(_SIZE.sub("", known))
        by_class = _NUMBER.search(classes)
        if number is None and by_class and by_class[1] in self._pictures:
            number = by_class[1]
        if number is not None:
            return self._pictures[number]
        if not known:
            return None
        whole = urljoin(f"{self.base}/", address)
        digest = hashlib.sha256(known.encode()).hexdigest()[:40]
        return Picture(foreign_id=f"address-{digest}", address=whole, path=_path_of(whole, ""))


def _is_picture(address: str) -> bool:
    path = _known_as(address).partition("?")[0]
    ending = path.rpartition(".")[2].lower()
    # Without an ending the file itself tells.
    return ending in PICTURE_ENDINGS or "." not in path.rpartition("/")[2]


def _known_as(address: str) -> str:
    """A key for the address: the same with http and https, and however its path is spelt."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    host = (parts.netloc or "").lower().removeprefix("www.")
    is_picture = parts.path.rpartition(".")[2].lower() in PICTURE_ENDINGS
    query = "" if is_picture else parts.query
    return unquote(f"{host}{parts.path}") + (f"?{query}" if query else "")


def _path_of(address: str, attached_file: str) -> str:
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        path = ""
    if "uploads/" in path:
        return path.lstrip("/")
    return f"wp-content/uploads/{attached_file}" if attached_file else ""
