"""Headless Chromium against a live server. Skipped where there is no Chromium; under CI that is an error."""

import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests import factories
from tests.browser.chromium import CHROMIUM, QUIET
from tests.waiting import wait_until

PASSWORD = "a long enough password"
# Milliseconds, for what never comes: a busy machine is no fault.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
EDITOR = ".ProseMirror[contenteditable=true]"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "no Chromium: apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    # Playwright keeps an event loop in this thread; Django would refuse to touch the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        make_patient(chromium)
        yield chromium
        chromium.close()


def make_patient(chromium: Browser) -> None:
    """Clicks, navigations and waits of all its contexts have as long as `expect`."""
    new_context = chromium.new_context

    def new_patient_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(PATIENCE)
        return context

    chromium.new_context = new_patient_context  # type: ignore[method-assign]


def press(target: Locator) -> None:
    """Click on what leads to another page, which may be asked for first, and wait until its scripts are at work."""
    with target.page.expect_navigation():
        target.click()


def until(page: Page, expression: str) -> None:
    """Wait until it is true on the page. Playwright's own wait_for_function breaks the site's content security policy."""
    wait_until(lambda: page.evaluate(expression))


def opened_editor(page: Page) -> Page:
    """The form with the prose editor, which is made after the page is loaded."""
    expect(page.locator(f".field-body {EDITOR}")).to_be_visible()
    return page


def type_on(page: Page, text: str) -> None:
    """Type into the prose editor after one of its commands, which takes the focus there with the next frame only."""
    expect(page.locator(f".field-body {EDITOR}")).to_be_focused()
    page.keyboard.type(text)


@pytest.fixture
def site(live_server, transactional_db, settings, monkeypatch) -> Iterator[str]:
    """The address of a running site; links in its mails lead there too, and nobody types too fast for it."""
    monkeypatch.setattr("config.web.requests.bot_traps.SECONDS_TO_FILL_IN", -1)
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    before = set(threading.enumerate())
    yield live_server.url
    # Pages send something as they are closed, too: it would be written between the rows of the next test.
    # Connections are taken in turn, so those before this one, which sends no request, are taken by its end.
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as last:
        last.sendall(b"\r\n")
        last.recv(1)
    wait_until(lambda: not any(map(answers, set(threading.enumerate()) - before)))


def answers(thread: threading.Thread) -> bool:
    return "process_request_thread" in thread.name


class Complaints(list):
    """What the browser complained about: script errors, refused resources, policy violations."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", self.note)

    def note(self, message: ConsoleMessage) -> None:
        # A page that is refused on purpose (a form with errors, a draft) is no complaint; a missing script is.
        refused_page = message.location["url"].endswith("/") and "status of 4" in message.text
        if message.type == "error" and not refused_page:
            self.append(f"{message.location['url']}: {message.text}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    found = Complaints()
    yield found
    assert found == []


@pytest.fixture
def reader(browser, site, complaints) -> Iterator[Page]:
    """A reader whose browser runs no JavaScript."""
    with browser.new_context(base_url=site, java_script_enabled=False) as context:
        page = context.new_page()
        complaints.watch(page)
        yield page


@pytest.fixture
def log_in(browser, site, settings, client_of, complaints):
    """`log_in("Editor")`: the admin, as a new member of that role whose session has begun; see test_kept_form.py for the form."""
    contexts = []

    def open_admin(role: str, **fields) -> Page:
        user = factories.user(fields.pop("name", role.lower()), group=role, **fields)
        user.set_password(PASSWORD)
        user.save()
        session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
        contexts.append(browser.new_context(base_url=site))
        contexts[-1].add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
        )
        page = contexts[-1].new_page()
        complaints.watch(page)
        page.goto("/admin/")
        return page

    yield open_admin
    for context in contexts:
        context.close()
