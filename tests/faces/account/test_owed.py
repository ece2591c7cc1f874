"""The first sentence of an account: who owes whom, and what is asked of nobody for now."""

import html
import re

import pytest

from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest
from makegood.faces.statement_pdf import told_of
from makegood.kit import clock
from makegood.money.queries import faults_in_books
from makegood.payments.gateway import PORT
from makegood.payments.rules.values import DisputeStatus
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.payments.gateways import ConsoleSide, usd
from tests.payments.paid_orders import TOTAL, paid, tell

ADDRESS = "/account/statement"


@pytest.fixture(autouse=True)
def side(ada, monkeypatch):
    found = ConsoleSide()
    monkeypatch.setattr(PORT, "gateway", found.gateway)
    yield found
    assert faults_in_books() == []


def words(response):
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", "", response.content.decode())))


def top(page):
    """The headline of the page, and those of the paper."""
    shown = page.get(ADDRESS).content.decode()
    found = re.search("<h1[^>]*>(.*?)</h1>", shown, re.DOTALL).group(1)
    sentences = [
        re.sub(r"\s+", " ", each.replace("\u00a0", " ")).strip()
        for each in re.findall("<span[^>]*>(.*?)</span>", found) or [found]
    ]
    return sentences, [
        each["headline"].replace("\u00a0", " ") for each in told_of(worlds.customer(), now=clock.now())["accounts"]
    ]


def test_what_a_bank_is_deciding_about_is_asked_of_nobody(page, side):
    payment = side.pay(usd(TOTAL))
    paid(payment)
    dispute = side.open_dispute(payment)
    tell(*side.events())
    said = "Your bank is deciding about 38.70 USD; we ask nothing of you for it meanwhile."
    assert top(page) == ([said], [said])
    text = words(page.get(ADDRESS))
    assert "You owe us" not in text
    assert "at your bank" in text
    worlds.take_in(worlds.order_record("200", paid=[]))
    assert top(page)[0] == [f"{said} Apart from that, you owe us 21.75 USD."]
    worlds.pays(customer="ada", amount_minor=3000)
    assert top(page)[0] == [f"{said} Apart from that, we owe you 8.25 USD."]
    side.decide(dispute, DisputeStatus.WON)
    tell(*side.events())
    assert top(page)[0] == ["We owe you 8.25 USD."]


def test_what_is_free_pays_for_what_is_due_at_a_button_and_once(page, ada):
    worlds.take_in(worlds.order_record("100", paid=[]))
    worlds.pays(order="100", amount_minor=2175)
    worlds.take_in(worlds.order_record("200", paid=[]))
    # What comes free of a money order stays here.
    change_order(reference="100", request=ChangeRequest(kind=ChangeKind.CANCEL), by=worlds.acting(ada), now=clock.now())
    both = "21.75 USD is still to be paid, and 21.75 USD of yours is free to pay with."
    assert top(page) == ([f"Nothing is owed on either side. {both}"],) * 2
    for address in (ADDRESS, "/orders/200"):
        text = words(page.get(address))
        assert "Pay order 200 with it" in text
        assert "It takes 21.75 USD, and the order is paid." in text
    assert page.post("/account/payment", {"order": "300"}).status_code == 404
    for _ in range(2):
        done = page.post("/account/payment", {"order": "200"}, follow=True)
        assert "It pays for your order now." in words(done)
    assert top(page)[0] == ["Nothing is owed on either side."]
    assert "Pay order" not in words(page.get("/orders/200"))
    worlds.take_in(worlds.order_record("400", paid=[]))
    refused = page.post("/account/payment", {"order": "400"})
    assert (refused.status_code, "nothing is free for it any more" in words(refused)) == (409, True)


def test_a_currency_in_which_nothing_is_open_is_not_told_as_if_nothing_were_owed(page, ada):
    worlds.take_in(worlds.order_record("100", currency="EUR", paid=[]))
    worlds.pays("EU", order="100", amount_minor=2175, currency="EUR")
    assert top(page) == (["Nothing is owed on either side."], ["Nothing is owed on either side."])
    worlds.take_in(worlds.order_record("200", paid=[]))
    owes = "You owe us 21.75 USD."
    assert top(page) == ([owes], ["Nothing is owed in EUR.", owes])
    # What came about in it stands there still.
    assert "All sums in EUR" in words(page.get(ADDRESS))
    paper = told_of(ada, now=clock.now())["accounts"]
    assert [each["to_pay"] for each in paper] == [[], ["Still to pay for order 200: 21.75\u00a0USD."]]
    worlds.pays("US", order="200", amount_minor=2175)
    assert top(page)[0] == ["Nothing is owed on either side."]
