"""The pages that import and export: for administrators, and nothing of a file is ever public."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import load_command_class
from django.utils import timezone

from config.moving.moves import Move, folder
from config.moving.tasks import forget_moves
from config.web.audit import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ["", "import/", "{pk}/", "{pk}/site.zip", "{pk}/report.txt", "{pk}/report.csv"]


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    folder().mkdir(parents=True)
    return folder()


@pytest.fixture
def boss(db):
    return factories.user("boss", group="Editor", is_superuser=True)


@pytest.fixture
def desk(client_of, boss):
    return client_of(boss)


def ended(direction="out", **fields):
    fields = {"status": "done", "ended_at": timezone.now(), **fields}
    move = Move.objects.create(direction=direction, **fields)
    for path in (move.export if direction == "out" else move.upload, move.said, move.table):
        path.write_bytes(b"a file")
    return move


def upload(desk, text=b"<rss/>", name="export.xml", **fields):
    data = {"kind": "wordpress", "file": SimpleUploadedFile(name, text), **fields}
    return desk.post("/admin/moves/import/", data)


# Who may


@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_see_the_pages(client, client_of, editor, desk, page):
    address = f"/admin/moves/{page.format(pk=ended().pk)}"

    assert client.get(address).status_code == 302
    assert client_of(editor).get(address).status_code == 403
    response = desk.get(address)
    response.getvalue()  # to the end, so that the file is closed
    assert response.status_code == 200
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize("page", ["", "import/", "{pk}/"])
def test_only_administrators_may_send_the_forms(client, client_of, editor, page):
    address = f"/admin/moves/{page.format(pk=ended('in', is_dry_run=True).pk)}"
    data = {"kind": "wordpress", "file": SimpleUploadedFile("a.xml", b"<rss/>"), "run": "1"}

    assert client.post(address, data).status_code == 302
    data["file"].seek(0)
    assert client_of(editor).post(address, data).status_code == 403
    assert Move.objects.count() == 1
    assert not list(folder().glob(".*"))
    assert not AuditEntry.objects.filter(action__in=["exported", "imported"]).exists()


def test_link_is_shown_to_administrators_alone(client_of, editor, desk):
    assert "/admin/moves/" in desk.get("/admin/").text
    assert "/admin/moves/" not in client_of(editor).get("/admin/").text


def test_form_of_another_site_is_refused(boss):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")

    assert upload(strict).status_code == 403
    assert strict.post("/admin/moves/").status_code == 403
    assert not Move.objects.exists()
    assert not list(folder().iterdir())


# Export


def test_button_asks_for_an_export(desk, boss):
    response = desk.post("/admin/moves/")

    move = Move.objects.get()
    assert response["Location"] == f"/admin/moves/{move.pk}/"
    assert (move.direction, move.status, move.by) == ("out", "waiting", boss)
    assert AuditEntry.objects.get(action="exported").by == boss


def test_export_is_downloaded_once_it_is_ready(desk):
    move = ended()

    response = desk.get(f"/admin/moves/{move.pk}/site.zip")

    assert response.getvalue() == b"a file"
    day = f"{move.asked_at:%Y-%m-%d}"
    assert response["Content-Disposition"] == f'attachment; filename="site-{day}.zip"'
    assert AuditEntry.objects.filter(action="exported", detail__contains="downloaded").count() == 1


@pytest.mark.parametrize("status", ["waiting", "running"])
def test_export_that_is_not_ready_cannot_be_downloaded(desk, status):
    move = ended(status=status)

    assert desk.get(f"/admin/moves/{move.pk}/site.zip").status_code == 404
    assert "site.zip" not in desk.get(f"/admin/moves/{move.pk}/").text


def test_files_are_not_among_the_media(client, settings):
    move = ended()

    assert not move.export.is_relative_to(settings.MEDIA_ROOT)
    assert client.get(f"/media/../moves/{move.export.name}").status_code == 404


# Import


def test_upload_begins_a_dry_run(desk, boss):
    response = upload(desk, b"<rss/>", publish="on", fetch_from="https://Old.example/")

    move = Move.objects.get()
    assert response["Location"] == f"/admin/moves/{move.pk}/"
    assert (move.kind, move.is_dry_run, move.file_name) == ("wordpress", True, "export.xml")
    assert move.options == ["--publish", "--fetch-from=old.example"]
    assert move.upload.read_bytes() == b"<rss/>"
    assert [path.name for path in folder().iterdir()] == [move.upload.name]


def test_all_that_the_command_takes_can_be_given(desk):
    factories.author(name="Ada Leaf")
    factories.topic(name="Sleep")
    pictures = BytesIO()
    with ZipFile(pictures, "w") as archive:
        archive.writestr("2019/03/leaf.jpg", b"a picture")

    upload(
        desk,
        repair="on",
        ask="on",
        fetch_from="old.example, www.old.example",
        address="old.example/blog/",
        authors="ada,ada-leaf\n",
        topics="rest,sleep\n",
        pictures=SimpleUploadedFile("uploads.zip", pictures.getvalue()),
    )

    move = Move.objects.get()
    words = move.words()
    assert move.options == ["--ask", "--repair", "--fetch-from=old.example", "--fetch-from=www.old.example", "--address=https://old.example/blog"]  # fmt: skip
    for option in ("--media", "--authors", "--topics"):
        assert Path(words[words.index(option) + 1]).exists()
    assert move.enclosed("media").read_bytes() == pictures.getvalue()
    assert move.enclosed("authors").read_text() == "ada,ada-leaf"
    parser = load_command_class("config.moving", "import_from").create_parser("", "")
    assert parser.parse_args(words[1:]).fetch_from == ["old.example", "www.old.example"]
    forget_moves.call()
    assert len(list(folder().iterdir())) == 4
    move.forget()
    assert not list(folder().iterdir())


def test_import_is_started_from_the_report(desk, boss):
    move = ended("in", is_dry_run=True, kind="wordpress", file_name="a.xml")
    assert "Import now" in desk.get(f"/admin/moves/{move.pk}/").text

    desk.post(f"/admin/moves/{move.pk}/", {"run": "1"})

    move.refresh_from_db()
    assert (move.status, move.is_dry_run) == ("waiting", False)
    assert AuditEntry.objects.get(action="imported").detail == "wordpress: a.xml"


def test_import_is_started_once(desk):
    move = ended("in", is_dry_run=True)

    for _time in range(2):
        response = desk.post(f"/admin/moves/{move.pk}/", {"run": "1"}, follow=True)

    assert "Someone else has started this import." in response.text
    assert AuditEntry.objects.filter(action="imported").count() == 1


def test_file_that_is_gone_is_told(desk):
    move = ended("in", is_dry_run=True)
    move.upload.unlink()

    response = desk.post(f"/admin/moves/{move.pk}/", {"run": "1"}, follow=True)

    assert "Upload it again." in response.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"fetch_from": "not a host"}, "Enter a host name"),
        ({"fetch_from": "old.example 10.0.0.300:5"}, "Enter a host name"),
        ({"address": "ftp://old.example"}, "Enter a host name"),
        ({"authors": "ada,nobody"}, "Enter slugs that exist here. Not found: nobody"),
        ({"topics": "one,two,three"}, "Enter two columns on each line"),
        ({"pictures": SimpleUploadedFile("uploads.zip", b"no zip")}, "Choose a zip file."),
        ({"kind": "colophon"}, "Select a valid choice"),
        ({"file": ""}, "This field is required"),
        ({"file": SimpleUploadedFile("empty.xml", b"")}, "empty"),
    ],
)
def test_wrong_form_is_told_and_keeps_nothing(desk, fields, message):
    response = desk.post("/admin/moves/import/", {"kind": "wordpress", "file": SimpleUploadedFile("a.xml", b"x"), **fields})  # fmt: skip

    assert message in response.text
    assert not Move.objects.exists()
    assert not list(folder().iterdir())


def test_file_that_is_too_large_is_refused_unread(desk, settings):
    settings.IMPORT_MAX_MB = 1

    response = upload(desk, b"x" * 1_000_001)

    assert response.status_code == 413
    assert not list(folder().iterdir())


def test_full_disk_is_told(desk, monkeypatch):
    monkeypatch.setattr("config.moving.uploading.Draft", _full)

    assert "empty" in upload(desk).text
    assert not Move.objects.exists()


def _full(*args):
    raise OSError(28, "No space left on device")


def test_failed_import_can_go_on(desk):
    move = ended("in", status="failed", kind="wordpress")

    assert "Import now" in desk.get(f"/admin/moves/{move.pk}/").text
    desk.post(f"/admin/moves/{move.pk}/", {"run": "1"})

    move.refresh_from_db()
    assert move.status == "waiting"


# The report


def test_report_is_shown_as_text(desk):
    move = ended("in", is_dry_run=True)
    move.said.write_text("Stored:\n <script>alert(1)</script>")

    page = desk.get(f"/admin/moves/{move.pk}/").text

    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_one_at_work_tells_how_far_it_is(desk):
    first = ended("in", status="running", progress="120 items in 4 s", seen_at=timezone.now())
    second = ended("out", status="waiting")

    assert "120 items in 4 s" in desk.get(f"/admin/moves/{first.pk}/").text
    assert "Another import or export is at work." in desk.get(f"/admin/moves/{second.pk}/").text
    desk.post(f"/admin/moves/{first.pk}/", {"delete": "1"})
    assert Move.objects.count() == 2


def test_move_is_deleted_with_its_files(desk):
    move = ended("in", is_dry_run=True)

    desk.post(f"/admin/moves/{move.pk}/", {"delete": "1"})

    assert not Move.objects.exists()
    assert not list(folder().iterdir())


@pytest.mark.parametrize("number", [1, 5])
def test_list_takes_the_same_queries_for_any_number(
    desk, boss, django_assert_max_num_queries, number
):
    for _time in range(number):
        Move.objects.create(direction="out", by=boss)
    desk.get("/admin/moves/")

    with django_assert_max_num_queries(5):
        assert desk.get("/admin/moves/").text.count("<td>Waiting</td>") == number
