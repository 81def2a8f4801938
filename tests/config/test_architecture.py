"""The house stands as docs/architecture.md draws it: imports run one way."""

import ast
from pathlib import Path

import pytest

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
