"""A backup is one file that brings everything back, or says why it cannot."""

import errno
import json
import os
import tarfile
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backups import BackupError, making, postgres, record
from config.backups.making import check, count_rows, make_backup
from config.backups.restoring import restore, verify
from config.web.files import whole_files

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def rows_of(database):
    with database.cursor() as cursor:
        return count_rows(cursor)


def test_everything_comes_back_under_a_plain_role(publication, folder, elsewhere, settings):
    path = make_backup(folder)
    before = rows_of(connection)

    with elsewhere() as other:
        manifest = restore(path)

        assert rows_of(other) == before == manifest["rows"]
        with other.cursor() as cursor:
            cursor.execute("SELECT title FROM articles_article")
            assert cursor.fetchone() == ("Größe “Maß”",)
            cursor.execute("SELECT web_mail_may_leave('')")
            assert cursor.fetchone() == (False,)  # a copy mails nobody
        root = Path(settings.MEDIA_ROOT)
        files = {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.png")}
        assert files == publication
        again = make_backup(folder / "of-the-copy")  # the plain role can make backups, too
        assert check(again, "")["rows"] == before
    assert manifest["media"] == {"files": 2, "bytes": 7007}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in folder.iterdir() if file.is_file()] == [path.name]


def test_tools_at_hand_read_it(publication, folder):
    with tarfile.open(make_backup(folder)) as tar:
        names = tar.getnames()

    assert names[0] == "database/000001"
    assert "media/images/bed.png" in names
    assert names[-2:] == ["manifest.json", "sha256"]


@pytest.mark.parametrize("place", [0.2, 0.5, 0.95])
def test_damaged_file_is_refused(publication, folder, place):
    path = make_backup(folder)
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(BackupError, match=r"damaged|no backup"):
        check(path, "")


def test_file_that_was_cut_off_is_refused(publication, folder):
    path = make_backup(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(BackupError, match="damaged"):
        check(path, "")


def test_other_file_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all")

    with pytest.raises(BackupError, match="damaged, or no backup"):
        check(tmp_path / "letter.txt", "")
    with pytest.raises(BackupError, match="cannot be read"):
        check(tmp_path / "missing.tar", "")


def test_restore_replaces_nothing(publication, folder, elsewhere, settings):
    path = make_backup(folder)

    with pytest.raises(BackupError, match="is not empty"):
        restore(path)
    with elsewhere() as other:
        kept = Path(settings.MEDIA_ROOT) / "kept.png"
        kept.parent.mkdir()
        kept.write_bytes(b"mine")
        with pytest.raises(BackupError, match="is not empty"):
            restore(path)
        assert kept.read_bytes() == b"mine"
        assert rows_of(other) == {}


def test_backup_of_a_later_version_is_refused(publication, folder, monkeypatch):
    @contextmanager
    def later():
        with snapshot() as moment:
            moment.migrations.append("web.9999_of_the_future")
            yield moment

    snapshot = making.snapshot
    monkeypatch.setattr(making, "snapshot", later)
    path = make_backup(folder)

    with pytest.raises(BackupError, match=r"does not know the migration web\.9999"):
        restore(path)


def test_verify_restores_into_a_scratch_database_and_compares(publication, folder, monkeypatch):
    path = make_backup(folder)
    # Another worker of the tests has scratch databases of its own on this server.
    token = uuid4().hex[:12]
    monkeypatch.setattr("config.backups.restoring.secrets.token_hex", lambda number: token)

    assert verify(path)["rows"]["articles_article"] == 1

    with monkeypatch.context() as patch:
        patch.setattr("config.backups.restoring.count_rows", lambda cursor: {"articles_article": 0})
        with pytest.raises(BackupError, match="rows, the backup has"):
            verify(path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{token}%"])
        assert cursor.fetchall() == []


def test_newest_one_of_a_folder_is_tried_and_the_result_noted(publication, folder, capsys):
    with pytest.raises(CommandError, match=r"backups: No such file"):
        call_command("backup", verify=folder)
    path = make_backup(folder)

    call_command("backup", verify=folder)

    assert f"{path} is whole" in capsys.readouterr().out
    noted = record.last(record.VERIFIED)
    assert (noted["ok"], noted["file"]) == (True, str(path))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CommandError, match="damaged"):
        call_command("backup", verify=folder)
    noted = record.last(record.VERIFIED)
    assert noted["ok"] is False
    assert f"{path} does not come back: " in noted["error"]


def test_trial_of_a_named_file_is_not_noted(folder):
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear all")

    with pytest.raises(CommandError, match="no backup"):
        call_command("backup", verify=folder / "letter.txt")

    assert record.last(record.VERIFIED) is None


def test_killed_backup_leaves_no_file_that_looks_like_one(folder, monkeypatch):
    seen = []
    folder.mkdir()
    left = folder / ".0123456789abcdef.part"  # of one that was killed, two hours ago
    left.touch()
    os.utime(left, (0, 0))

    def look(storage):
        seen.extend(path.name for path in folder.iterdir())
        return iter(())

    monkeypatch.setattr("config.web.files.media_storage.WholeFileStorage.names", look)
    path = make_backup(folder)

    assert seen
    assert all(name.startswith(".") for name in seen)
    assert list(folder.iterdir()) == [path]


def test_second_backup_at_the_same_time_is_refused(folder):
    with making.snapshot(), pytest.raises(BackupError, match="Another backup or restore"):
        make_backup(folder)

    assert list(folder.iterdir()) == []


def test_full_disk_is_told_and_leaves_nothing(folder, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole_files, "_write", full)
    with pytest.raises(CommandError, match=r"The disk of .*backups is full"):
        call_command("backup", to=folder)

    monkeypatch.undo()
    assert list(folder.iterdir()) == []


def test_result_of_the_last_backup_is_noted(folder, capsys, monkeypatch):
    assert record.last() is None

    call_command("backup", to=folder)
    [path] = folder.iterdir()
    noted = record.last()
    assert (noted["ok"], noted["file"], noted["error"]) == (True, str(path), "")
    assert noted["bytes"] == path.stat().st_size

    with making.snapshot(), pytest.raises(CommandError, match="Another backup"):
        call_command("backup", to=folder)

    noted = json.loads(record.record_file().read_text())
    assert noted["ok"] is False
    assert "Another backup" in noted["error"]


def test_failure_of_pg_dump_is_told_in_its_words(folder, monkeypatch):
    address = postgres.address(connection, name="no_such_database")
    monkeypatch.setattr(postgres, "address", lambda connection: address)

    with pytest.raises(BackupError, match=r"pg_dump failed: .*no_such_database"):
        make_backup(folder)

    assert list(folder.iterdir()) == []


def test_program_of_the_right_version_is_found_or_named(monkeypatch):
    versions = {Path(f"/usr/lib/postgresql/{major}/bin/pg_dump"): major for major in (15, 17, 18)}
    monkeypatch.setattr(postgres, "places_of", lambda name: iter(versions))
    monkeypatch.setattr(postgres, "version_of", lambda path: postgres.Program(path, versions[path]))

    assert postgres.find_program("pg_dump", server=16).major == 17
    assert postgres.find_program("pg_dump", server=18).major == 18
    with pytest.raises(BackupError, match=r"pg_dump of PostgreSQL 19 .* postgresql-client-19"):
        postgres.find_program("pg_dump", server=19)


def test_password_of_the_database_stands_on_no_command_line():
    other = connection.copy()
    other.settings_dict = {**connection.settings_dict, "PASSWORD": "s3cret word", "HOST": "db.example"}  # fmt: skip

    written, environment = postgres.address(other)

    assert "s3cret" not in written
    assert "db.example" in written
    assert environment["PGPASSWORD"] == "s3cret word"
