"""The picture library, renditions and cards on a disk that is full, broken or not ours to write on."""

import errno
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from articles.models import Image
from config.web import tasks
from config.web.files import media_storage
from tests import factories
from tests.clock import after
from tests.factories import picture_file

pytestmark = pytest.mark.long

ADD = "/admin/articles/image/add/"
TYPED = {"title": "A hill at dawn", "alt_text": "A green hill.", "caption": "", "credit": "Ada"}
TROUBLES = [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES]


def files(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.fixture
def disk_fails(monkeypatch):
    def refuse(number=errno.ENOSPC):
        def fail(*args, **kwargs):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("os.fsync", fail)

    return refuse


@pytest.mark.parametrize("number", TROUBLES)
def test_upload_on_a_full_disk_comes_back_with_what_was_typed(
    client_of, editor, settings, disk_fails, number
):
    disk_fails(number)

    answer = client_of(editor).post(ADD, TYPED | {"file": picture_file()})

    page = answer.text
    assert answer.status_code == 200
    assert "disk is full or read-only" in page
    assert 'value="A hill at dawn"' in page
    assert not Image.objects.exists()
    assert files(settings) == []


def test_upload_can_be_sent_again_when_there_is_room(client_of, editor, settings, monkeypatch):
    client = client_of(editor)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", lambda fd: (_ for _ in ()).throw(OSError(28, "Full")))
        client.post(ADD, TYPED | {"file": picture_file()})

    assert client.post(ADD, TYPED | {"file": picture_file()}).status_code == 302
    assert default_storage.exists(Image.objects.get().file.name)


def test_replaced_picture_keeps_its_former_file_on_a_full_disk(client_of, editor, disk_fails):
    image = factories.image()
    disk_fails()

    client_of(editor).post(
        f"/admin/articles/image/{image.pk}/change/", TYPED | {"file": picture_file(size=(9, 9))}
    )

    former = image.file.name
    image.refresh_from_db()
    assert image.file.name == former
    assert default_storage.exists(former)


def test_upload_too_large_for_the_temporary_folder_keeps_what_was_typed(
    client_of, editor, settings, tmp_path
):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "none"
    upload = SimpleUploadedFile("photo.jpg", b"x" * 3_000_000)

    answer = client_of(editor).post(ADD, TYPED | {"file": upload})

    assert "disk is full or read-only" in answer.text
    assert 'value="A hill at dawn"' in answer.text


def test_file_goes_when_its_row_is_not_kept(client_of, editor, settings, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("articles.admin.ImageAdmin.log_addition", fail)
    with pytest.raises(RuntimeError):
        client_of(editor).post(ADD, TYPED | {"file": picture_file()})

    assert files(settings) == []


def test_file_of_a_kept_row_stays_when_something_fails_after_the_commit(transactional_db, settings):
    with pytest.raises(RuntimeError), media_storage.no_orphans():
        factories.image()
        raise RuntimeError

    assert [path.name for path in files(settings)] == [Image.objects.get().file.name[-24:]]


def test_file_of_a_transaction_that_failed_is_removed_in_time(transactional_db, settings):
    settings.MAIL_DIR = None
    kept = factories.image()
    with pytest.raises(RuntimeError), transaction.atomic():
        factories.image()
        raise RuntimeError

    assert len(files(settings)) == 3  # two files, and the note beside the one without a row
    with after(hours=2):
        tasks.prune_files.call()
    assert [path.name for path in files(settings)] == [kept.file.name[-24:]]


@pytest.fixture
def image(db):
    return factories.image(size=(1400, 700))


@pytest.mark.parametrize("number", TROUBLES)
def test_reader_gets_the_copy_though_it_cannot_be_kept(client, image, disk_fails, settings, number):
    disk_fails(number)

    answer = client.get(f"/renditions/400/{image.file.name}.webp")

    assert answer.status_code == 200
    assert answer.content.startswith(b"RIFF")
    assert len(files(settings)) == 2  # the picture, and its note: this test never commits


@pytest.mark.parametrize("length", [0, 100])
def test_broken_copy_of_an_earlier_version_is_made_again(client, image, length):
    address = f"/renditions/400/{image.file.name}.webp"
    whole = client.get(address).content
    path = default_storage.path(f"renditions/400/{image.file.name}.webp")
    os.truncate(path, length)

    assert client.get(f"/media/renditions/400/{image.file.name}.webp").status_code == 404
    assert client.get(address).content == whole
    assert default_storage.size(f"renditions/400/{image.file.name}.webp") == len(whole)


def spoil(path, damage):
    whole = path.read_bytes()
    path.unlink()
    if damage == "spoiled":  # only decoding it all tells
        path.write_bytes(b"\xff\xd8\xff" + b"\x99" * len(whole) + b"\xff\xd9")
    elif damage != "gone":
        path.write_bytes(whole[: 0 if damage == "empty" else len(whole) // 2])


@pytest.mark.parametrize(
    ("address", "damage"),
    [("/media/{}", damage) for damage in ("empty", "cut", "gone")]
    + [("/renditions/400/{}.webp", damage) for damage in ("empty", "cut", "gone", "spoiled")],
)
def test_broken_picture_is_not_found_and_not_kept(client, image, address, damage):
    spoil(Path(default_storage.path(image.file.name)), damage)

    answer = client.get(address.format(image.file.name))

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
