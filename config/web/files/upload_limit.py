"""How much a request may upload: Django itself writes files of any size to disk, for anybody, before a view is asked."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

# Three times what a picture may have, so that whoever chose too large a one is told by the form.
MAX_BYTES = 64 * 1024 * 1024


class UploadLimit(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: refuses by the announced length, before anything is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > MAX_BYTES:
            raise RequestDataTooBig(f"The upload is larger than {MAX_BYTES} bytes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


class LostUpload(UploadedFile):
    """A file that this machine had no room for. It is empty, so that no form takes it; what was typed beside it stays."""


class UploadOnDisk(TemporaryFileUploadHandler):
    """Larger files wait on the disk for their form. A full one must not cost the whole request."""

    is_lost = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.is_lost = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self.is_lost = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            if not self.is_lost:
                super().receive_data_chunk(raw_data, start)
        except OSError:
            self.is_lost = True

    def file_complete(self, file_size: int) -> UploadedFile | None:
        try:
            if not self.is_lost:
                return super().file_complete(file_size)
        except OSError:
            pass
        return LostUpload(BytesIO(), self.file_name, self.content_type, 0)
