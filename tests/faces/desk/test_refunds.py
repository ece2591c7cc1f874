"""Refunds at the desk: where each goes, to whom and at which address; what came back and whose it is."""

import re

import pytest

from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest
from makegood.kit import clock
from makegood.payments.models import Refund
from makegood.policies.rules.values import ChangeKind
from tests import worlds

REFUNDS = "/desk/refunds"
ELM_ROW = {
    "name": "Ada Marsh",
    "lines": ["9 Elm Row", "Reno"],
    "postcode": "89501",
    "country": "US",
    "zone": "America/Los_Angeles",
}


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()


@pytest.fixture
def ada(_shop):
    return worlds.customer(address=ELM_ROW)


def words(response):
    return re.sub("[ \n]+", " ", response.content.decode())


def paid_too_much(desk, ada, **more):
    """Order 100 of 21.75, paid with ten more, which she wants back."""
    worlds.take_in(worlds.order_record(paid=[]))
    worlds.pays(order="100", amount_minor=3175, payer="A MARSH", **more)
    address = f"/desk/customers/{ada.pk}/payout"
    assert desk.post(address, {"currency": "USD", "seen": "1000", "to": ""}).status_code == 302


def test_a_slip_says_to_whom_and_where_it_goes(desk, ada):
    paid_too_much(desk, ada, tender="money_order", label="Money order 7301")
    text = words(desk.get(REFUNDS))
    assert '<b class="figure">10.00\u00a0USD</b> to Money order 7301' in text
    assert "came from A MARSH" in text
    assert "Ada Marsh, 9 Elm Row, Reno, 89501, US" in text
    assert f"/desk/customers/{ada.pk}/account" in text


def test_an_order_is_linked_and_where_nobody_knows_how_it_was_paid_that_is_said(desk, ada):
    worlds.take_in(worlds.order_record("200", paid=None))
    change_order(
        reference="200", request=ChangeRequest(kind=ChangeKind.CANCEL), by=worlds.LEAD, key="c", now=clock.now()
    )
    text = words(desk.get(REFUNDS))
    assert "nobody knows how they paid: ask them how they want it" in text
    assert "how they paid</p>" not in text
    assert "/desk/orders/200/change" in text


def test_what_came_back_is_said_to_be_theirs(desk, ada):
    paid_too_much(desk, ada, tender="bank_transfer")
    refund = Refund.objects.get()
    answer = desk.post(f"{REFUNDS}/{refund.pk}/failure", {"failure": "account closed"}, follow=True)
    text = words(answer)
    assert "Nothing is owed back." not in text
    assert "Came back, and waits for their word" in text
    assert "10.00\u00a0USD came back on" in text
    assert "account closed" in text
    assert f"/desk/customers/{ada.pk}/account" in text
    desk.post(f"/desk/customers/{ada.pk}/payout", {"currency": "USD", "seen": "1000", "to": ""})
    assert "Came back, and waits for their word" not in words(desk.get(REFUNDS))


def test_the_case_of_what_came_back_says_who_says_so(desk, ada):
    paid_too_much(desk, ada, tender="bank_transfer")
    desk.post(f"{REFUNDS}/{Refund.objects.get().pk}/failure", {"failure": "account closed"})
    worlds.settle()
    case = re.search(r"/desk/cases/\d+", words(desk.get("/desk/"))).group(0)
    text = words(desk.get(case))
    assert "by Somebody" not in text
    assert "Maya says so." in text
    assert "31.75\u00a0USD came in: Bank transfer." in text
    assert "10.00\u00a0USD are to go back to Bank transfer: Maya." in text
