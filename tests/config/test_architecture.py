"""The house stands as docs/architecture.md draws it: imports run one way."""

import ast
from functools import cache
from pathlib import Path

import pytest

from benchmarks import house
from config.web.cache.change_feed import ChangeFeed
from config.web.cache.kept_values import follow
from tests import factories
from tests.comments.sending import send

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
# What a folder may import of ours. `config` itself is the roof and may use the apps.
MAY_IMPORT = {
    "articles": {"articles", "config.web"},
    "comments": {"comments", "articles", "config.web"},
    "newsletter": {"newsletter", "articles", "config.web"},
    "config/web": {"config.web"},
}
# Rooms of one app that know nothing of each other.
MAY_NOT_IMPORT = {
    "comments/moderating": ("comments.admin", "comments.writers"),
    "comments/writers": ("comments.admin", "comments.moderating"),
}
OURS = ("articles", "comments", "newsletter", "config", "tests")
ONLY_IMPORTERS = {
    "bleach": "comments/plain_text.py",
    "nh3": "articles/rich_text/",
}


def modules(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


@cache
def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_run_one_way(folder):
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imported(path)
        if any(within(name, ours) for ours in OURS)
        and not any(within(name, allowed) for allowed in MAY_IMPORT[folder])
    }

    assert wrong == set()


@pytest.mark.parametrize(("folder", "others"), MAY_NOT_IMPORT.items())
def test_rooms_of_the_comments_stay_apart(folder, others):
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imported(path)
        if any(within(name, other) for other in others)
    }

    assert modules(folder)
    assert wrong == set()


@pytest.mark.parametrize(("library", "home"), ONLY_IMPORTERS.items())
def test_each_sanitiser_has_one_home(library, home):
    users = {
        str(path.relative_to(ROOT))
        for folder in ("articles", "comments", "newsletter", "config")
        for path in modules(folder)
        if any(within(name, library) for name in imported(path))
    }

    assert users
    assert all(user.startswith(home) for user in users)


def test_no_modules_import_each_other_but_models_and_their_querysets():
    assert house.circles(house.imports())
    assert house.forbidden_circles() == []


def test_sizes_stay_small():
    long_files = {
        str(path.relative_to(ROOT))
        for path in (*house.modules(), *(ROOT / "tests").rglob("*.py"))
        if len(path.read_text().splitlines()) > 400
    }
    long_template_lines, _all = house.long_template_lines()

    assert house.long_functions(50) == []
    assert long_files == set()
    assert long_template_lines == 0
    assert house.long_code_lines() == []
    assert house.unformatted() <= 15


def test_functions_are_not_splinters():
    """A private function that is used once has to be a step of a story, or hide something hard."""
    functions = house.functions()

    assert functions.share <= 0.106
    assert len(functions.splinters) <= 7


@pytest.fixture
def kept_as_served():
    """Values are kept as in a process with a page cache."""
    feed = ChangeFeed()
    follow(feed, None)
    yield
    feed.close()


@pytest.mark.django_db(transaction=True)
def test_requests_pass_few_rooms(client, kept_as_served):
    article = factories.published_article()
    factories.approved_comment(article)
    read = lambda: client.get(article.get_absolute_url())  # noqa: E731
    assert read().status_code == 200
    assert send(client, article, body="The first.").status_code == 303

    reading = house.way_of(read)
    sending = house.way_of(lambda: send(client, article, body="The second, with other words."))

    assert len(reading.modules) <= 37
    assert reading.calls <= 127
    assert len(sending.modules) <= 46
