"""Pictures of the main pages: uv run python -m tests.browser.screenshots

Light and dark, 360 and 1280 px wide, into screenshots/ (not in the repository). With --front-page it also renews the
README's picture, docs/front-page.png.
"""

import argparse
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, QUIET
from tests.browser.demonstration import PAGES, ROOT, demonstration

FOLDER = ROOT / "screenshots"
FRONT_PAGE = ROOT / "docs" / "front-page.png"
# Lazy pictures load when they come near the window.
SCROLL_THROUGH = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 600) {
    scrollTo(0, y);
    await new Promise(done => setTimeout(done, 60));
  }
  scrollTo(0, 0);
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
}"""


def take_all(browser: Browser, site: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    for scheme in ("light", "dark"):
        for width in (360, 1280):
            page = browser.new_page(
                base_url=site, viewport={"width": width, "height": 900}, color_scheme=scheme,
                reduced_motion="reduce",
            )  # fmt: skip
            for name, path in PAGES.items():
                take(page, path, FOLDER / f"{name}-{scheme}-{width}.png")
            page.close()


def take(page: Page, path: str, file: Path) -> None:
    page.goto(path)
    page.evaluate(SCROLL_THROUGH)
    page.screenshot(path=file, full_page=True)


def take_front_page(browser: Browser, site: str) -> None:
    """The top of the front page, 1000 px wide and in 256 colours: a README's picture is loaded by everybody."""
    page = browser.new_page(base_url=site, viewport={"width": 1280, "height": 920})
    page.goto("/", wait_until="networkidle")
    page.screenshot(path=FRONT_PAGE)
    page.close()
    with Image.open(FRONT_PAGE) as picture:
        small = picture.convert("RGB").resize((1000, 719), Image.Resampling.LANCZOS)
    small.quantize(256, dither=Image.Dither.NONE).save(FRONT_PAGE, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--front-page", action="store_true", help="renew docs/front-page.png too")
    wanted = parser.parse_args()
    with demonstration() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        take_all(browser, site)
        if wanted.front_page:
            take_front_page(browser, site)
        browser.close()


if __name__ == "__main__":
    main()
