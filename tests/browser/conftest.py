"""A page in Debian's chromium with the network off, what it asked for, and what went wrong in it."""

from __future__ import annotations

import os
import shutil
import sys
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Route

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # root, as in CI, cannot have it
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=WebUIOmniboxPopup",  # a page of its own for every window, which takes seconds of processor time
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as a browser test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def give_up(reason: str) -> None:
    """Fail in CI and skip elsewhere: nobody may believe that the maps were looked at."""
    message = f"NO BROWSER: {reason}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's chromium once for all tests."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        give_up("apt-get install chromium")
    if sys.platform == "linux" and find_library("atomic") is None:
        give_up("its driver needs a library: apt-get install libatomic1")
    from playwright.sync_api import sync_playwright  # a run without browser tests needs no driver

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def asked() -> list[str]:
    """Return the addresses that the page has asked for, files aside: for an offline map it stays empty."""
    return []


@pytest.fixture
def wrong() -> list[str]:
    """Return what the page has complained of: errors on its console and errors that nothing caught."""
    return []


@pytest.fixture
def context(browser: Browser, asked: list[str]) -> Iterator[BrowserContext]:
    """Open a window of a desk's size with the network off; every request but for a file is refused and noted."""
    opened = browser.new_context(offline=True, viewport={"width": 1280, "height": 800}, locale="en-GB")

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    opened.route(lambda url: not url.startswith(("file:", "data:", "blob:")), refuse)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, wrong: list[str]) -> Page:
    """Return an empty page; :func:`asked` and :func:`wrong` fill while it is used."""
    opened = context.new_page()
    opened.set_default_timeout(5_000)

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    def crash(error: Error) -> None:
        wrong.append(str(error))

    opened.on("console", complain)
    opened.on("pageerror", crash)
    return opened
