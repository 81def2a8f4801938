"""The size of uploads. Django alone would write files of any size to disk before it asks a view."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

# Three times the limit of a picture, so that the form can refuse one that is too large.
MAX_BYTES = 64 * 1024 * 1024


class UploadLimit(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: it refuses by the announced length, and reads nothing."""

    most = MAX_BYTES

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > self.most:
            raise RequestDataTooBig(f"The upload is larger than {self.most} bytes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


class LostUpload(UploadedFile):
    """An upload that the disk had no room for. It is empty, so that a form refuses it."""


class UploadOnDisk(TemporaryFileUploadHandler):
    """Puts larger uploads on the disk. A full disk loses the upload and not the whole request."""

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
