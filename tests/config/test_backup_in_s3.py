"""Backups in S3 are those of a folder: whole or not there, checked, pruned, restored, and never in memory as a whole."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from config.backups import BackupError, record
from config.backups.archive import PIECE
from config.backups.making import check, count_rows, make_backup
from config.backups.places import prepare, read_place
from config.backups.retention import name_of
from config.backups.s3 import bucket_at
from tests.config import s3

pytestmark = [pytest.mark.long, pytest.mark.real_clock]
MB = 1024 * 1024


@pytest.fixture(scope="module")
def endpoint():
    with s3.running_server() as address:
        yield address


@pytest.fixture
def address(endpoint, monkeypatch, settings, tmp_path):
    """A folder of a bucket of the test, as `--to` takes it."""
    settings.VAR_DIR = tmp_path / "var"
    for name, value in s3.KEYS.items():
        monkeypatch.setenv(name, value)
    name = s3.make_bucket(endpoint, f"backups-{uuid4().hex}")["bucket_name"]
    yield f"s3://{name}/nightly?endpoint={endpoint}&region={s3.REGION}"
    bucket_at(name, endpoint, s3.REGION).meta.client.close()
    bucket_at.cache_clear()


@pytest.fixture
def folder(address):
    return read_place(address)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.django_db(transaction=True)
def test_command_writes_prunes_and_restores(publication, address, folder, elsewhere, settings):
    others = ["letter.txt", "other.example-20010101T030000Z.tar"]
    for day in (1, 2, 3):
        (folder / name_of(datetime(2001, 1, day, tzinfo=UTC))).write([b"an old one"])
    for name in (*others, "below/" + name_of(datetime(2001, 1, 1, tzinfo=UTC))):
        (folder / name).write([b"of somebody else"])
    with connection.cursor() as cursor:
        before = count_rows(cursor)

    call_command("backup", "--to", address, "--keep", "2d")

    old, new = [name for name in names(folder) if name.startswith("testserver-")]
    assert old == name_of(datetime(2001, 1, 3, tzinfo=UTC))
    assert set(names(folder)) == {*others, old, new}
    noted = record.last()
    assert (noted["ok"], noted["file"]) == (True, str(folder / new))
    assert noted["bytes"] == (folder / new).stat().st_size
    file = address.replace("?", f"/{new}?")
    call_command("backup", "--verify", file)
    assert record.last(record.VERIFIED) is None
    call_command("backup", "--verify", address)
    assert record.last(record.VERIFIED)["file"] == str(folder / new)
    with elsewhere() as other, other.cursor() as cursor:
        call_command("restore", file)

        assert count_rows(cursor) == before
        root = Path(settings.MEDIA_ROOT)
        files = {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.png")}
        assert files == publication


@pytest.mark.django_db(transaction=True)
def test_encrypted_one_is_opened_by_its_passphrase_alone(folder):
    path = make_backup(folder, passphrase="correct horse")

    assert check(path, "correct horse")["rows"]
    with pytest.raises(BackupError, match="set BACKUP_PASSPHRASE"):
        check(path, "")


def test_large_file_goes_and_comes_in_pieces(folder):
    path = folder / "large.tar"
    uploads = []

    def pieces():
        for number in range(40):
            if number == 20:  # 16 MB have gone out
                [upload] = folder.bucket.multipart_uploads.all()
                uploads.append([part.size for part in upload.parts.all()])
                assert names(folder) == []
            yield bytes([number]) * MB

    path.write(pieces())

    assert uploads == [[PIECE]]
    assert path.stat().st_size == 40 * MB
    with path.open("rb") as stream:
        assert [stream.read(MB) == bytes([number]) * MB for number in range(40)] == [True] * 40
        assert stream.read(1) == b""


def test_failure_on_the_way_leaves_nothing(folder):
    def pieces():
        yield bytes(17 * MB)
        raise BackupError("pg_dump failed: the reason")

    with pytest.raises(BackupError, match="the reason"):
        (folder / "large.tar").write(pieces())

    assert names(folder) == []
    assert list(folder.bucket.multipart_uploads.all()) == []


def test_upload_of_a_killed_backup_is_ended_after_a_day(folder, monkeypatch):
    folder.bucket.Object("nightly/a.tar").initiate_multipart_upload()
    folder.bucket.Object("elsewhere/b.tar").initiate_multipart_upload()

    with monkeypatch.context() as patch:
        patch.setattr("config.backups.s3.LONGEST_UPLOAD", timedelta(days=36_500))
        folder.remove_drafts()
    assert len(list(folder.bucket.multipart_uploads.all())) == 2
    folder.remove_drafts()  # the server of the test says that all began in 2010

    assert [upload.object_key for upload in folder.bucket.multipart_uploads.all()] == [
        "elsewhere/b.tar"
    ]


@pytest.mark.parametrize("media", ["nightly", "", "other"])
def test_folder_of_media_is_no_place_for_backups(folder, settings, media):
    settings.MEDIA_S3 = {"bucket_name": folder.bucket.name, "location": media}
    if media == "other":
        prepare(folder)
        return

    with pytest.raises(BackupError, match=r"below the folder of media"):
        prepare(folder)


def test_folder_of_media_on_the_disk_is_none_either(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"

    with pytest.raises(BackupError, match=r"below the folder of media"):
        prepare(tmp_path / "media/backups")


@pytest.mark.parametrize("command", [["backup", "--to"], ["backup", "--verify"], ["restore"]])
@pytest.mark.parametrize("text", ["s3://", "https://bucket/nightly", "s3://b?endpoint=nowhere"])
def test_address_that_cannot_be_read_is_refused(command, text):
    with pytest.raises(CommandError, match=re.escape(text)):
        call_command(*command, text)


@pytest.mark.django_db
def test_service_that_is_away_is_told_and_noted(address, monkeypatch):
    away = re.sub(r"endpoint=[^&]*", "endpoint=http://127.0.0.1:9", address)
    monkeypatch.setattr("config.backups.s3.ATTEMPTS", 1)

    with pytest.raises(CommandError, match=r"s3://backups-.*S3 is away"):
        call_command("backup", "--to", away)
    with pytest.raises(CommandError, match=r"s3://backups-.*cannot be read"):
        call_command("restore", away)

    assert "S3 is away" in record.last()["error"]
    assert datetime.fromisoformat(record.last()["at"]) <= timezone.now()
