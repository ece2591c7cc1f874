"""The browser opens, and axe-core sees what it should."""

import pytest
from playwright.sync_api import Browser, Page

from tests.axe import violations

PAGE = """<!doctype html><html lang="en"><head><title>Order 10482</title></head>
<body><main><h1>Your parcel</h1><p style="color: {colour}">It has not started moving.</p></main></body></html>"""


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_context().new_page()


@pytest.mark.browser
def test_a_readable_page_passes(page: Page) -> None:
    page.set_content(PAGE.format(colour="#222"))
    assert violations(page) == []


@pytest.mark.browser
def test_an_unreadable_page_is_seen(page: Page) -> None:
    page.set_content(PAGE.format(colour="#ddd"))
    assert [line.split(":")[0] for line in violations(page)] == ["color-contrast"]
