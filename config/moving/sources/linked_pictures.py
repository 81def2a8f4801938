"""Pictures that are known by their address alone, or that a file has with it."""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from config.moving.records import Picture


def picture_at(address: str, base: str, *, alt: str = "", caption: str = "") -> Picture | None:
    """The picture at an address of the site `base` or of another one. None without an address."""
    if not address.strip():
        return None
    try:
        whole = urljoin(f"{base}/", address.strip())
        parts = urlsplit(whole)
    except ValueError:
        whole, parts = address, urlsplit("")
    host = parts.netloc.lower().removeprefix("www.")
    is_of_site = not host or host == urlsplit(base).netloc.lower().removeprefix("www.")
    path = unquote(parts.path)
    # With and without the address of the site it is the same picture.
    known = path if is_of_site else f"{host}{path}?{parts.query}"
    return Picture(
        foreign_id=f"address-{_digest(known.encode('utf-8', 'replace'))}",
        address=whole,
        path=path.lstrip("/") if is_of_site else "",
        alt=" ".join(alt.split()),
        caption=caption,
    )


def picture_in_file(content: bytes, name: str) -> Picture:
    return Picture(foreign_id=f"content-{_digest(content)}", address=name, content=content)


def picture_in_folder(folder: Path, path: str) -> Picture:
    """One at `path` below `folder`, where another folder may have another one."""
    whole = f"{folder.resolve()}/{path}".encode("utf-8", "replace")
    return Picture(foreign_id=f"file-{_digest(whole)}", address=path, path=path, folder=folder)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:40]
