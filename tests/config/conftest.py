import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.web.cache.page_cache import PageCache
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
