"""A page in the page cache: validators, compressed copies, answers (RFC 9110, RFC 9111)."""

import gzip
import hashlib
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import brotli
from django.utils.http import parse_http_date_safe

from config.web.cache.cache_tags import COUNTED_HEADER, HEADER, INTERNAL_HEADERS
from config.web.cdn.headers import shared_cache_headers
from config.web.middleware.headers import SECURITY_HEADERS
from config.web.requests.bot_traps import without_stamps

Headers = list[tuple[str, str]]

CACHE_CONTROL = "public, max-age=0, must-revalidate"
KEPT_SECONDS = 24 * 3600
OVERHEAD_BYTES = 4_000  # about how many bytes the bookkeeping of one page takes
_COMPRESSIBLE = ("text/", "application/", "image/svg")
# "Not modified" has these, too. The Fetch standard asks for the last ones at each answer.
_OF_UNCHANGED = SECURITY_HEADERS | {
    "access-control-allow-origin",
    "access-control-expose-headers",
}
_REPLACED = {"cache-control", "content-length", "etag", "last-modified", "vary", *INTERNAL_HEADERS}
# The best compression takes a hundred times as long and saves a twentieth.
_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=4, mtime=0),
}
_WEIGHTLESS = re.compile(r";\s*q=0(?:\.0*)?\s*$")
_chosen: dict[str, str] = {}


class CachedPage:
    """A body that is the same for all readers, with its headers."""

    def __init__(
        self,
        headers: Headers,
        body: bytes,
        *,
        made_at: int,
        tags: Iterable[str] = (),
        packed_as: str = "",
    ) -> None:
        """`packed_as` is the ETag of a body that is compressed already (`packed`)."""
        self.given = headers
        given = {name.lower(): value for name, value in headers}
        self.tags = frozenset(given.get(HEADER.lower(), "").split()).union(tags)
        self.counted_as = given.get(COUNTED_HEADER.lower(), "")
        self.made_at = made_at  # the count of changes before its first query
        self.checked_at = made_at  # the count at which it was last found fresh
        self.used = False  # since the store last looked for room
        self.weighed = 0  # the size with which the store counts it; 0 for a page that it has not
        self.expires_at = time.time() + KEPT_SECONDS
        # Weak, and the same in each process: the stamps of forms do not count.
        if not packed_as:
            digest = hashlib.blake2b(without_stamps(body), digest_size=12)
        self.etag = packed_as or f'W/"{digest.hexdigest()}"'
        self._modified = parse_http_date_safe(given.get("last-modified", ""))
        self._compressible = (
            given.get("content-type", "").startswith(_COMPRESSIBLE)
            and "content-encoding" not in given
        )
        self.validators: Headers = [
            ("ETag", self.etag),
            *shared_cache_headers(CACHE_CONTROL, self.tags),
            ("Vary", "Accept-Encoding, Cookie"),
        ]
        if self._modified is not None:
            self.validators.append(("Last-Modified", given["last-modified"]))
        self._headers = [pair for pair in headers if pair[0].lower() not in _REPLACED]
        kept = [pair for pair in self._headers if pair[0].lower() in _OF_UNCHANGED]
        self._unchanged = [*self.validators, *kept]
        self._copies: dict[str, tuple[Headers, bytes]] = {}
        self.size = OVERHEAD_BYTES  # about how many bytes of memory the page takes
        self._add_copy("br" if packed_as else "", body)

    def packed(self) -> bytes | None:
        """The body as a reader got it with "br"; None if none did."""
        found = self._copies.get("br")
        return found[1] if found else None

    def slim(self) -> bool:
        """Keep the packed body alone. Says whether that gave room."""
        packed = self._copies.get("br")
        if packed is None or len(self._copies) == 1:
            return False
        self._copies = {"br": packed}
        self._weigh()
        return True

    def copy(self, encoding: str) -> tuple[Headers, bytes]:
        """Headers and body in an encoding: "br", "gzip", or "" for none.

        Two threads may make the same copy at once. One of the two stays.
        """
        if not self._compressible:
            encoding = ""
        copies = self._copies  # another thread may put fewer in their place
        if encoding not in copies:
            plain = copies[""][1] if "" in copies else brotli.decompress(copies["br"][1])
            return self._add_copy(encoding, _COMPRESSORS[encoding](plain) if encoding else plain)
        return copies[encoding]

    def answer(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request as PEP 3333 has it: 304 when the browser has the page, else the page."""
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked is not None:
            # Weak comparison (RFC 9110, 13.1.2), the common case first.
            tags = (tag.strip().removeprefix("W/") for tag in asked.split(","))
            known = asked == self.etag or not {self.etag[2:], "*"}.isdisjoint(tags)
        else:  # a date counts only without an ETag (13.2.2)
            since = parse_http_date_safe(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
            known = since is not None and self._modified is not None and self._modified <= since
        if known:
            start_response("304 Not Modified", self._unchanged)
            return []
        headers, body = self.copy(encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _add_copy(self, encoding: str, body: bytes) -> tuple[Headers, bytes]:
        headers = [*self._headers, *self.validators, ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        added = self._copies[encoding] = (headers, body)
        self._weigh()
        return added

    def _weigh(self) -> None:
        copies = list(self._copies.values())
        self.size = OVERHEAD_BYTES + sum(len(body) for _headers, body in copies)


def encoding_for(accepted: str) -> str:
    """The best encoding for an Accept-Encoding header: "br", "gzip" or "" (RFC 9110, 12.5.3)."""
    if accepted not in _chosen:
        if len(_chosen) > 1_000:  # a bound, since strangers write these headers
            _chosen.clear()
        offers = [offer.strip().lower() for offer in accepted.split(",")]
        taken = {
            offer.partition(";")[0].strip() for offer in offers if not _WEIGHTLESS.search(offer)
        }
        _chosen[accepted] = next((name for name in _COMPRESSORS if name in taken), "")
    return _chosen[accepted]
