"""Mail on the desk in a real browser: its own pictures show, what was unfolded stays so, nobody is kept out."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from makegood.cases.actions import add_note
from makegood.cases.models import Case
from makegood.channels.models import IncomingMail
from makegood.kit import clock
from tests import worlds
from tests.axe import violations
from tests.faces.desk.letters import case_of_letters
from tests.faces.desk.serving import committed, cookies, heard, server
from tests.mails import arrives, mail, parts
from tests.sampling import VIEWS, sampled

__all__ = ["committed", "cookies", "heard", "server"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous:Warning"),
]


@pytest.fixture
def case(committed: None) -> Case:
    """A case with every kind of mail; somebody unknown wrote, one mail could not be taken in, and one was refused."""
    worlds.open_shop()
    case = case_of_letters()
    arrives(parts("Where is order 100?", html="<p>Where is order 100?</p>", sender="Eva <eva@sister.example>"))
    row = arrives(parts("Broken", sender="Tom <tom@sister.example>"))
    IncomingMail.objects.filter(pk=row.pk).update(state="alarmed", reason="too many messages are waiting")
    arrives(
        mail("Where is my lamp?\n\nIt should have come on Monday.", subject="My lamp", X_Loop="help@northlight.example")
    )
    return case


@pytest.fixture
def page(browser: Browser, server: str, cookies: dict[str, str]) -> Iterator[Page]:
    context = browser.new_context(base_url=server, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


def test_what_was_unfolded_stays_so_while_the_story_goes_on(page: Page, case: Case) -> None:
    page.goto(f"/desk/cases/{case.pk}")
    expect(page.locator('[data-live="yes"]')).to_be_visible()
    page.get_by_text("What they quoted").click()
    expect(page.get_by_text("Your parcel is on its way.")).to_be_visible()
    add_note(case_id=case.pk, body="Somebody rang them", by=None, now=clock.now())
    expect(page.get_by_text("Somebody rang them")).to_be_visible()
    expect(page.get_by_text("Your parcel is on its way.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_a_formatted_mail_fits_and_shows_its_own_pictures(page: Page, case: Case, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/desk/cases/{case.pk}")
    page.get_by_text("As it was formatted").click()
    place = page.locator("iframe").first
    place.scroll_into_view_if_needed()
    frame = page.frame_locator("iframe").first
    expect(frame.get_by_text("2 × Tides")).to_be_visible()
    expect(frame.get_by_text("→ track.example")).to_be_visible()
    picture = frame.get_by_alt_text("the box")
    expect(picture).to_have_attribute("src", re.compile("^data:image/png;base64,"))
    assert picture.evaluate("image => image.naturalWidth") == 1
    assert frame.locator("html").evaluate("page => page.scrollWidth <= page.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme"), sampled(VIEWS, every=2))
def test_nothing_stands_in_anybodys_way(page: Page, case: Case, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for address in (f"cases/{case.pk}", "unmatched", "mails", "messages", ""):
        page.goto(f"/desk/{address}")
        page.evaluate("document.querySelectorAll('details[id]').forEach(fold => { fold.open = true; })")
        assert (address, violations(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_unassigned_are_gone_through_by_keys(page: Page, case: Case) -> None:
    page.goto("/desk/unmatched")
    page.keyboard.press("j")
    page.keyboard.press("j")
    found = page.get_by_role("article", name="Eva")
    expect(found).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(found.get_by_role("button", name="These are Ada Marsh’s")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{case.pk}")
    expect(page.get_by_text("which is not an address of theirs").last).to_be_visible()
