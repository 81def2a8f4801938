"""Every kind of public page is fit for everybody: valid, accessible, readable when narrow, enlarged or recoloured.

In a browser each page is opened once and then shown in several ways; every page is a subtest of its own.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve
from playwright.sync_api import Page, Response

from tests.browser import checkers
from tests.browser.pages import PublicPage, public_pages

# Files, feeds, redirects and what only a mail program or an editor asks for
NO_PAGES = {
    *("health", "robots", "security_txt", "humans_txt", "favicon", "media"),
    *(f"articles:{name}" for name in ("card", "mail_picture", "preview", "rendition")),
    *(f"articles:{name}" for name in ("rendition_avif", "shared")),
    *(
        f"articles:{of}{kind}"
        for of in ("", "topic_", "author_", "series_")
        for kind in ("feed", "json_feed")
    ),
    *("articles:sitemap", "articles:sitemap_entrances", "articles:sitemap_file"),
    "articles:oembed",
    *(
        "comments:permalink",
        "comments:feed",
        "comments:own",
        "your_data:file",
        "former_ask",
        "former_page",
    ),
    *(f"newsletter:{name}" for name in ("one_click", "archive_feed", "report", "provider_events")),
}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


def in_the_dark(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    faults = checkers.axe_violations(page, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    return faults


def in_forced_colours(page: Page) -> list[str]:
    page.emulate_media(forced_colors="active")
    unseen = [fault for fault in checkers.focus_faults(page, places=False) if "outline" in fault]
    faults = page.evaluate(checkers.INDISCERNIBLE) + unseen
    page.emulate_media(forced_colors="none")
    return faults


def with_wide_spacing(page: Page) -> list[str]:
    page.evaluate(checkers.TEXT_SPACING)
    return page.evaluate(checkers.CLIPPED_UNDONE)


def at_double_size(page: Page) -> list[str]:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return page.evaluate(checkers.SIDEWAYS) + page.evaluate(checkers.CLIPPED_UNDONE)


def at_320_px(page: Page) -> list[str]:
    """Left so: the next page is opened in a wide window."""
    page.set_viewport_size(NARROW)
    sideways = page.evaluate(checkers.SIDEWAYS)
    targets = checkers.axe_violations(page, ["target-size"]) + page.evaluate(checkers.LOW_ROWS)
    return sideways + page.evaluate(checkers.CLIPPED) + checkers.focus_faults(page) + targets


def rows_to_press(page: Page) -> list[str]:
    return page.evaluate(checkers.LOW_ROWS)


LOOKS = [
    checkers.axe_violations,
    rows_to_press,
    checkers.focus_faults,
    in_the_dark,
    in_forced_colours,
    with_wide_spacing,
    at_double_size,
    at_320_px,
]


@pytest.fixture(params=["reading", "discussion"])
def visits(request, browser, site, complaints) -> Iterator[Iterator[tuple[PublicPage, Page]]]:
    """Pages, open in a wide window; what the browser complains about is an error of the test."""
    checkers.need(checkers.AXE)
    with browser.new_context(base_url=site, reduced_motion="reduce") as context:
        context.add_init_script(path=checkers.AXE)  # sent once, and not to each page
        page = context.new_page()
        complaints.watch(page)
        pages = public_pages(request.param)
        yield ((public, page) for public in pages if opened(page, public))


def opened(page: Page, public: PublicPage) -> bool:
    page.set_viewport_size(WIDE)
    response = follow(page, public)
    assert response is not None
    assert response.status == public.status, public
    return True


def follow(page: Page, public: PublicPage) -> Response | None:
    if public.sent is None:
        return page.goto(public.path)
    page.goto("/robots.txt")  # any page of the site, to send a form from
    with page.expect_navigation() as navigation:
        page.evaluate(checkers.SEND, [public.path, public.sent])
    return navigation.value


def test_public_pages_are_fit_for_everybody(visits, subtests):
    for public, page in visits:
        with subtests.test(str(public)):
            faults = [f"{look.__name__}: {fault}" for look in LOOKS for fault in look(page)]
            assert not faults, "\n".join(faults)


def test_every_kind_of_public_page_is_judged_and_its_html_valid(db, tmp_path):
    """A new page joins tests/browser/pages.py, or is named above because it is no page."""
    client, judged = Client(), set()

    for public in public_pages():
        ask = client.get if public.sent is None else client.post
        response = ask(public.path, public.sent, follow=True)
        assert response.status_code == public.status, public
        (tmp_path / f"{public}.html").write_bytes(response.content)
        if public.status != 404:
            judged.add(resolve(urlsplit(public.path).path).view_name)
    assert {name for name in public_views() if name not in NO_PAGES} - judged == set()

    checkers.need(checkers.NU, "java")
    errors = checkers.html_errors(tmp_path)
    assert not errors, "\n".join(errors)


def public_views() -> Iterator[str]:
    for entry in get_resolver().url_patterns:
        if not isinstance(entry, URLResolver):
            yield entry.name or ""
        elif entry.app_name in {"articles", "comments", "newsletter", "your_data"}:
            yield from (f"{entry.app_name}:{view.name}" for view in entry.url_patterns)
