"""Large files that administrators upload: written to the private folder as they come."""

import os
import secrets
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from config.moving.moves import folder
from config.web.files.upload_limit import LostUpload, UploadLimit


class Draft(UploadedFile):
    """An upload, as a file in the private folder. It ends with the request, unless kept."""

    def __init__(self, name: str, content_type: str) -> None:
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder() / f".{secrets.token_hex(8)}.part"
        self.output = self._path.open("x+b")
        super().__init__(self.output, name, content_type, 0)

    def keep_as(self, path: Path) -> None:
        """Raises OSError when the disk cannot hold it."""
        self.output.flush()
        os.fsync(self.output.fileno())
        self.output.close()
        self._path.replace(path)

    def close(self) -> None:
        self.output.close()
        self._path.unlink(missing_ok=True)


class DraftOnDisk(FileUploadHandler):
    """A full disk loses the upload and not the whole request."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.draft: Draft | None = None
        with suppress(OSError):
            self.draft = Draft(self.file_name or "", self.content_type or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            if self.draft:
                self.draft.output.write(raw_data)
        except OSError:
            self.upload_interrupted()

    def file_complete(self, file_size: int) -> UploadedFile:
        if self.draft is None:
            return LostUpload(BytesIO(), self.file_name, self.content_type, 0)
        self.draft.size = file_size
        return self.draft

    def upload_interrupted(self) -> None:
        if self.draft:
            self.draft.close()
            self.draft = None


def take_large_upload(request: HttpRequest) -> None:
    """Let the request's files go straight to the folder. Call it before anything reads them.

    More than IMPORT_MAX_MB, by the announced length, gets 413.
    """
    limit = UploadLimit(request)
    limit.most = settings.IMPORT_MAX_MB * 1_000_000
    request.upload_handlers = [limit, DraftOnDisk(request)]
