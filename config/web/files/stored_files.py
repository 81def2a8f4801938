"""Answers with files of the media storage."""

import mimetypes
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import Storage, default_storage
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

_YEAR = 365 * 24 * 3600
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 64 * 1024  # bytes


@dataclass(frozen=True)
class StoredFile:
    """What an answer says of a file, and how it is read.

    `read(start, end)` returns a file whose first byte is `start`, or one that can seek there.
    """

    name: str
    size: int
    modified: datetime
    etag: str  # strong, in quotes
    read: Callable[[int, int], Any]


class MediaStorage(Storage, ABC):
    """What the site asks of its media storage, on the disk or in S3, beside Django's interface."""

    @abstractmethod
    def describe(self, name: str) -> StoredFile:
        """What an answer with the file says of it. Raises OSError."""

    @abstractmethod
    def names(self) -> Iterator[str]:
        """All files, without drafts and notes, whose names begin with a dot."""

    @abstractmethod
    def note(self, name: str) -> None:
        """Remember that no row is known to name the file yet."""

    @abstractmethod
    def remove_note(self, name: str) -> None: ...

    @abstractmethod
    def names_with_old_notes(self) -> Iterator[str]:
        """Files that were saved longer ago than a transaction takes."""


media_storage = cast(MediaStorage, default_storage)


def media_response(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file, a part of it (RFC 9110, 14), 304, 416, or 404 that no cache keeps."""
    if any(part.startswith(".") for part in name.split("/")):  # drafts and notes
        return not_there()
    try:
        return _answer(request, media_storage.describe(name))
    except (OSError, SuspiciousOperation, ValueError):  # a way out of the folder, or a NUL
        return not_there()


def _answer(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    modified = int(file.modified.timestamp())
    unchanged = get_conditional_response(request, file.etag, modified)
    part = None if unchanged else _part_asked_for(request, file)
    response: HttpResponseBase
    if unchanged is not None:
        response = unchanged
    elif part == ():
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    elif part:
        start, end = part
        response = _streamed(request, file, start, end)
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    else:
        response = _streamed(request, file, 0, file.size)
    response.headers["ETag"] = file.etag
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["Accept-Ranges"] = "bytes"
    keep_for_ever(response)
    if response.status_code in {412, 416}:
        response.headers["Cache-Control"] = "no-store"
    return response


def _part_asked_for(request: HttpRequest, file: StoredFile) -> tuple[int, int] | tuple[()] | None:
    """Start and end of the one range that is asked for, () for none inside the file.

    None stands for the whole file: no range, several, one that cannot be read, or one of a file
    that has changed since (If-Range).
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    known = request.headers.get("If-Range", file.etag)
    if request.method != "GET" or not asked or not any(asked.groups()) or known != file.etag:
        return None
    first, last = asked.groups()
    if not first:  # the last bytes
        start, end = max(0, file.size - int(last)), file.size
    else:
        start, end = int(first), min(int(last or file.size) + 1, file.size)
        if last and int(last) < start:
            return None
    return (start, end) if start < end else ()


def _streamed(request: HttpRequest, file: StoredFile, start: int, end: int) -> HttpResponseBase:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if request.method == "HEAD":
        return HttpResponse(content_type=kind, headers={"Content-Length": str(file.size)})
    content = file.read(start, end)
    if (start, end) == (0, file.size):
        whole = FileResponse(content, content_type=kind, filename=file.name.rpartition("/")[2])
        whole.headers["Content-Length"] = str(file.size)
        return whole
    response = StreamingHttpResponse(_pieces(content, start, end), content_type=kind)
    response.headers["Content-Length"] = str(end - start)
    response._resource_closers.append(content.close)  # type: ignore[attr-defined]
    return response


def _pieces(content: Any, start: int, end: int) -> Iterable[bytes]:
    if content.seekable():
        content.seek(start)
    left = end - start
    while left > 0 and (piece := content.read(min(_PIECE, left))):
        left -= len(piece)
        yield piece


def keep_for_ever(response: HttpResponseBase) -> HttpResponseBase:
    """Let browsers keep the file for a year, because no other file will ever have its name.

    Nothing in it may run, whatever it holds. Other origins may show it: webmail does, and networks
    show cards. All of these files are public, and the same for everybody.
    """
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    return response


def not_there() -> HttpResponse:
    """404 that no cache keeps: a file that cannot be read now may be there in a moment."""
    return HttpResponse(
        "Not found\n", status=404, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )
