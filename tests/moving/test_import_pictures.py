"""Pictures come from a folder or from the host that was named, and from nowhere else."""

import socket
from functools import partial
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from articles.models import Article, Image
from articles.pictures.picture_files import MAX_BYTES
from config.moving.keys import Keys
from config.moving.management.commands import import_from
from config.moving.media import Folder
from config.moving.pictures import HostGuard, Pictures
from config.moving.records import Picture
from config.moving.report import Report
from tests import factories
from tests.config.loopback_sites import LOOPBACK, says, site
from tests.moving.wxr import export, item, move_in, picture

pytestmark = pytest.mark.django_db
JPEG = factories.picture_file().read()


@pytest.fixture
def media(tmp_path):
    folder = tmp_path / "uploads"
    (folder / "2019/03").mkdir(parents=True)
    (folder / "2019/03/leaf.jpg").write_bytes(JPEG)
    (folder / "2019/03/twin.jpg").write_bytes(JPEG)
    return folder


IMG = '<img class="wp-image-20" src="http://old.example/wp-content/uploads/2019/03/leaf-300x200.jpg" alt="A leaf">'


def test_picture_of_the_text_and_the_featured_one_come_with_their_words(tmp_path, media, client):
    post = item(
        1,
        f"<figure>{IMG}<figcaption>Photo: <em>Ada</em></figcaption></figure>",
        meta={"_thumbnail_id": "20"},
    )

    move_in(
        tmp_path,
        export(post, picture(20, alt="In the sun", caption="A caption")),
        "--media",
        str(media),
        "--publish",
    )

    article, image = Article.objects.get(), Image.objects.get()
    assert article.hero == image
    assert (image.alt_text, image.caption) == ("In the sun", "A caption")
    assert (
        f'<figure><img src="{image.file.url}" alt="A leaf" width="60" height="40">' in article.body
    )
    assert "<figcaption>Photo: <em>Ada</em></figcaption></figure>" in article.body
    assert client.get("/wp-content/uploads/2019/03/leaf.jpg").headers["Location"] == image.file.url


def test_same_file_comes_once(tmp_path, media):
    move_in(
        tmp_path, export(picture(20), picture(21, "twin.jpg"), item(1, IMG)), "--media", str(media)
    )

    assert Image.objects.count() == 1


def test_second_run_brings_no_picture_again(tmp_path, media):
    text = export(picture(20), item(1, IMG))
    move_in(tmp_path, text, "--media", str(media))

    move_in(tmp_path, text, "--media", str(media))

    assert Image.objects.count() == 1


def test_missing_picture_is_named_and_its_caption_stays(tmp_path):
    said = move_in(
        tmp_path, export(item(1, f"<figure>{IMG}<figcaption>Photo: Ada</figcaption></figure>"))
    )

    assert Article.objects.get().body == "<p>Photo: Ada</p>"
    assert "http://old.example/wp-content/uploads/2019/03/leaf-300x200.jpg" in said
    assert not Image.objects.exists()


def test_gallery_shows_its_pictures_with_their_captions(tmp_path, media):
    said = move_in(
        tmp_path,
        export(picture(20, caption="First"), item(1, '[gallery ids="20,99"]')),
        "--media",
        str(media),
    )

    assert "<figcaption>First</figcaption></figure>" in Article.objects.get().body
    assert "number 99 of a gallery" in said


def test_gallery_without_numbers_shows_those_of_the_post(tmp_path, media):
    move_in(tmp_path, export(picture(20, parent=1), item(1, "[gallery]")), "--media", str(media))

    assert Article.objects.get().body.count("<img") == 1


def test_gallery_block_becomes_figures(tmp_path, media):
    text = (
        '<!-- wp:gallery --><figure class="wp-block-gallery has-nested-images"><!-- wp:image {"id":20} -->'
        f'<figure class="wp-block-image">{IMG}</figure><!-- /wp:image --></figure><!-- /wp:gallery -->'
    )

    move_in(tmp_path, export(picture(20), item(1, text)), "--media", str(media))

    assert Article.objects.get().body.count("<figure>") == 1


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000, "."])
def test_paths_out_of_the_folder_bring_nothing(media, tmp_path, name):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_bytes(JPEG)
    pictures = Pictures(Keys("old.example"), Report(), Folder(media))

    assert pictures.store(Picture("1", "http://old.example/x.jpg", path=name)) is None
    assert not Image.objects.exists()


def test_link_out_of_the_folder_brings_nothing(media, tmp_path):
    (tmp_path / "outside.jpg").write_bytes(JPEG)
    (media / "in.jpg").symlink_to(tmp_path / "outside.jpg")
    pictures = Pictures(Keys("old.example"), Report(), Folder(media))

    assert pictures.store(Picture("1", "http://old.example/in.jpg", path="in.jpg")) is None


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04zip", b"<svg xmlns='http://www.w3.org/2000/svg'/>", JPEG[:300]]
)
def test_files_that_are_no_pictures_are_named(media, content):
    (media / "odd.jpg").write_bytes(content)
    report = Report()

    assert (
        Pictures(Keys("old.example"), report, Folder(media)).store(
            Picture("1", "http://o.example/odd.jpg", "odd.jpg")
        )
        is None
    )
    assert report.left_out == {"picture": 1}


# From a zip of the folder


def zipped(tmp_path, **files):
    path = tmp_path / "uploads.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("above", ["", "2019/../", "wp-content/uploads/", "copy/of/uploads/"])
def test_zip_of_the_folder_serves_as_well(tmp_path, above):
    media = zipped(tmp_path, **{f"{above}2019/03/leaf.jpg": JPEG, "uploads/2019/03/no.txt": b"x"})

    said = move_in(tmp_path, export(picture(20), item(1, IMG)), "--media", str(media))

    found = "../" not in above
    assert Image.objects.count() == found
    assert ("no file in the folder of pictures" in said) is not found


def test_file_of_a_zip_that_unpacks_to_too_much_is_named(tmp_path):
    media = zipped(tmp_path, **{"2019/03/leaf.jpg": JPEG + bytes(MAX_BYTES)})

    said = move_in(tmp_path, export(picture(20), item(1, IMG)), "--media", str(media))

    assert "the file is larger than 20 MB" in said
    assert not Image.objects.exists()


def test_damaged_file_of_a_zip_is_named(tmp_path):
    media = zipped(tmp_path, **{"2019/03/leaf.jpg": JPEG})
    content = bytearray(media.read_bytes())
    content[60:90] = bytes(30)
    media.write_bytes(content)

    said = move_in(tmp_path, export(picture(20), item(1, IMG)), "--media", str(media))

    assert "cannot be unpacked" in said
    assert Article.objects.get().body == ""


# From a host


def fetching(web, **options):
    guard = HostGuard(
        may_reach=lambda ip: ip == LOOPBACK,
        ports=frozenset({web.port}),
        hosts=frozenset({"127.0.0.1"}),
        **options,
    )
    return Pictures(Keys("old.example"), Report(), guard=guard)


def test_picture_is_fetched_from_the_named_host():
    with site(says(200, JPEG)) as web:
        assert fetching(web).store(Picture("1", web.url("/leaf.jpg"))) is not None

    assert Image.objects.count() == 1


def test_no_host_is_asked_unless_it_was_named():
    with site(says(200, JPEG)) as web:
        pictures = Pictures(Keys("old.example"), Report())
        assert pictures.store(Picture("1", web.url("/leaf.jpg"))) is None
        assert web.asked == []


def test_other_hosts_are_not_asked():
    with site(says(200, JPEG)) as web:
        address = f"http://localhost:{web.port}/leaf.jpg"
        assert fetching(web).store(Picture("1", address)) is None
        assert web.asked == []


def test_redirect_to_another_host_is_not_followed():
    with site(says(200, JPEG)) as other:
        there = f"http://localhost:{other.port}/leaf.jpg"
        with site(says(302, Location=there)) as web:
            pictures = fetching(web)
            assert pictures.store(Picture("1", web.url("/leaf.jpg"))) is None
        assert other.asked == []
    assert pictures.report.left_out == {"picture": 1}


# Names and spellings of this machine and its neighbours. `inside.example` leads to 127.0.0.1, and
# `both.example` to a machine of the open web, too.
INSIDE = ["127.0.0.1", "localhost", "inside.example", "both.example", "127.1", "0177.0.0.1"]
INSIDE += ["0x7f.0.0.1", "2130706433", "10.0.0.1", "192.168.0.1", "169.254.169.254"]
INSIDE += ["[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1]"]
NAMES = {"inside.example": ["127.0.0.1"], "both.example": ["93.184.215.14", "127.0.0.1"]}


@pytest.fixture
def canary(monkeypatch):
    """A port of this machine, which the guard would allow. It hears each connection."""
    real = socket.getaddrinfo

    def leads_to(name, port, *args, **options):
        found = NAMES.get(name, [name])
        return [row for ip in found for row in real(ip, port, *args, **options)]

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        ports = frozenset({listening.getsockname()[1]})
        monkeypatch.setattr(socket, "getaddrinfo", leads_to)
        monkeypatch.setattr(import_from, "HostGuard", partial(HostGuard, ports=ports))
        yield listening


def hears_nothing(canary):
    # A connection waits here as soon as the other side has it.
    with pytest.raises(BlockingIOError):
        canary.accept()


@pytest.mark.parametrize("host", INSIDE)
def test_host_inside_the_network_is_not_asked_though_it_is_named(tmp_path, canary, host):
    address = f"http://{host}:{canary.getsockname()[1]}/leaf.jpg"

    said = move_in(
        tmp_path, export(item(1, f'<img src="{address}">')), "--fetch-from", host.strip("[]")
    )

    hears_nothing(canary)
    assert "(it is not at an allowed host)" in said or "(there is no such site)" in said


@pytest.mark.parametrize("host", ["127.0.0.1", "inside.example", "2130706433", "[::1]"])
def test_host_inside_the_network_is_not_asked_for_an_export_that_names_it(tmp_path, canary, host):
    """Only the old site was named. An attachment says where it is, too."""
    port = canary.getsockname()[1]
    leaf = picture(20).replace("http://old.example/wp-content", f"http://{host}:{port}/wp-content")

    said = move_in(
        tmp_path,
        export(leaf, item(1, f'<img src="http://{host}:{port}/other.jpg">')),
        "--fetch-from",
        "old.example",
    )

    hears_nothing(canary)
    assert "  2 picture\n" in said


def test_missing_file_at_the_host_is_named():
    with site(says(404)) as web:
        pictures = fetching(web)
        assert pictures.store(Picture("1", web.url("/leaf.jpg"))) is None
    assert pictures.report.left_out == {"picture": 1}


def test_dry_run_asks_nobody_and_stores_nothing(tmp_path, media):
    with site(says(200, JPEG)) as web:
        pictures = fetching(web)
        pictures.dry_run = True
        assert pictures.store(Picture("1", web.url("/leaf.jpg"))) is None
        assert web.asked == []
    assert pictures.report.left_out == {}
    move_in(tmp_path, export(picture(20), item(1, IMG)), "--media", str(media), "--dry-run")
    assert not Image.objects.exists()
