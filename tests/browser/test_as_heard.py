"""What a screen reader gets of an article, its thread and the form: Chromium's accessibility tree as text.

The kept one is `article_as_heard.txt`. After a change that is meant to be heard, write it anew and look at the
difference: `AS_HEARD=1 uv run pytest tests/browser/test_as_heard.py`.
"""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import factories
from tests.browser.pages import BODY

KEPT = Path(__file__).with_name("article_as_heard.txt")
# Without meaning of their own; what is in them is heard as part of what they stand in.
SILENT = {
    "none",
    "generic",
    "InlineTextBox",
    "LineBreak",
    "ListMarker",
    "LayoutTableRow",
    "emphasis",
}
STATES = {"checked", "required", "level"}
# Differ from run to run
TIME = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d)?")


def heard(page) -> Iterator[str]:
    """A line for each thing in the tree: its role, name, description and states."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def lines(node: dict[str, Any], depth: int) -> Iterator[str]:
        role = node["role"]["value"]
        name = TIME.sub("(time)", " ".join(str(node.get("name", {}).get("value", "")).split()))
        is_empty = role == "StaticText" and not name
        speaks = not node["ignored"] and role not in SILENT and not is_empty
        if speaks:
            yield "  " * depth + said(node, role, name)
        if role in {"StaticText", "time"}:
            return
        texts = [by_id[child] for child in node["childIds"] if child in by_id]
        # A name that is all of the text is said once.
        if (
            [text["role"]["value"] for text in texts] == ["StaticText"]
            and name
            and role != "paragraph"
        ):
            return
        for child in texts:
            yield from lines(child, depth + speaks)

    yield from lines(next(node for node in nodes if node["role"]["value"] == "main"), 0)


def said(node: dict[str, Any], role: str, name: str) -> str:
    parts = [role.removeprefix("StaticText"), f"“{name}”" if name else ""]
    if described := node.get("description", {}).get("value"):
        parts.append(f"({described})")
    for state in node.get("properties", []):
        value = state["value"].get("value")
        if state["name"] == "expanded":
            parts.append("open" if value else "closed")
        elif state["name"] in STATES and value not in (False, "false"):
            parts.append(f"{state['name']}={value}")
    return " ".join(filter(None, parts))


def article_with_a_thread():
    ada = factories.author(name="Ada Ash", role="Writer", bio="Writes at night.")
    article = factories.published_article(
        title="How long should you sleep?", standfirst="Seven hours is an average.", by=ada, slug="sleep",
        body=BODY.format(picture=factories.image(size=(1600, 1000)).file.url),
        key_takeaways=["Sleep."], disclosure="She owns a bed.", topic=factories.topic(name="Sleep"),
    )  # fmt: skip
    article.contributions.create(
        author=factories.author(name="Rita Reed", credentials="MD"), part="reviewer"
    )
    article.references.create(number=1, text="Source one.", url="https://doi.org/10.1000/182")
    article.corrections.create(text="An earlier version said eight hours.")
    article.save()
    first = factories.approved_comment(article, name="Bo", body="Is it so?")
    factories.approved_comment(article, name="Cy", body="It is.", parent=first)
    factories.approved_comment(article, name="Di", body="Words. " * 400)
    return article


def test_article_thread_and_form_are_heard_as_kept(browser, site):
    article = article_with_a_thread()
    with browser.new_context(base_url=site, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(article.get_absolute_url())
        lines = list(heard(page))
    text = "\n".join(lines) + "\n"
    if os.environ.get("AS_HEARD"):
        KEPT.write_text(text)

    kept = KEPT.read_text().splitlines()
    assert not list(difflib.unified_diff(kept, text.splitlines(), "kept", "heard", lineterm=""))
