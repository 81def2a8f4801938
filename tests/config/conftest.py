import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from config.backups import postgres
from config.web.cache.page_cache import PageCache
from tests import factories
from tests.config.cached_site import HeardFeed


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that the unprivileged user of an embedded server may enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="colophon-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def no_database(monkeypatch):
    """Deadlines look after the connection that they are asked over; here they are asked of nobody."""
    monkeypatch.setattr("config.web.cache.deadlines.close_old_connections", lambda: None)


@pytest.fixture
def feed():
    """A feed that hears what the test tells it: `feed.change("article-1")`."""
    return HeardFeed()


@pytest.fixture
def cached(feed, no_database):
    """A page cache around a site; nothing below `/own` is public."""

    def around(site, **kwargs):
        return PageCache(site, feed=feed, is_public=lambda path: "/own" not in path, **kwargs)

    return around


@pytest.fixture
def publication(settings):
    """Something in the database and in the folder of media."""
    factories.published_article(title="Größe “Maß”")
    media = Path(settings.MEDIA_ROOT)
    (media / "images").mkdir(parents=True)
    (media / "images/bed.png").write_bytes(b"picture" * 1000)
    (media / "images/ß.png").write_bytes(b"another")
    (media / "images/.bed.png.unsaved").touch()
    return {"images/bed.png": b"picture" * 1000, "images/ß.png": b"another"}


@pytest.fixture
def elsewhere(monkeypatch, settings, tmp_path):
    """An empty database of a plain role, and an empty folder: `with elsewhere():`."""
    name, owner = (f"{word}_{uuid4().hex[:8]}" for word in ("restored", "plain_owner"))

    @contextmanager
    def move():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {owner} LOGIN")
            cursor.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0")
        other = connection.copy()
        other.settings_dict = {**connection.settings_dict, "NAME": name, "USER": owner}
        with monkeypatch.context() as patch:
            patch.setattr(postgres, "direct", lambda: other)
            patch.setattr(settings, "MEDIA_ROOT", tmp_path / "other-media")
            yield other
        other.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            cursor.execute(f"DROP ROLE {owner}")

    return move
