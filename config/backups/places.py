"""Where backups are: a folder of this machine, or one in S3."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from config.backups import BackupError
from config.environment_urls import s3_options
from config.web.files.whole_files import remove_drafts, write_whole

if TYPE_CHECKING:
    from config.backups.s3 import S3Path

type Place = Path | S3Path


def read_place(text: str) -> Place:
    """A path, or `s3://bucket/folder?endpoint=https://…&region=…`.

    Raises ImproperlyConfigured for a wrong address, and where the extra for S3 is not installed.
    """
    if "://" not in text:
        return Path(text)
    options = s3_options(text, text)
    from config.backups.s3 import S3Path, bucket_at

    bucket = bucket_at(options["bucket_name"], options["endpoint_url"], options["region_name"])
    return S3Path(bucket, options["location"])


def prepare(folder: Place) -> None:
    """Make the folder, and remove what killed backups left there. Raises BackupError and OSError.

    A backup among the media would be served to readers, and be in the next backup.
    """
    if isinstance(folder, Path):
        if Path(settings.MEDIA_ROOT).resolve() in [folder.resolve(), *folder.resolve().parents]:
            raise BackupError(f"{folder} is below the folder of media. Write --to another one.")
        folder.mkdir(parents=True, exist_ok=True)
        remove_drafts(folder, below=False)
        return
    media = settings.MEDIA_S3
    if media and folder.is_below(media["bucket_name"], media["location"]):
        raise BackupError(f"{folder} is below the folder of media. Write --to another one.")
    folder.remove_drafts()


def write(path: Place, pieces: Iterable[bytes]) -> None:
    """Write a file that is whole or not there. Raises OSError, and what making the pieces does."""
    if isinstance(path, Path):
        write_whole(path, pieces, mode=0o600, replace=False)
    else:
        path.write(pieces)
