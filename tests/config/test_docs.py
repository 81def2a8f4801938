"""The documentation names what is there: pages, files, commands, options, settings, names of the code."""

import importlib
import re
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TOP = {path.name for path in ROOT.iterdir()}
# Made when something runs, or on the reader's own machine.
NOT_IN_THE_REPOSITORY = ("var/", "screenshots/", ".ci/green", ".ci/node_modules")

FENCE = re.compile(r"^```.*?^```", re.M | re.S)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"manage\.py (\w+)([^\n`#|]*)")
TABLE_ROW = re.compile(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", re.M)
READ_IN_CODE = re.compile(r"""read_\w+\(\s*"([A-Z][A-Z_]+)\"""")
DOTTED = re.compile(r"((?:config|articles|comments|newsletter)(?:\.\w+)+)")


@pytest.fixture(params=PAGES, ids=lambda path: path.name)
def page(request):
    return request.param


def anchors(path):
    """The places that headings make, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere(page):
    broken = []
    for target in LINK.findall(page.read_text()):
        path, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)

    assert broken == []


def test_readme_links_each_page():
    linked = set(LINK.findall((ROOT / "README.md").read_text()))

    assert {f"docs/{path.name}" for path in PAGES[1:]} <= linked


def test_named_files_exist(page):
    named = {
        text.rstrip("/")
        for text in CODE.findall(FENCE.sub("", page.read_text()))
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?", text) and text.split("/")[0] in TOP
    }
    # A file may be named from the folder that the sentence is about.
    missing = {name for name in named if not (ROOT / name).exists()}

    assert {name for name in missing if not name.startswith(NOT_IN_THE_REPOSITORY)} == set()


def test_named_commands_and_options_exist(page):
    wrong = []
    for name, rest in COMMAND.findall(page.read_text()):
        if name not in get_commands():
            wrong.append(name)
            continue
        options = options_of(name)
        wrong += [f"{name} {word}" for word in re.findall(r"--[\w-]+", rest) if word not in options]

    assert wrong == []


@cache
def options_of(name):
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    return {
        option
        for action in command.create_parser("manage.py", name)._actions
        for option in action.option_strings
    }


def test_settings_page_and_example_name_each_variable_that_is_read():
    read = {
        name
        for path in (ROOT / "config").rglob("*.py")
        for name in READ_IN_CODE.findall(path.read_text())
    }
    rows = TABLE_ROW.findall((ROOT / "docs/configuration.md").read_text())
    listed = {name for row in rows for name in CODE.findall(row)}
    example = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)

    assert read
    assert listed == read
    assert set(example) == read


def test_named_parts_of_the_code_exist(page):
    names = {
        text
        for text in CODE.findall(FENCE.sub("", page.read_text()))
        if DOTTED.fullmatch(text) and not text.endswith(".py")
    }

    assert [name for name in sorted(names) if not leads_to_something(name)] == []


def leads_to_something(name):
    """A model, a module, or what a module, a class or a fixture file holds by this dotted name."""
    with suppress(LookupError, ValueError):
        return bool(apps.get_model(name))
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            found = getattr(found, part, None)
        return found is not None
    return False
