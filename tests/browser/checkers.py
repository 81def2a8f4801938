"""What judges a page: axe-core, the Nu HTML checker, and scripts of our own that run in the page.

The tools come from their registry: `npm install` in .ci/ (docs/quality.md).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page

TOOLS = Path(__file__).parents[2] / ".ci" / "node_modules"
AXE = TOOLS / "axe-core" / "axe.min.js"
NU = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def need(*tools: Path | str) -> None:
    """Skip the test where a tool is missing; under CI that is an error."""
    for tool in tools:
        if not (tool.exists() if isinstance(tool, Path) else shutil.which(tool)):
            message = f"no {tool}: see docs/quality.md"
            pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)


def html_errors(folder: Path) -> list[str]:
    """What the Nu HTML checker finds in the .html files of a folder, in one Java process."""
    # It runs for seconds: what Java does to be fast for hours costs more than it brings.
    java = ["java", "-Xss2m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(NU)]
    options = [
        "--format",
        "json",
        "--stdout",
        "--exit-zero-always",
        "--errors-only",
        "--skip-non-html",
    ]
    command = [*java, *options, str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return [
        f"{unquote(Path(message['url']).stem)}, line {message.get('lastLine')}: {message['message']}"
        for message in json.loads(answer.stdout)["messages"]
    ]


def axe_violations(page: Page, rules: list[str] = AXE_RULES) -> list[str]:
    """What axe-core finds on the page as it is now: by tags, or by one rule's name."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    kind = "tag" if rules is AXE_RULES else "rule"
    # Pages of ours hold no frames, and no rule that runs reads style sheets. Selectors take a third of the time.
    options = {
        "runOnly": {"type": kind, "values": rules},
        "resultTypes": ["violations"],
        "selectors": False,
        "iframes": False,
        "preload": False,
    }
    # Names of icons are text until their font is there.
    page.evaluate("() => Promise.all([...document.fonts].map(font => font.load()))")
    violations = page.evaluate("options => axe.run(options).then(found => found.violations)", options)  # fmt: skip
    return [
        f"{violation['id']}: {node['html'][:150]} {node['any'][0]['message'] if node['any'] else ''}"
        for violation in violations
        for node in violation["nodes"]
    ]


def focus_faults(page: Page, *, places: bool = True) -> list[str]:
    """Where the focus cannot be seen. Without `places`: which outlines are missing, whatever covers them."""
    page.keyboard.press("Tab")  # from a key press on the browser shows where the focus is
    return page.evaluate(FOCUS, places)


# Sends a form as a reader's browser would.
SEND = """([path, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: path});
  for (const [name, value] of Object.entries(fields))
    form.append(Object.assign(document.createElement("textarea"), {name, value}));
  document.body.append(form);
  form.submit();
}"""

# A page that is wider than its window
SIDEWAYS = """() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  return scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px wider than the window`] : [];
}"""

# Boxes and choices that a finger misses: their labels are what one presses, and a fingertip is 44 px high.
LOW_ROWS = """() => [...document.querySelectorAll("[type=checkbox], [type=radio]")].filter(
  input => input.checkVisibility({visibilityProperty: true})
).flatMap(input => {
  const {width, height} = input.getBoundingClientRect();
  const row = input.labels[0]?.getBoundingClientRect().height ?? 0;
  return row < 43.5 || Math.min(width, height) < 23.5
    ? [`row of ${row} px, box of ${width} x ${height}: ${input.outerHTML.slice(0, 120)}`] : [];
})"""

# Text that its own box cuts off. What is hidden on purpose has a box of one pixel; an excerpt has a number of lines.
CLIPPED = """() => [...document.body.querySelectorAll("*")].filter(element => {
  const style = getComputedStyle(element);
  const cuts = overflow => overflow === "hidden" || overflow === "clip";
  return (cuts(style.overflowX) || cuts(style.overflowY)) && style.webkitLineClamp === "none"
    && element.clientWidth > 1 && element.clientHeight > 1 && (
      cuts(style.overflowX) && element.scrollWidth > element.clientWidth + 1 ||
      cuts(style.overflowY) && element.scrollHeight > element.clientHeight + 1) && element.innerText;
}).map(element => element.outerHTML.slice(0, 120))"""

# The same, and then the page as it was
CLIPPED_UNDONE = """() => {
  const clipped = (CLIPPED)();
  document.documentElement.style.fontSize = "";
  document.adoptedStyleSheets = [];
  return clipped;
}""".replace("CLIPPED", CLIPPED)

# WCAG 1.4.12: what readers may set with a style sheet of their own
TEXT_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""

# What readers see of a field: of a transparent one, what stands beside it
FACE = """element => element.matches("input") && getComputedStyle(element).opacity === "0"
    ? element.nextElementSibling ?? element : element"""

# Walks the page by focus, in the order of Tab. Says where the focus cannot be seen and where it jumps back: to
# something above in the same column, or before in the same line.
FOCUS = """places => {
  const face = FACE;
  const faults = [];
  const say = (what, element) => faults.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter(element => element.tabIndex >= 0 && element.checkVisibility({visibilityProperty: true})
      && element.type !== "hidden" && !element.disabled);
  let last = null;
  for (const element of stops) {
    if (element.tabIndex > 0) say("tabindex above 0", element);
    element.focus();
    if (document.activeElement !== element) { say("takes no focus", element); continue; }
    const style = getComputedStyle(face(element));
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) say("no outline", element);
    if (!places) continue;
    const box = element.getClientRects()[0];
    const inside = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].some(([x, y]) => {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return top && (top === element || element.contains(top) || top.contains(element));
    });
    if (!inside) say("hidden when focused", element);
    const here = {left: box.left, right: box.right, top: box.top + scrollY, bottom: box.bottom + scrollY};
    if (last && getComputedStyle(element).position !== "absolute") {
      const sameColumn = here.left < last.right && last.left < here.right;
      const sameLine = here.top < last.bottom && last.top < here.bottom;
      const leftward = getComputedStyle(element.parentElement).direction === "rtl";
      if (sameColumn && here.bottom <= last.top) say("focus jumps up to", element);
      if (sameLine && (leftward ? here.left >= last.right : here.right <= last.left)) say("focus jumps back to", element);
    }
    last = here;
  }
  return faults;
}""".replace("FACE", FACE)

# In a palette of the system's own only lines, underlines and the system's colours tell things apart.
INDISCERNIBLE = """() => {
  const face = FACE;
  return [...document.querySelectorAll("a[href], button, input, select, textarea")].filter(element => {
    if (element.type === "hidden" || !element.checkVisibility({visibilityProperty: true})) return false;
    const style = getComputedStyle(face(element));
    const framed = style.borderStyle !== "none" && parseFloat(style.borderWidth) > 0;
    // The system itself draws boxes to tick.
    const drawn = ["checkbox", "radio"].includes(element.type) && style.appearance === "auto";
    if (framed || drawn || style.textDecorationLine.includes("underline")) return false;
    const likeText = style.color === getComputedStyle(document.body).color;
    return element.tagName !== "A" || element.innerText.trim() && likeText;
  }).map(element => element.outerHTML.slice(0, 120));
}""".replace("FACE", FACE)
