"""Templates and style sheets keep the rules of docs/design.md that no formatter checks."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.template.loader import get_template

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
STYLES = sorted((ROOT / "static").rglob("*.css"))
LONGEST_LINE = 180
ORDER_OF_LAYERS = re.compile(r"@layer [\w, ]+;")
COLOUR = re.compile(r"light-dark\([^)]*\)")
KEEPS_SPACE = re.compile(r"([^{}]+)\{[^{}]*white-space: (?:pre|break)")
START_TAG = re.compile(r"""<\w+(?:\{%.*?%\}|"[^"]*"|[^<>"])*>""")


@cache
def sources():
    """The text of each template, by its name."""
    return {str(path.relative_to(ROOT)): path.read_text() for path in TEMPLATES}


@cache
def classes_that_keep_space():
    """Classes whose text is shown with its spaces and lines as they stand in the page."""
    rules = " ".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S) for path in STYLES)
    selectors = ",".join(KEEPS_SPACE.findall(rules)).split(",")
    return {name for selector in selectors for name in re.findall(r"\.([\w-]+)$", selector.strip())}


def keeps_space(tag, classes):
    words = re.search(r'class="([^"]*)"', tag)
    return "white-space: pre" in tag or bool(words and classes & set(words[1].split()))


def test_templates_have_no_fault_of_syntax():
    for path in TEMPLATES:
        get_template(str(path.relative_to(ROOT / "templates")))


def test_lines_are_not_too_long():
    assert [
        f"{name}: {line}"
        for name, source in sources().items()
        for line in source.splitlines()
        if len(line) > LONGEST_LINE
    ] == []


def test_a_level_is_two_spaces():
    assert [
        f"{name}: {line}"
        for name, source in sources().items()
        for line in source.splitlines()
        if line.strip() and not re.match(r"(?:  )*\S", line)
    ] == []


def test_nothing_is_added_to_text_whose_spaces_are_shown():
    classes = classes_that_keep_space()

    assert [
        f"{name}: {tag[0]}"
        for name, source in sources().items()
        for tag in START_TAG.finditer(source)
        if keeps_space(tag[0], classes) and source[tag.end() :][:1].isspace()
    ] == []


def test_classes_that_keep_space_are_found():
    assert {"queue-text", "comment-page__words", "passage"} <= classes_that_keep_space()


def test_order_of_layers_is_stated_once():
    stated = [path.name for path in STYLES if ORDER_OF_LAYERS.search(path.read_text())]

    assert stated == ["tokens.css"]


def test_no_rule_names_a_list_of_languages_which_chromium_drops():
    lists = re.compile(r":lang\([^)]*,[^)]*\)")

    assert [found for path in STYLES for found in lists.findall(path.read_text())] == []


def test_colour_is_written_once():
    colours = [
        colour.replace("#ffffff", "#fff")
        for path in STYLES
        for colour in COLOUR.findall(path.read_text())
    ]

    assert sorted(colours) == sorted(set(colours))
