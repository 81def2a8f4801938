"""Encrypted backups are read by their passphrase alone."""

import errno

import pyrage
import pytest
from django.core.management import CommandError, call_command

from config.backups import BackupError, encryption
from config.backups.archive import read_members
from config.backups.making import check, make_backup
from config.web.files import whole_files
from tests import factories

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_only_the_passphrase_opens_it(tmp_path, settings):
    factories.published_article(title="Nobody else reads this")
    picture = tmp_path / "media/words.png"
    picture.parent.mkdir()
    picture.write_bytes(b"words in a picture" * 100)

    path = make_backup(tmp_path / "backups", passphrase="correct horse", with_secret_key=True)

    assert check(path, "correct horse")["has_secret_key"]
    assert b"words in a picture" not in path.read_bytes()
    with encryption.opened(path, "correct horse") as stream:
        members = {name: content.read() for name, _size, content in read_members(stream)}
    assert members["secret-key"].decode() == settings.SECRET_KEY
    with pytest.raises(BackupError, match="Wrong BACKUP_PASSPHRASE"):
        check(path, "battery staple")
    with pytest.raises(BackupError, match="set BACKUP_PASSPHRASE"):
        check(path, "")


def test_damage_is_noticed(tmp_path):
    path = make_backup(tmp_path / "backups", passphrase="correct horse")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(BackupError, match="damaged"):
        check(path, "correct horse")


def test_secret_key_goes_only_into_an_encrypted_one(tmp_path):
    with pytest.raises(CommandError, match="only into an encrypted backup"):
        call_command("backup", "--with-secret-key", to=tmp_path / "backups")


def test_full_disk_ends_the_encryption(tmp_path, monkeypatch):
    def full(draft, pieces, mode):
        next(iter(pieces))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole_files, "_write", full)

    with pytest.raises(OSError, match="No space left"):
        make_backup(tmp_path / "backups", passphrase="correct horse")


def test_failure_of_what_is_encrypted_keeps_its_words(tmp_path, monkeypatch):
    def broken(moment, with_secret_key):
        yield b"x" * 2_000_000
        raise BackupError("pg_dump failed: the reason")

    monkeypatch.setattr("config.backups.making._pieces", broken)

    with pytest.raises(BackupError, match="pg_dump failed: the reason"):
        make_backup(tmp_path / "backups", passphrase="correct horse")


def test_busy_computer_is_timed_again(tmp_path, monkeypatch):
    path = make_backup(tmp_path / "backups", passphrase="correct horse")
    decrypt, refusals = pyrage.passphrase.decrypt, [True, True]

    def timed(key, passphrase):
        if refusals and refusals.pop():
            raise pyrage.DecryptError("Excessive work parameter for passphrase.")
        return decrypt(key, passphrase)

    monkeypatch.setattr(pyrage.passphrase, "decrypt", timed)
    monkeypatch.setattr(encryption, "PAUSE", 0)

    assert check(path, "correct horse")["rows"]

    refusals += [True] * 1000
    with pytest.raises(BackupError, match="too busy"):
        check(path, "correct horse")
