"""The desk in a real browser: keys, marks as one types, live changes that leave the typing alone, and no barrier."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from makegood.cases.actions import add_note, take_in_message
from makegood.cases.matching import create_unmatched_message
from makegood.cases.models import Case
from makegood.cases.quiet_start import keep_quiet
from makegood.customers.models import Customer
from makegood.kit import clock
from makegood.payments.gateway import PORT
from makegood.payments.models import Dispute, DisputeEvidence
from makegood.remedies.models import Grant
from tests import worlds
from tests.axe import violations
from tests.faces.desk.serving import committed, cookies, heard, server
from tests.mails import arrives, mail
from tests.payments.gateways import ConsoleSide
from tests.sampling import VIEWS, sampled

__all__ = ["committed", "cookies", "heard", "server"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    # WhiteNoise hands static files over in the old way; Django says so each time.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous:Warning"),
]
PAGES = [
    "",
    "promises",
    "parcels",
    "carriers",
    "pick-list",
    "refunds",
    "disputes",
    "unmatched",
    "unmatched-money",
    "messages",
    "mails",
    "stuck-work",
    "authority",
    "search?q=Ada",
]


@pytest.fixture
def cases(committed: None) -> list[Case]:
    """Two customers whose parcels are lost, and one who asks."""
    worlds.open_shop()
    for serial, name in enumerate(("ada", "bea"), start=1):
        worlds.customer(name)
        worlds.lost(str(100 + serial), by=name, serial=serial)
    worlds.settle()
    take_in_message(key="1", customer=worlds.customer("cleo"), body="Do you wrap?", now=clock.now())
    create_unmatched_message(
        name="A", address="ada@marsh.example", order_reference="101", body="?", language="en", now=clock.now()
    )
    worlds.take_in(worlds.order_record("900", by="cleo", paid=[]))
    worlds.pays("MO-1", amount_minor=2175, payer="C. Marsh", note="order 900", label="Postal money order 7301")
    worlds.pays("MO-2", amount_minor=9000, customer="ada")
    worlds.pays("MO-3", amount_minor=500, customer="cleo", currency="EUR")
    worlds.pays("CH-1", amount_minor=2175, order="900", tender="card", label="Visa ending 4242", payment="pi_1")
    worlds.disputed("pi_1", amount_minor=2175)
    return list(Case.objects.order_by("id"))


@pytest.fixture
def context(browser: Browser, server: str, cookies: dict[str, str], cases: list[Case]) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_a_case_is_settled_by_keys_alone(page: Page, cases: list[Case]) -> None:
    page.goto("/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/cases/\d+$"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_text("Yours", exact=True)).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("1 2 a r j")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done. The customer is being told now")).to_be_visible()
    assert Grant.objects.count() == 1


def test_words_are_marked_as_they_are_typed(page: Page, cases: list[Case]) -> None:
    page.goto(f"/desk/cases/{cases[0].pk}")
    page.fill("#body", "We are sorry. It comes on 27 December.")
    expect(page.locator("#reply-checked").get_by_text("1 date without a record")).to_be_visible()
    expect(page.locator("#reply-marks .mark-false")).to_have_text("27 December")
    expect(page.locator("#reply-marks .mark-false")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("no record supports “27 December”")).to_be_visible()
    expect(page.locator("#body")).to_have_value("We are sorry. It comes on 27 December.")


def test_what_happens_elsewhere_shows_and_leaves_the_typing_alone(page: Page, cases: list[Case]) -> None:
    page.goto(f"/desk/cases/{cases[0].pk}")
    expect(page.locator('[data-live="yes"]')).to_be_visible()
    page.fill("#body", "Half a sen")
    page.fill("#note", "half a no")
    add_note(case_id=cases[0].pk, body="Told by somebody else", by=None, now=clock.now())
    expect(page.get_by_text("Told by somebody else")).to_be_visible()
    expect(page.get_by_text("The facts have changed since you began.")).to_be_visible()
    expect(page.locator("#body")).to_have_value("Half a sen")
    expect(page.locator("#note")).to_have_value("half a no")
    take_in_message(key="2", customer=Customer.objects.get(reference="bea"), body="Hello again?", now=clock.now())
    expect(page.locator("#inbox").get_by_text("Hello again?")).to_be_visible()


def test_an_untouched_draft_follows_the_facts(page: Page, cases: list[Case]) -> None:
    page.goto(f"/desk/cases/{cases[0].pk}")
    expect(page.locator('[data-live="yes"]')).to_be_visible()
    expect(page.locator("#body")).to_have_value(re.compile("We can send you the same again"))
    other = page.context.new_page()
    other.goto(f"/desk/cases/{cases[0].pk}")
    other.locator('[data-remedy="1"]').click()
    expect(page.locator("#body")).to_have_value(re.compile("We are sending you the same again"))
    expect(page.locator("#case-remedies").get_by_text("pick list")).to_be_visible()


def test_a_bank_is_answered_by_keys_and_what_is_sent_was_looked_at_first(page: Page, monkeypatch: Any) -> None:
    monkeypatch.setattr(PORT, "gateway", ConsoleSide().gateway)
    page.goto("/desk/disputes")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/disputes/\d+$"))
    page.fill("#summary", "It was signed for.")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Look at the PDF").press("Enter")
    assert opened.value.url.endswith("/evidence.pdf") or opened.value.url in {"", "about:blank", ":"}
    assert not DisputeEvidence.objects.exists()
    page.get_by_role("button", name="Send it to the bank").press("Enter")
    expect(page.get_by_text("It goes to the bank now")).to_be_visible()
    assert DisputeEvidence.objects.get().texts["summary"] == "It was signed for."


def test_the_story_is_filtered(page: Page, cases: list[Case]) -> None:
    page.goto(f"/desk/cases/{cases[0].pk}")
    page.get_by_role("button", name="Money").click()
    expect(page.locator('[data-about="parcels"]').first).to_be_hidden()
    expect(page.locator('[data-about="money"]').first).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), sampled(VIEWS, every=2))
def test_nothing_stands_in_anybodys_way(page: Page, cases: list[Case], width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    accounts = [f"customers/{case.customer_id}/account" for case in (cases[0], cases[-1])]
    disputes = [f"disputes/{each.pk}" for each in Dispute.objects.all()]
    for address in [*PAGES, *accounts, *disputes, f"cases/{cases[0].pk}", f"cases/{cases[-1].pk}"]:
        page.goto(f"/desk/{address}")
        assert (address, violations(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_on_a_phone_every_place_is_in_sight_or_behind_one_button(page: Page, cases: list[Case]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/desk/parcels")
    places = page.get_by_role("navigation", name="The desk")
    expect(places.get_by_role("link", name="Parcels")).to_be_in_viewport()
    assert places.evaluate("each => each.scrollWidth <= each.clientWidth && each.clientHeight < 40")
    places.get_by_text("More").click()
    expect(places.get_by_role("link", name="Authority")).to_be_in_viewport()
    expect(places.get_by_role("link", name="Pick list")).to_be_in_viewport()
    places.get_by_role("link", name="Stuck work").click()
    expect(places.locator("summary", has_text="Stuck work")).to_be_in_viewport()


def test_a_page_that_is_not_there_is_the_desks(page: Page, cases: list[Case]) -> None:
    for address in ("/desk/nothing/here", "/desk/cases/999999"):
        response = page.goto(address)
        assert response is not None
        assert response.status == 404
        expect(page.get_by_role("navigation", name="The desk")).to_be_visible()


def test_everything_that_matters_works_without_scripts(browser: Browser, server: str, cases: list[Case]) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    worlds.helper("noor")
    page.goto("/desk/")
    page.fill("#email", "noor@shop.example")
    page.fill("#password", "correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=re.compile("Ada")).click()
    page.get_by_role("button", name=re.compile("Do it")).first.click()
    expect(page.get_by_text("Done. The customer is being told now")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Sent. If it can’t be delivered")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_menu_keeps_its_rows_whatever_waits(page: Page, width: int) -> None:
    """Badges on every place that may have one: the places stay in one row, and whoever is signed in in the first."""
    mark_everything()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/desk/")
    menu = page.get_by_role("navigation", name="The desk")
    places = [each.bounding_box() for each in menu.locator("a:visible, summary:visible").all()]
    assert len({round(box["y"]) for box in places if box}) == 1
    first, helper = page.get_by_role("link", name="Makegood"), page.locator("header summary", has_text="Maya")
    tops = [box["y"] + box["height"] / 2 for box in (first.bounding_box(), helper.bounding_box()) if box]
    assert len(tops) == 2
    assert abs(tops[0] - tops[1]) < 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def mark_everything() -> None:
    """Something to look at in each place that says how many there are."""
    for number in range(12):
        arrives(mail("Hello", X_Loop="help@northlight.example"))
        create_unmatched_message(
            name="", address=f"{number}@y.example", order_reference="", body="?", language="en", now=clock.now()
        )
    keep_quiet(until=clock.now() + worlds.DAY, now=clock.now())
