"""A real browser for tests that look at pages as people do: Debian's chromium, or playwright's own."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def system_chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A started browser; each test opens its own `browser.new_context()`.

    While it is open, playwright keeps an event loop running in this thread: Django thinks that it is called from
    async code, and `asyncio.run` refuses. Hence one for each module (a second), not one for all.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=system_chromium(), args=[*QUIET, *sandbox])
        yield chromium
        chromium.close()
