"""How much a request may upload: Django itself writes files of any size to disk, for anybody, before a view is asked."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

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
