"""Media in S3: the addresses and headers of media on the disk, and nothing half or forgotten."""

import re
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from articles.models import Image
from config.backups.making import make_backup
from config.backups.restoring import BackupError, refuse_full_media
from config.doctor import Level, of_database, of_machine
from config.environment_urls import read_s3
from config.web import tasks
from config.web.files import media_storage
from config.web.watching.rows import Heartbeat
from tests import factories
from tests.clock import after
from tests.config import s3
from tests.factories import picture_file

pytestmark = pytest.mark.real_clock
SAME = ("Content-Type", "Content-Length", "Cache-Control", "Content-Security-Policy")
SAME += ("Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Accept-Ranges")


@pytest.fixture(scope="module")
def endpoint():
    with s3.running_server() as address:
        yield address


@pytest.fixture
def bucket(endpoint, settings, monkeypatch):
    for name, value in s3.KEYS.items():
        monkeypatch.setenv(name, value)
    options = s3.make_bucket(endpoint, f"magazine-{uuid4().hex}")
    backend = "config.web.files.s3_storage.S3MediaStorage"
    settings.MEDIA_S3 = options
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend, "OPTIONS": options}}
    bucket = default_storage.bucket
    yield bucket
    bucket.meta.client.close()


@pytest.fixture
def away(bucket, settings):
    """The service does not answer."""
    options = settings.MEDIA_S3 | {"endpoint_url": "http://127.0.0.1:9"}
    default = settings.STORAGES["default"] | {"OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": default}
    yield
    default_storage.bucket.meta.client.close()


def keys(bucket):
    return sorted(row.key for row in bucket.objects.all())


def body(response):
    content = b"".join(response.streaming_content)
    response.close()
    return content


def test_file_is_answered_as_from_the_disk(client, db, settings, bucket):
    in_bucket = factories.image().file.name
    answer = client.get(f"/media/{in_bucket}")
    with default_storage.open(in_bucket) as file:
        content = file.read()
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "config.web.files.media_storage.WholeFileStorage"}
    }
    default_storage.save(in_bucket, ContentFile(content))
    of_disk = client.get(f"/media/{in_bucket}")

    assert body(answer) == body(of_disk) == content
    assert [answer.headers[name] for name in SAME] == [of_disk.headers[name] for name in SAME]


@pytest.mark.parametrize("place", ["bucket", "disk"])
def test_part_and_validators(client, db, request, place):
    if place == "bucket":
        request.getfixturevalue("bucket")
    name = default_storage.save("images/some.png", ContentFile(b"0123456789"))
    ask = lambda **headers: client.get(f"/media/{name}", headers=headers)  # noqa: E731

    part = ask(range="bytes=2-4")
    assert (part.status_code, body(part)) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    assert body(ask(range="bytes=-3")) == b"789"
    assert body(ask(range="bytes=8-")) == b"89"
    assert ask(range="bytes=10-").status_code == 416
    assert body(ask(range="bytes=0-1,4-5")) == body(ask(range="lines=1-2")) == b"0123456789"
    etag, date = part.headers["ETag"], part.headers["Last-Modified"]
    assert ask(if_none_match=etag).status_code == 304
    assert ask(if_modified_since=date).status_code == 304
    assert body(ask(if_range='"another"', range="bytes=2-4")) == b"0123456789"
    head = client.head(f"/media/{name}")
    assert (head.status_code, head.headers["Content-Length"]) == (200, "10")


def test_nothing_of_the_bucket_but_media_is_answered(client, db, bucket):
    bucket.Object("media/.unsaved/images/some.png").put(Body=b"note")
    bucket.Object("private.txt").put(Body=b"beside the folder")
    bucket.Object("media/empty.png").put(Body=b"")

    for path in (".unsaved/images/some.png", "../private.txt", "%2e%2e/private.txt", "empty.png"):
        answer = client.get(f"/media/{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), path


def test_renditions_and_cards_live_there_and_go_with_the_picture(client, transactional_db, bucket):
    article = factories.published_article(hero=factories.image(size=(1400, 700)))
    name = article.hero.file.name
    page = client.get(article.get_absolute_url()).text
    card = re.search(r'property="og:image" content="http://testserver([^"]+)"', page)[1]

    assert f"/renditions/400/{name}.webp" in page
    assert client.get(f"/renditions/400/{name}.webp").status_code == 200
    assert client.get(card).status_code == 200
    assert f"media/renditions/400/{name}.webp" in keys(bucket)
    article.hero = None
    article.save()
    Image.objects.get().delete()
    assert not [key for key in keys(bucket) if "renditions/400" in key or key.endswith(name)]


def test_upload_without_a_row_is_removed(transactional_db, bucket):
    kept = factories.image()
    with pytest.raises(RuntimeError), media_storage.no_orphans(), transaction.atomic():
        factories.image()
        raise RuntimeError

    assert keys(bucket) == [f"media/{kept.file.name}"]


def test_upload_of_a_killed_process_is_removed_in_time(transactional_db, bucket, settings):
    settings.MAIL_DIR = None
    default_storage.save("images/left.png", ContentFile(b"left"))
    default_storage.note("images/left.png")

    tasks.prune_files.call()
    assert "media/images/left.png" in keys(bucket)
    with after(hours=2):
        tasks.prune_files.call()
    assert keys(bucket) == []


def test_service_that_is_away_costs_a_picture_and_no_page(client, client_of, editor, away):
    typed = {"title": "A hill at dawn", "alt_text": "Green.", "caption": "", "credit": ""}
    upload = {"file": picture_file()}

    assert client.get("/media/images/some.png").status_code == 404
    refused = client_of(editor).post("/admin/articles/image/add/", typed | upload)

    assert refused.status_code == 200
    assert 'value="A hill at dawn"' in refused.text
    assert not Image.objects.exists()
    assert of_machine.media()[0].level == Level.ERROR


def test_backup_holds_the_bucket_and_a_restore_asks_for_an_empty_one(
    transactional_db, bucket, tmp_path
):
    default_storage.save("images/some.png", ContentFile(b"some picture"))

    assert b"some picture" in make_backup(tmp_path).read_bytes()
    with pytest.raises(BackupError, match=r"s3://magazine-.* is not empty"):
        refuse_full_media({"media": {"bytes": 1}})


def test_machines_that_keep_media_apart_are_named(db):
    Heartbeat.beat("web", media="one")
    assert of_database.shared_media()[0].level == Level.GOOD

    Heartbeat.objects.update(name="another:1")
    Heartbeat.beat("web", media="two")
    assert of_database.shared_media()[0].level == Level.ERROR


def test_address_of_a_bucket_is_read_and_checked(monkeypatch):
    monkeypatch.setenv("BUCKET", "s3://magazine/media?endpoint=https://s3.example&region=eu")
    assert read_s3("BUCKET") == {
        "bucket_name": "magazine",
        "location": "media",
        "endpoint_url": "https://s3.example",
        "region_name": "eu",
    }
    for wrong in ("https://magazine", "s3://", "s3://magazine?endpoint=nowhere", "s3://a?acl=x"):
        monkeypatch.setenv("BUCKET", wrong)
        with pytest.raises(Exception, match=r"^BUCKET: "):
            read_s3("BUCKET")


def test_cdn_has_the_pictures_of_public_pages_alone(client, db, settings, bucket):
    settings.MEDIA_CDN_URL = "https://cdn.example/files"
    image = factories.image()
    figure = f'<p>Text</p><figure><img src="{image.file.url}" alt=""></figure>'
    article = factories.published_article(hero=factories.image(), body=figure)

    page = client.get(article.get_absolute_url()).text

    assert image.file.url == f"/media/{image.file.name}"
    assert f'src="https://cdn.example/files/{image.file.name}"' in page
    assert f'src="https://cdn.example/files/{article.hero.file.name}"' in page
    assert 'src="/media/' not in page
