"""A file is whole or not there: full disks, killed processes, and what earlier versions left."""

import errno
import os
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow

from config.web import tasks
from config.web.files.whole_files import is_whole, write_whole

PROJECT = Path(__file__).parents[2]
WRITE_HALF = """
import sys, time
from pathlib import Path
from config.web.files.whole_files import write_whole

def pieces():
    yield b"half" * 100_000
    print("half", flush=True)
    time.sleep(600)

write_whole(Path(sys.argv[1]), pieces())
"""


def names(folder):
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def fails(monkeypatch):
    """Lets the disk refuse as it does when delayed writing meets a full one: at the flush."""

    def refuse(number):
        def fsync(descriptor):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("os.fsync", fsync)

    return refuse


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_file_that_cannot_be_written_leaves_nothing(tmp_path, fails, number):
    fails(number)

    with pytest.raises(OSError, match=os.strerror(number)):
        write_whole(tmp_path / "file", [b"text"])

    assert names(tmp_path) == []


def test_file_that_cannot_be_replaced_keeps_what_it_said(tmp_path, fails):
    write_whole(tmp_path / "file", [b"former"])
    fails(errno.ENOSPC)

    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "file", [b"text"])

    assert (tmp_path / "file").read_bytes() == b"former"
    assert names(tmp_path) == ["file"]


def test_write_that_arrives_short_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda descriptor: os.truncate(descriptor, 1))

    with pytest.raises(OSError, match="Not written whole"):
        write_whole(tmp_path / "file", [b"text"])

    assert names(tmp_path) == []


@pytest.mark.real_clock  # a file of another process is as old as the machine says
def test_killed_write_leaves_a_draft_that_is_removed_in_time(tmp_path, settings):
    settings.VAR_DIR, settings.MEDIA_ROOT, settings.MAIL_DIR = tmp_path, tmp_path / "media", None
    target = tmp_path / "media" / "file"
    command = [sys.executable, "-c", WRITE_HALF, target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) as process:
        process.stdout.readline()
        process.kill()

    (draft,) = target.parent.iterdir()
    assert draft.name.startswith(".")
    tasks.prune_files.call()
    assert draft.exists(), "a write of this moment is left alone"
    os.utime(draft, (time.time() - 7200,) * 2)
    tasks.prune_files.call()
    assert names(target.parent) == []


def test_name_of_a_whole_file_is_not_taken(tmp_path):
    write_whole(tmp_path / "file", [b"former"])

    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "file", [b"text"], replace=False)

    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("left", [b"", b"\0\0\0\0"])
def test_broken_file_makes_room_for_a_whole_one(tmp_path, left):
    (tmp_path / "file").write_bytes(left)

    write_whole(tmp_path / "file", [b"text"], replace=False)

    assert (tmp_path / "file").read_bytes() == b"text"


def test_disk_without_links_takes_files_too(tmp_path, monkeypatch):
    def link(source, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", link)

    write_whole(tmp_path / "file", [b"text"], replace=False)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "file", [b"other"], replace=False)

    assert (tmp_path / "file").read_bytes() == b"text"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_is_whole_until_its_last_byte_is_missing(tmp_path, kind):
    output = BytesIO()
    Pillow.effect_noise((80, 60), 90).convert("RGB").save(output, kind)
    whole = output.getvalue()

    (tmp_path / "file").write_bytes(whole)
    assert is_whole(tmp_path / "file")
    for length in (0, 5, 12, len(whole) // 2, len(whole) - 1):
        (tmp_path / "file").write_bytes(whole[:length])
        assert not is_whole(tmp_path / "file"), length


def test_folder_missing_file_and_impossible_name_are_no_whole_files(tmp_path):
    for path in (tmp_path, tmp_path / "none", tmp_path / ("x" * 300), tmp_path / "a\0b"):
        assert not is_whole(path)
