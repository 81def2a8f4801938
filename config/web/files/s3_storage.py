"""Media in S3 or what speaks its protocol: the same names and promises as on the disk.

An object is whole or not there, because S3 shows it when its last byte has arrived. A failure of
the network or of the service is an OSError, as one of the disk is, so that forms refuse an upload
with a sentence and pages go on without a copy. Readers never see the bucket: its files are answered
at /media/.
"""

import errno
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils import timezone
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from config.web.files.media_storage import LONGEST_TRANSACTION, noted
from config.web.files.stored_files import MediaStorage, StoredFile

_NOTES = ".unsaved/"
_MISSING = {"404", "NoSuchKey", "NotFound"}


@contextmanager
def os_errors(name: str) -> Iterator[None]:
    """Turn what boto3 raises into FileNotFoundError or OSError (EIO)."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise FileNotFoundError(errno.ENOENT, "No such object", name) from error
        raise OSError(errno.EIO, f"S3 answers {code}", name) from error
    except BotoCoreError as error:
        raise OSError(errno.EIO, f"S3 is away: {type(error).__name__}", name) from error


class S3MediaStorage(S3Storage, MediaStorage):
    def __init__(self, *, attempts: int = 2, **options: Any) -> None:
        config = Config(
            connect_timeout=3,
            read_timeout=15,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            # Servers that speak S3 need not know names of buckets in the host, nor newer checksums.
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(file_overwrite=False, client_config=config, **options)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        return f"{settings.MEDIA_URL}{filepath_to_uri(name)}"

    def exists(self, name: str) -> bool:
        try:
            self.describe(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        with os_errors(name):
            return super().size(name)

    def delete(self, name: str) -> None:
        with os_errors(name):
            super().delete(name)

    def describe(self, name: str) -> StoredFile:
        row = self._object(name)
        with os_errors(name):
            row.load()
        if not row.content_length:
            raise FileNotFoundError(errno.ENOENT, "An empty object", name)

        def read(start: int, end: int) -> Any:
            with os_errors(name):
                answer = row.get(Range=f"bytes={start}-{end - 1}", IfMatch=row.e_tag)
            return answer["Body"]

        return StoredFile(name, row.content_length, row.last_modified, row.e_tag, read)

    def names(self) -> Iterator[str]:
        for row in self._objects(""):
            name = row.key.removeprefix(self._key(""))
            if not any(part.startswith(".") for part in name.split("/")):
                yield name

    def note(self, name: str) -> None:
        with os_errors(name):
            self._object(f"{_NOTES}{name}").put(Body=b"")

    def remove_note(self, name: str) -> None:
        with suppress(OSError), os_errors(name):
            self._object(f"{_NOTES}{name}").delete()

    def names_with_old_notes(self) -> Iterator[str]:
        old = timezone.now() - timedelta(seconds=LONGEST_TRANSACTION)
        for row in self._objects(_NOTES):
            if row.last_modified < old:
                yield row.key.removeprefix(self._key(_NOTES))

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("Files of the media storage are opened to be read.")
        with os_errors(name):
            return ContentFile(self._object(name).get()["Body"].read(), name=name)

    def _save(self, name: str, content: Any) -> str:
        kind = mimetypes.guess_type(name)[0] or self.default_content_type
        with noted(self, name), os_errors(name):
            self._object(name).put(Body=b"".join(content.chunks()), ContentType=kind)
        return name

    def _key(self, name: str) -> str:
        return f"{self.location}/{name}" if self.location else name

    def _object(self, name: str) -> Any:
        return self.bucket.Object(self._normalize_name(name))

    def _objects(self, below: str) -> Iterator[Any]:
        with os_errors(below):
            yield from self.bucket.objects.filter(Prefix=self._key(below))
