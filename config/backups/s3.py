"""Backups in S3 or what speaks its protocol, written and read in pieces, in little memory.

Package and keys are those of media in S3 (docs/scaling.md).
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, BinaryIO, cast

from django.utils import timezone

from config.backups.archive import PIECE, READ, PiecesReader
from config.web.files.s3_storage import S3MediaStorage, os_errors

ATTEMPTS = 5  # of each call: a backup of hours outlives a fault of the network
LONGEST_UPLOAD = timedelta(days=1)


@cache
def bucket_at(name: str, endpoint: str | None, region: str | None) -> Any:
    """The bucket as boto3 has it."""
    options = {"bucket_name": name, "endpoint_url": endpoint, "region_name": region}
    return S3MediaStorage(attempts=ATTEMPTS, location="", **options).bucket


@dataclass(frozen=True)
class S3Path:
    """An object or a folder of a bucket, with the methods of pathlib.Path that backups need.

    They raise OSError as those of a path do.
    """

    bucket: Any
    key: str

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]

    def __str__(self) -> str:
        return f"s3://{self.bucket.name}/{self.key}"

    def __truediv__(self, name: str) -> "S3Path":
        return S3Path(self.bucket, f"{self._prefix}{name}")

    def iterdir(self) -> Iterator["S3Path"]:
        """The objects in this folder, not those in folders below it."""
        with os_errors(str(self)):
            for row in self.bucket.objects.filter(Prefix=self._prefix):
                path = S3Path(self.bucket, row.key)
                if path == self / path.name:
                    yield path

    def is_file(self) -> bool:
        try:
            self._described()
        except FileNotFoundError:
            return False
        return True

    def is_below(self, bucket: str, folder: str) -> bool:
        return self.bucket.name == bucket and self._prefix.startswith(f"{folder}/".lstrip("/"))

    def stat(self) -> SimpleNamespace:
        """`st_size` alone."""
        return SimpleNamespace(st_size=self._described().content_length)

    def unlink(self) -> None:
        with os_errors(str(self)):
            self._row.delete()

    def open(self, mode: str) -> BinaryIO:
        """A stream of the object. Each piece is asked for when it is needed, so no line idles."""
        row = self._described()

        def pieces() -> Iterator[bytes]:
            for start in range(0, row.content_length, PIECE):
                with os_errors(str(self)):
                    part = row.get(Range=f"bytes={start}-{start + PIECE - 1}", IfMatch=row.e_tag)
                    piece = part["Body"].read()
                yield piece

        return cast(BinaryIO, io.BufferedReader(PiecesReader(pieces()), READ))

    def write(self, pieces: Iterable[bytes]) -> None:
        """Upload in parts. The object is there when the last one has arrived."""
        with os_errors(str(self)):
            upload = self._row.initiate_multipart_upload()
            try:
                sent = []
                for number, part in enumerate(_parts(pieces), start=1):
                    answer = upload.Part(number).upload(Body=part)
                    sent.append({"PartNumber": number, "ETag": answer["ETag"]})
                upload.complete(MultipartUpload={"Parts": sent})
            except BaseException:
                with suppress(Exception):
                    upload.abort()
                raise

    def remove_drafts(self) -> None:
        """End uploads that killed processes left in this folder: nobody sees them, and they cost.

        Where the keys may not list them, they stay.
        """
        with suppress(OSError), os_errors(str(self)):
            for upload in self.bucket.multipart_uploads.filter(Prefix=self._prefix):
                if upload.initiated < timezone.now() - LONGEST_UPLOAD:
                    upload.abort()

    @property
    def _prefix(self) -> str:
        return f"{self.key}/" if self.key else ""

    @property
    def _row(self) -> Any:
        return self.bucket.Object(self.key)

    def _described(self) -> Any:
        row = self._row
        with os_errors(str(self)):
            row.load()
        return row


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """S3 takes 10,000 parts, so they grow: the first thousand have 16 MB, the second 32 MB."""
    part, number = bytearray(), 0
    for piece in pieces:
        part += piece
        if len(part) >= PIECE * (1 + number // 1000):
            yield bytes(part)
            part.clear()
            number += 1
    if part or not number:
        yield bytes(part)
