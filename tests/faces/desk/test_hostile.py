"""Mail that attacks its reader, received as any mail and opened at the desk in a real browser: nothing runs, nothing
loads from outside without a click, and the click loads pictures alone.
"""

import base64
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Frame, Page, expect

from makegood.cases.actions import take_in_message
from makegood.cases.models import Case
from makegood.channels.addresses import reply_address
from makegood.channels.models import IncomingMail
from makegood.kit import clock
from tests import worlds
from tests.faces.desk.hostile import FIELDS, FILES, LOADING, RUNNING
from tests.faces.desk.serving import Heard, committed, cookies, heard, server
from tests.listening import Server
from tests.mails import arrives, mail, parts
from tests.sampling import sampled

__all__ = ["committed", "cookies", "heard", "server"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous:Warning"),
]
CODE = "console.log(/struck/)"
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class Outside:
    """A host somewhere else: it answers everything with a picture, and remembers who asked, and how."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        outside = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outside.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(200)
                self.send_header("Content-Type", "image/gif")
                self.send_header("Content-Length", str(len(PIXEL)))
                self.end_headers()
                self.wfile.write(PIXEL)

            def log_message(self, *_: object) -> None:
                """Into `asked` instead."""

        self.web = Server(Answers)
        self.host = self.web.host

    def paths(self) -> set[str]:
        return {path for path, _ in self.asked}

    def armed(self, attack: str) -> str:
        """The attack with its code and its host."""
        return attack.replace("XSS", CODE).replace("OUTBARE", self.host).replace("OUT", f"http://{self.host}")


class Traps:
    """What happens on a page that should not: code that ran, windows that opened, requests to elsewhere."""

    def __init__(self, page: Page, *, own: str) -> None:
        self.sprung: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.own = {urlsplit(own).port}
        page.on("console", self._said)
        page.on("dialog", self._asked)
        page.on("pageerror", lambda error: self.sprung.append(f"error: {error}"))
        page.on("popup", lambda popup: self.sprung.append(f"popup: {popup.url}"))
        page.on("request", lambda request: self._requested(request.url, request.resource_type))

    def _said(self, message: ConsoleMessage) -> None:
        if "struck" in message.text:
            self.sprung.append(f"console: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.sprung.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, url: str, kind: str) -> None:
        if url.startswith("http") and urlsplit(url).port not in self.own:
            self.requests.append((kind, url))


@pytest.fixture
def outside() -> Iterator[Outside]:
    host = Outside()
    yield host
    host.web.close()


@pytest.fixture
def page(browser: Browser, server: str, cookies: dict[str, str]) -> Iterator[Page]:
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


@pytest.fixture
def case(committed: None) -> Case:
    """A question of Ada's; the hostile mails are answers on it."""
    worlds.open_shop()
    return take_in_message(key="w1", customer=worlds.customer(), body="When?", subject="My box", now=clock.now())


def encoded(body: bytes) -> str:
    return base64.encodebytes(body).decode().strip().replace("\n", "\r\n")


def html_mail(html: str, **fields: str) -> bytes:
    """A mail that is nothing but HTML, byte for byte."""
    words = {"Content_Type": "text/html; charset=utf-8", "Content_Transfer_Encoding": "base64"}
    return mail(encoded(html.encode()), **(words | fields))


def field_mail(attack: dict[str, str], outside: Outside) -> bytes:
    armed = {name: outside.armed(said) for name, said in attack.items()}
    body = armed.pop("body", "<p>Hello</p>").encode(armed.pop("encode", "utf-8"))
    sender, subject = armed.pop("From", "Ada <ada@marsh.example>"), armed.pop("Subject", "Hello")
    words = {"Content-Type": "text/html; charset=utf-8", "Content-Transfer-Encoding": "base64"} | armed
    fields = {name.replace("-", "_"): said for name, said in words.items()}
    return mail(encoded(body), sender=sender, subject=subject, **fields)


def received(raws: list[bytes], case: Case) -> list[IncomingMail]:
    to = reply_address(customer_id=case.customer_id, case_number=case.pk)
    rows = [arrives(raw, to=(to,)) for raw in raws]
    assert {row.state for row in rows} == {"taken_in"}
    return rows


# Opens fold after fold as a reader does, who scrolls to each; a frame loads when it comes into sight.
UNFOLD = """async folds => {
    for (const id of folds) {
        const fold = document.getElementById(id);
        const place = fold.querySelector("iframe");
        await new Promise((done, fail) => {
            place.addEventListener("load", done, { once: true });
            setTimeout(() => fail(new Error(`${id} was not loaded`)), 30000);
            fold.querySelector("summary").click();
            place.scrollIntoView();
        });
    }
}"""


def unfolded(page: Page, *rows: IncomingMail) -> list[Frame]:
    """The mails as they were formatted, each in its frame."""
    page.evaluate(UNFOLD, [f"formatted-{row.pk}" for row in rows])
    frames = []
    for row in rows:
        frame = page.locator(f"#formatted-{row.pk} iframe").element_handle().content_frame()
        assert frame is not None
        assert frame.locator("html[lang=en] > head > style").count() == 1
        frames.append(frame)
    return frames


def settled(page: Page) -> None:
    """Time enough for what was set off to show: every request is answered, and two frames are drawn."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_the_traps_would_catch_them(page: Page, outside: Outside, server: str) -> None:
    traps = Traps(page, own=server)
    page.set_content(outside.armed('<img src=x onerror=XSS><img src="OUT/pic"><script>alert(1)</script>'))
    settled(page)
    assert sorted(traps.sprung) == ["console: /struck/", "dialog: 1"]
    assert traps.requests == [("image", f"http://{outside.host}/pic")]
    assert outside.paths() == {"/pic"}


@pytest.mark.parametrize("attacks", sampled([RUNNING, LOADING], every=2), ids=["running", "loading"])
def test_html_does_nothing_to_whoever_reads_it(
    page: Page, outside: Outside, server: str, case: Case, attacks: dict[str, str]
) -> None:
    rows = received(
        [html_mail(f"<p>mark {number}</p>{outside.armed(each)}") for number, each in enumerate(attacks.values())], case
    )
    traps = Traps(page, own=server)
    page.goto(f"/desk/cases/{case.pk}")
    frames = unfolded(page, *rows)
    for number, (name, frame) in enumerate(zip(attacks, frames, strict=True)):
        assert (name, frame.get_by_text(f"mark {number}", exact=True).count()) == (name, 1)
        assert (name, frame.locator("script, iframe, form, base, meta[http-equiv], svg, math").count()) == (name, 0)
    settled(page)
    assert (traps.sprung, traps.requests, outside.paths()) == ([], [], set())
    assert page.url.endswith(f"/desk/cases/{case.pk}")


def test_the_click_loads_pictures_and_nothing_else(page: Page, outside: Outside, server: str, case: Case) -> None:
    rows = received([html_mail(outside.armed(each)) for each in LOADING.values()], case)
    traps = Traps(page, own=server)
    page.goto(f"/desk/cases/{case.pk}")
    asking = 0
    for row in rows:
        (frame,) = unfolded(page, row)
        button = frame.get_by_role("link", name="Show pictures from outside")
        if button.count():
            asking += 1
            button.click()
            expect(button).to_have_count(0)
    settled(page)
    assert asking == 2  # the others name no picture that could be shown
    assert outside.paths() == {"/pic"}
    assert {kind for kind, _ in traps.requests} == {"image"}
    assert all("referer" not in headers and "cookie" not in headers for _, headers in outside.asked)
    assert traps.sprung == []
    # It was for this mail, this once: the page read anew asks again.
    outside.asked.clear()
    page.reload()
    unfolded(page, rows[0])
    settled(page)
    assert outside.asked == []


def test_fields_and_names_are_words(page: Page, outside: Outside, server: str, case: Case) -> None:
    raws = [field_mail(attack, outside) for attack in FIELDS.values()]
    files = [
        (outside.armed(name), said, outside.armed(content.decode("latin-1")).encode("latin-1"))
        for name, said, content in FILES
    ]
    rows = received([*raws, parts("Look", html="<p>Look</p>", files=files)], case)
    for raw in raws:
        arrives(raw.replace(b"Message-ID: <", b"Message-ID: <s"))
    traps = Traps(page, own=server)
    page.goto(f"/desk/cases/{case.pk}")
    unfolded(page, *(row for row in rows if page.locator(f"#formatted-{row.pk}").count()))
    page.evaluate("document.querySelectorAll('#case-story details').forEach(fold => { fold.open = true; })")
    settled(page)
    expect(page.get_by_text("<script>console.log(/struck/)</script>").first).to_be_visible()
    for address in ("/desk/", "/desk/unmatched", "/desk/mails", "/desk/search?q=struck"):
        page.goto(address)
        settled(page)
    assert (traps.sprung, traps.requests, outside.paths()) == ([], [], set())


def test_a_link_opens_by_itself_and_knows_nothing_of_the_desk(
    page: Page, outside: Outside, server: str, case: Case
) -> None:
    (row,) = received([html_mail(outside.armed('<a href="OUT/bank">https://www.bank.example/</a>'))], case)
    page.goto(f"/desk/cases/{case.pk}")
    (frame,) = unfolded(page, row)
    expect(frame.get_by_text(f"→ {outside.host}")).to_be_visible()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="https://www.bank.example/").click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("window.opener") is None
    ((_, headers),) = [each for each in outside.asked if each[0] == "/bank"]
    assert "referer" not in headers


def test_a_file_is_saved_and_no_cookie_goes_with_the_request(page: Page, server: str, heard: Heard, case: Case) -> None:
    received([parts("Look", files=[("box.html", "text/html", b"<script>console.log('struck')</script>")])], case)
    traps = Traps(page, own=server)
    page.goto(f"/desk/cases/{case.pk}")
    with page.expect_download() as download:
        page.get_by_role("link", name="box.html").click()
    assert download.value.suggested_filename == "box.html"
    assert download.value.url.startswith("http://files.localhost:")
    # Asked of the server, which has heard a request before its answer becomes a download; the browser tells later.
    (headers,) = heard.by_host("files.localhost")
    assert ("cookie" in headers, "referer" in headers) == (False, False)
    assert traps.sprung == []
