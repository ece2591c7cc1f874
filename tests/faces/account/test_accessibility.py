"""Each page in a real browser: nothing that axe-core finds, nothing wider than a phone, by day and by night."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright

from makegood.parcels.rules.scans import ScanKind
from tests import worlds
from tests.axe import violations
from tests.browser import QUIET, system_chromium
from tests.faces.account.conftest import signed_in
from tests.house.source import PRODUCT

pytestmark = pytest.mark.browser
LOOKS = PRODUCT / "static" / "makegood" / "app.css"
MINE = (
    "/orders",
    "/orders/100",
    "/orders/200",
    "/orders/200/wrong",
    "/orders/200/change",
    "/orders/500/change?find=atlas",
    "/orders/100/message",
    "/messages",
    "/promises",
    "/account/statement",
    "/help",
    "/nowhere",
)
ANYBODYS = ("/sign-in", "/help", "/enter/nonsense", "/nowhere")


def words(response):
    return response.content.decode()


@pytest.fixture
def pages(shop):
    """Every page, as text: of a customer with a lost order, a delivered one and words, and of a stranger."""
    ines = worlds.customer("ines", name="Inés Ortega", language="es", zone="Europe/Madrid")
    worlds.lost("100", by="ines", lines={"BIRDS": 1, "TIDES": 2})
    worlds.say(worlds.shipped("200", by="ines", serial=2), ScanKind.DELIVERED, place="NEW YORK, NY 10002")
    worlds.take_in(worlds.order_record("500", by="ines", lines={"BIRDS": 2, "TIDES": 1}))
    worlds.take_in(worlds.order_record("600", by="ines"))
    page = signed_in(ines)
    page.post("/messages", {"body": "¿Y mi pedido?", "once": "abcdefghijkl"})
    worlds.settle()
    worlds.pays("MO-1", customer="ines", amount_minor=10_000, label="Giro 7")
    worlds.take_in(worlds.order_record("300", by="ines", currency="EUR", paid=[]))
    worlds.pays("MO-2", customer="ines", amount_minor=500, currency="GBP", tender="bank_transfer")
    page.post("/account/payout", {"currency": "GBP", "seen": "500", "to": ""})
    mine = {path: page.get(path) for path in MINE}
    shown = re.search(r'value="send_again"><input type="hidden" name="seen" value="(\w+)"', words(mine["/orders/100"]))
    pressed = {"remedy": "send_again", "seen": shown.group(1)}
    mine["after choosing"] = page.post("/orders/100/remedy", pressed, follow=True)
    wanted = {"kind": "cancel", "units:BIRDS": "1"}
    mine["what a change comes to"] = page.post("/orders/500/change", wanted)
    mine["wrong words"] = page.post("/messages", {"body": ""})
    anybodys = {f"a stranger's {path}": Client().get(path) for path in ANYBODYS}
    anybodys["wrong address"] = Client().post("/sign-in", {"email": "ines"})
    return {name: response.content.decode() for name, response in (mine | anybodys).items()}


def dressed(html):
    """The page with its looks inside, so that it needs no server."""
    looks = f"<style>{LOOKS.read_text(encoding='utf-8')}</style>"
    return re.sub(r'<link rel="stylesheet"[^>]*>', lambda _: looks, html)


def in_a_browser(look, *arguments):
    """What `look(browser, …)` sees, in a thread of its own: playwright's event loop would hide Django's connection."""

    def seen():
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=system_chromium(), args=[*QUIET, *sandbox])
            try:
                return look(browser, *arguments)
            finally:
                browser.close()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(seen).result()


def what_is_wrong(browser, pages, scheme, width):
    screen = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    found = {}
    for name, html in pages.items():
        screen.set_content(dressed(html))
        wider = screen.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[name, scheme, width] = violations(screen) + (["wider than the screen"] if wider > 0 else [])
    return {where: lines for where, lines in found.items() if lines}


def reached_by_tab(browser, html):
    screen = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    screen.set_content(dressed(html))
    reached = []
    for _ in range(12):
        screen.keyboard.press("Tab")
        reached.append(screen.evaluate("document.activeElement.textContent.trim()"))
    return reached


def test_everybody_can_use_every_page(pages):
    for scheme, width in (("light", 320), ("light", 390), ("dark", 1440)):
        assert in_a_browser(what_is_wrong, pages, scheme, width) == {}


def test_the_whole_is_usable_by_keyboard_alone(pages):
    reached = in_a_browser(reached_by_tab, pages["/orders/100"])
    assert reached[0] == "Ir a la página"
    assert "Reenviar" in reached
    assert "Devolver" in reached
