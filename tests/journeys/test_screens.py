"""Two lost parcels on the real screens: from silence to a dispatched replacement and an answered message.

The product runs as `makegood up` runs it, with its own PostgreSQL and worker. Nothing is typed that it could know.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.axe import violations
from tests.crashes.ups import Up
from tests.waiting import until

pytestmark = pytest.mark.browser
PATIENCE_SECONDS = 60
PATIENCE = PATIENCE_SECONDS * 1000
WORLD: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {
            "id": "c1",
            "name": "Ada Marsh",
            "email": "ada@marsh.example",
            "language": "en",
            "zone": "America/New_York",
            "since_date": "2020-03-14",
        }
    ],
    "places": [{"id": "reno", "name": "Reno", "country": "US", "zone": "America/Los_Angeles"}],
    "products": [
        {"sku": "ECHO-S", "title": "The Echo Chamber", "currency": "USD", "price_minor": 2145, "cost_minor": 900},
        {"sku": "BIRDS", "title": "Field Notes on Birds", "currency": "USD", "price_minor": 1695},
    ],
    "stock": [{"place": "reno", "sku": "ECHO-S", "on_hand": 5}, {"place": "reno", "sku": "BIRDS", "on_hand": 5}],
    "services": [
        {
            "id": name.lower(),
            "name": name,
            "carrier": "usps",
            "currency": "USD",
            "lanes": [{"country": "US", "rate_minor": rate, "transit_days": days}],
        }
        for name, rate, days in (("Ground", 500, 5), ("Express", 2500, 1))
    ],
    "orders": [
        {
            "id": "10482",
            "customer": "c1",
            "placed_at": "2026-10-02T09:00:00Z",
            "currency": "USD",
            "lines": [
                {"id": "1", "sku": "ECHO-S", "quantity": 1, "unit_price_minor": 2145},
                {"id": "2", "sku": "BIRDS", "quantity": 1, "unit_price_minor": 1695},
            ],
            "paid": [{"tender": "card", "amount_minor": 3840, "label": "Visa ending 4242"}],
            "ship_to": {
                "name": "Ada Marsh",
                "lines": ["12 Orchard Street"],
                "postcode": "10002",
                "country": "US",
                "zone": "America/New_York",
            },
            "deliver_by_date": "2026-10-12",
            "parcels": [
                {
                    "id": f"P{line}",
                    "place": "reno",
                    "service": "ground",
                    "carrier": "usps",
                    "number": number,
                    "label_at": "2026-10-05T16:00:00Z",
                    "units": [{"line": line, "quantity": 1}],
                }
                for line, number in (("1", "03071790000523483741"), ("2", "71123456789123456787"))
            ],
        }
    ],
}
REPLACEMENT = "9400100000000000000013"


class Shop:
    """The shop that is up, its clock, and the two people in it."""

    def __init__(self, up: Up, browser: Browser) -> None:
        self.address = f"http://127.0.0.1:{up.port}"
        keys = json.loads((up.home / "first-keys.json").read_text())
        self.email, self.password = keys["email"], keys["password"]
        headers = {"Authorization": f"Bearer {keys['token']}"}
        self.api = httpx.Client(base_url=self.address, headers=headers, timeout=60)
        self.helper = self._context(browser, width=1440).new_page()
        self.customer = self._context(browser, width=390).new_page()

    def _context(self, browser: Browser, *, width: int) -> BrowserContext:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=self.address)
        context.set_default_timeout(PATIENCE)
        return context

    def close(self) -> None:
        self.api.close()
        self.helper.context.close()
        self.customer.context.close()

    def live_until(self, instant: str) -> None:
        self.api.put("/v1/clock", json={"frozen_at": instant}).raise_for_status()
        until(self._is_quiet, seconds=PATIENCE_SECONDS, what="the worker")

    def _is_quiet(self) -> bool:
        said = self.api.post("/v1/sweep").raise_for_status().json()
        return bool(said["handled"] == 0 and said["jobs_waiting"] == 0)

    def settle(self) -> None:
        until(self._is_quiet, seconds=PATIENCE_SECONDS, what="the worker")


@pytest.fixture
def shop(tmp_path: Path, browser: Browser) -> Iterator[Shop]:
    tmp_path.chmod(0o711)
    up = Up(tmp_path / "shop", "--no-demo", MAKEGOOD_DEMO="1")
    expect.set_options(timeout=PATIENCE)
    try:
        up.await_ready()
        shop = Shop(up, browser)
        yield shop
        shop.close()
    finally:
        up.clean_up()


def test_from_silence_to_a_replacement_and_an_answer(shop: Shop) -> None:
    shop.live_until("2026-10-02T09:00:00Z")
    for kind, rows in WORLD.items():
        shop.api.put(f"/v1/{kind}", json=rows).raise_for_status()
    # Silence counts where a carrier is heard of: this one has told us of its parcels since we began.
    shop.api.put("/v1/carriers/usps/hearing", json={"heard_since": "2026-10-02T09:00:00Z"}).raise_for_status()
    shop.live_until("2026-10-07T15:59:00Z")
    sign_in(shop)
    shop.helper.goto("/desk/mailbox")
    expect(shop.helper.get_by_text("10482")).to_have_count(0)

    shop.live_until("2026-10-07T16:00:00Z")
    customer_learns_of_it(shop)
    shop.live_until("2026-10-13T00:00:00Z")
    customer_chooses(shop)
    warehouse_sends(shop)
    customer_answers_the_mail(shop)
    helper_replies(shop)
    customer_sees_the_end(shop)


def sign_in(shop: Shop) -> None:
    shop.helper.goto("/desk/")
    shop.helper.fill("input[name=email]", shop.email)
    shop.helper.fill("input[name=password]", shop.password)
    shop.helper.press("input[name=password]", "Enter")
    expect(shop.helper.get_by_role("link", name="Inbox")).to_be_visible()


def customer_learns_of_it(shop: Shop) -> None:
    """One mail for both boxes, on the second business day; its link signs her in and shows the truth."""
    shop.helper.goto("/desk/mailbox")
    mail = shop.helper.locator("article", has_text="10482")
    expect(mail).to_have_count(1)
    link = mail.locator("a[href*='/enter/']").first.get_attribute("href")
    assert link
    shop.customer.goto(link)
    expect(shop.customer).to_have_url(re.compile("/orders/10482"))
    expect(shop.customer.locator("h1")).to_be_visible()
    expect(shop.customer.get_by_text("never scanned").first).to_be_visible()
    expect(shop.customer.locator("progress").first).to_be_visible()
    assert violations(shop.customer) == []


def customer_chooses(shop: Shop) -> None:
    """The date has passed; he was told that evening; one press sends both again."""
    shop.helper.goto("/desk/")
    expect(shop.helper.get_by_text("Ada Marsh").first).to_be_visible()
    shop.customer.reload()
    with posted(shop.customer):
        shop.customer.get_by_role("button", name="Send again").click()
    expect(shop.customer.get_by_text("Wednesday 14 October").first).to_be_visible()
    shop.settle()
    dispatches = shop.api.get("/v1/dispatches", params={"order": "10482"}).json()["items"]
    assert [(each["charged_minor"], each["state"]) for each in dispatches] == [(0, "requested")]


def warehouse_sends(shop: Shop) -> None:
    """The pick list shows it; a wrong number is said at once, the right one sends it."""
    page = shop.helper
    page.goto("/desk/pick-list")
    expect(page.get_by_text("The Echo Chamber").first).to_be_visible()
    announce(page, "9400100000000000000014")
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    announce(page, REPLACEMENT)
    expect(page.locator("li[id^=dispatch-]")).to_have_count(0)
    expect(page.locator("li[id^=left-]")).to_have_count(1)
    shop.settle()


def announce(page: Page, number: str) -> None:
    page.locator("input[name=number]").first.fill(number)
    with posted(page):
        page.locator("input[name=number]").first.press("Enter")


def customer_answers_the_mail(shop: Shop) -> None:
    page = shop.helper
    page.goto("/desk/mailbox")
    newest = page.locator("article").first
    expect(newest).to_contain_text(REPLACEMENT)
    newest.locator("summary", has_text="Answer as Ada Marsh").click()
    newest.locator("textarea").fill("Thank you! Shall I keep the first two if they turn up?")
    with posted(page):
        newest.get_by_role("button", name="Send as the customer").click()
    shop.settle()


def helper_replies(shop: Shop) -> None:
    """The draft is there; words without a record are not sent, and none that were typed are lost."""
    page = shop.helper
    page.goto("/desk/")
    page.get_by_text("Ada Marsh").first.click()
    expect(page.get_by_text("Shall I keep the first two").first).to_be_visible()
    assert violations(page) == []
    page.fill("textarea#body", "Please do keep them. I will look on 27 December that all is well.")
    expect(page.locator("#reply-marks .mark-false")).not_to_have_count(0)
    send_reply(page)
    expect(page.locator("textarea#body")).to_have_value(re.compile("27 December"))
    page.fill("textarea#body", "Please do keep them, Ada. Your new parcel comes on Wednesday 14 October.")
    send_reply(page)
    shop.settle()
    sent = shop.api.get("/v1/messages", params={"customer": "c1", "direction": "out", "news": "reply"}).json()["items"]
    assert [each["body"] for each in sent] == [
        "Please do keep them, Ada. Your new parcel comes on Wednesday 14 October."
    ]


def send_reply(page: Page) -> None:
    with posted(page):
        page.locator("form[data-reply] button[type=submit], form[data-reply] button:not([type])").last.click()


@contextmanager
def posted(page: Page) -> Iterator[None]:
    """Something that sends a form: over when it was answered, and the page that follows is there."""
    with page.expect_navigation(), page.expect_response(lambda answer: answer.request.method == "POST"):
        yield


def customer_sees_the_end(shop: Shop) -> None:
    shop.customer.goto("/messages")
    expect(shop.customer.get_by_text("Please do keep them, Ada.").first).to_be_visible()
    shop.customer.goto("/promises")
    expect(shop.customer.get_by_text("14 October").first).to_be_visible()
    assert violations(shop.customer) == []
    shop.customer.goto("/orders/10482")
    expect(shop.customer.get_by_text(re.compile("9400 1000")).first).to_be_visible()
