"""Twenty pages look as they are kept in `pictures/`: 360 and 1280 px wide, light and dark.

After a change that is meant to be seen, write them anew and look at each: `PICTURES=write uv run pytest
tests/browser/test_pictures.py`. Where Chromium or the fonts are others than those of `made_with.json`, nothing is compared.
"""

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image
from playwright.sync_api import Page

from tests import factories
from tests.browser import pages
from tests.browser.comparing import (
    FEW,
    PINNED,
    differing_blocks,
    made_with,
    number_of,
    sheet,
    with_marks,
)
from tests.browser.conftest import PATIENCE
from tests.browser.pages import PublicPage
from tests.browser.test_quality import follow
from tests.comments.sending import filled_in

FOLDER = Path(__file__).with_name("pictures")
MADE_WITH = FOLDER / "made_with.json"
DIFFERENT = Path(__file__).parents[2] / "screenshots" / "different"
WRITES = os.environ.get("PICTURES") == "write"
SIZES = ({"width": 360, "height": 740}, {"width": 1280, "height": 900})
TRIES = 10
HIGHEST = 2800  # pixels; what stands below is not looked at
# Playwright's own pictures are packed more tightly, which takes half of the time.
FAST = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True}
# One file for each picture at both widths, so that none is still on its way when the window is another.
SETTLE = """async () => {
  for (const source of document.querySelectorAll("picture source")) source.remove();
  for (const image of document.images) {
    image.removeAttribute("srcset");
    image.loading = "eager";
    image.decoding = "sync";
  }
  await Promise.all([...document.fonts].map(font => font.load()));
}"""
SETTLED = "[...document.images].every(image => image.complete)"


@pytest.fixture
def pictured(browser, site, settings, monkeypatch) -> Iterator[tuple[PublicPage, Page]]:
    """Each page, open, with the same rows at the same time whatever ran before."""
    monkeypatch.setattr(factories, "_numbers", count(1))
    with connection.cursor() as cursor:  # the colour of drawn initials comes from the number
        cursor.execute("ALTER TABLE articles_author ALTER COLUMN id RESTART WITH 1")
    settings.SITE_URL = (
        "https://magazine.example"  # the follow page shows it; the port is another each time
    )
    with browser.new_context(base_url=site, bypass_csp=True, reduced_motion="reduce") as context:
        page = context.new_page()
        yield ((public, page) for public in twenty_pages() if follow(page, public))


def twenty_pages() -> Iterator[PublicPage]:
    article = pages.full_magazine()
    hostile, arabic = pages.hostile_article(), pages.right_to_left_article()
    nights = factories.series(article, hostile, arabic, title="Nights", description="Three parts.")
    thread = pages.discussed_article()
    own = factories.approved_comment(article, body="Two floors, twice a day.")
    yield PublicPage("front page", "/")
    yield PublicPage("article", article.get_absolute_url())
    yield PublicPage("hostile article", hostile.get_absolute_url())
    yield PublicPage("right-to-left article", arabic.get_absolute_url())
    yield PublicPage("topic", article.topic.get_absolute_url())
    yield PublicPage("topics", "/topics/")
    yield PublicPage("author", article.writers[0].get_absolute_url())
    yield PublicPage("authors", "/authors/")
    yield PublicPage("series", nights.get_absolute_url())
    yield PublicPage("follow", "/follow/")
    yield PublicPage("archive", "/archive/")
    yield PublicPage("search with results", "/search/?q=stairs")
    yield PublicPage("search without results", "/search/?q=xylophone")
    yield PublicPage("newsletter with errors", "/newsletter/", sent={"email": "rosa@"})
    yield PublicPage("page", "/about/")
    yield PublicPage("saved articles", "/saved/")
    yield PublicPage("not found", "/nowhere/at/all/")
    address = f"{thread.get_absolute_url()}comments/"
    yield PublicPage("thread", address)
    yield PublicPage("preview of a comment", address, sent=filled_in(thread) | {"preview": "1"})
    yield PublicPage("report of a comment", f"{own.get_absolute_url()}report/")


def settle(page: Page) -> None:
    """Wait for the fonts and files that the pictures show."""
    page.add_style_tag(content=PINNED)
    page.evaluate(SETTLE)
    page.wait_for_function(SETTLED, timeout=PATIENCE)


def taken(page: Page) -> Image.Image:
    """A sheet of the page: narrow and wide, each light and dark."""
    devtools = page.context.new_cdp_session(page)
    pictures = []
    for size in SIZES:
        page.set_viewport_size(size)
        height = min(page.evaluate("document.documentElement.scrollHeight"), HIGHEST)
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1}
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            shot = devtools.send("Page.captureScreenshot", FAST | {"clip": clip})
            pictures.append(Image.open(BytesIO(b64decode(shot["data"]))))
    devtools.detach()
    return sheet(pictures)


def taken_twice_alike(page: Page) -> Image.Image:
    """A picture to keep."""
    before, new = None, taken(page)
    while new != before:
        before, new = new, taken(page)
    return new


def file_name(public: PublicPage) -> str:
    return f"{public.name.replace(' ', '-')}.webp"


def compare(public: PublicPage, page: Page) -> None:
    """Fail if the page looks otherwise than its kept picture.

    Chromium sometimes takes a picture before each part of the page is drawn, and leaves that part empty.
    So a picture that differs is taken again: a page that has really changed differs each time.
    """
    file = FOLDER / file_name(public)
    if not file.exists():
        pytest.fail(f"No picture of “{public}” is kept. {HOW_TO_WRITE}")
    with Image.open(file) as image:
        kept = image.convert("RGB")
    for _try in range(TRIES):
        new = taken(page)
        marked = differing_blocks(kept, new)
        if (number := number_of(marked)) <= FEW:
            return
    DIFFERENT.mkdir(parents=True, exist_ok=True)
    new.save(DIFFERENT / f"{file.stem}.png")
    with_marks(new, marked).save(DIFFERENT / f"{file.stem}-difference.png")
    pytest.fail(f"{number} blocks of “{public}” differ: look into {DIFFERENT}. {HOW_TO_WRITE}")


HOW_TO_WRITE = "If it should look so: PICTURES=write uv run pytest tests/browser/test_pictures.py"


@pytest.mark.day("2031-03-03T09:00")
def test_pages_look_as_kept(browser, pictured, subtests):
    here = made_with(browser.version)
    kept_with = json.loads(MADE_WITH.read_text()) if MADE_WITH.exists() else {}
    if WRITES:
        MADE_WITH.write_text(json.dumps(here, indent=2) + "\n")
    elif here != kept_with:
        pytest.skip(f"pictures were made with {kept_with}, and here is {here}: nothing is compared")
    names = set()
    for public, page in pictured:
        settle(page)
        names.add(file_name(public))
        if WRITES:
            taken_twice_alike(page).save(FOLDER / file_name(public), lossless=True)
            continue
        with subtests.test(str(public)):
            compare(public, page)

    kept = {file.name for file in FOLDER.glob("*.webp")}
    if WRITES:
        for name in kept - names:
            (FOLDER / name).unlink()
    else:
        assert kept == names
