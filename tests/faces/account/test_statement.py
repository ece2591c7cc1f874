"""What we owe each other, as the customer reads it: to the cent, in words, and theirs to draw."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest, Units
from makegood.kit import clock
from makegood.money.queries import faults_in_books
from makegood.orders.statement import account_statements
from makegood.payments.filing import put_tenders
from makegood.payments.models import Refund
from makegood.payments.records import TenderOnFileRecord
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.worlds import HOUR, MONDAY

ADDRESS = "/account/statement"


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert faults_in_books() == []


@pytest.fixture
def order(ada):
    """Of 16.95 and 4.80 of postage, not paid yet."""
    return worlds.take_in(worlds.order_record(paid=[]))


def words(response):
    return re.sub("[ \n]+", " ", response.content.decode())


def drawn(page, *, seen, to="", currency="USD"):
    return page.post("/account/payout", {"currency": currency, "seen": seen, "to": to})


def test_an_account_without_a_line_says_so(page):
    text = words(page.get(ADDRESS))
    assert "Nothing is owed on either side." in text
    assert "Nothing has been booked yet." in text


def test_what_was_ordered_and_what_was_changed_since_are_told_whoever_changed_it(page, ada):
    worlds.take_in(worlds.order_record(lines={"BIRDS": 3, "TIDES": 1}, paid=[]))
    units = (Units(line="BIRDS", quantity=2),)
    request = ChangeRequest(kind=ChangeKind.CANCEL, units=units)
    change_order(reference="100", request=request, by=worlds.HELPER, now=clock.now())
    text = words(page.get(ADDRESS))
    told = "Something of order 100 was cancelled"
    assert "You ordered 4 things" in text
    assert told in text
    assert "2 × “Field Notes on Birds”." in text
    happened = words(page.get("/orders/100"))
    assert happened.index("You ordered four things.") < happened.index(f"{told}.")
    # Two on one day are two, though they are told in the same words.
    request = ChangeRequest(kind=ChangeKind.CANCEL, units=(Units(line="TIDES", quantity=1),))
    change_order(reference="100", request=request, by=worlds.HELPER, now=clock.now() + HOUR / 2)
    happened = words(page.get("/orders/100"))
    assert ("2 × “Field Notes on Birds”." in happened, "“A Year of Tides”." in happened) == (True, True)
    request = ChangeRequest(kind=ChangeKind.CANCEL)
    change_order(reference="100", request=request, by=worlds.acting(ada), now=clock.now() + HOUR)
    assert "Order 100 was cancelled" in words(page.get(ADDRESS))


def test_each_line_tells_what_happened_and_what_was_owed_then(page, order):
    worlds.pays(order="100", amount_minor=10_000, label="Money order 7301")
    text = words(page.get(ADDRESS))
    for said in (
        "We owe you 78.25\u00a0USD.",
        "You paid 100.00\u00a0USD; your orders come to 21.75\u00a0USD.",
        "4 October 2026",
        "You ordered “Field Notes on Birds”",
        "Order 100: goods 16.95, postage 4.80.",
        "\u2212\u00a021.75",
        "you owed",
        "Your money order came",
        "Money order 7301.",
        "+\u00a0100.00",
        "we owed you",
        "we owe you",
    ):
        assert said in text, said


def test_what_is_due_is_named_on_the_account_and_on_the_order(page, order):
    worlds.pays(order="100", amount_minor=2000)
    for address in (ADDRESS, "/orders/100"):
        text = words(page.get(address))
        assert "Still to pay" in text
        assert "Pay it the way we told you when you ordered." in text
        assert "1.75\u00a0USD" in text
    worlds.pays("MO-2", order="100", amount_minor=175)
    assert "Still to pay" not in words(page.get("/orders/100"))
    assert "Nothing is owed on either side." in words(page.get(ADDRESS))


def test_what_is_free_goes_back_the_way_it_came_by_a_promised_day(page, order):
    worlds.pays(order="100", amount_minor=10_000, label="Money order 7301")
    text = words(page.get(ADDRESS))
    assert "78.25\u00a0USD is yours. What would you like done with it?" in text
    assert "78.25\u00a0USD by money order, by Friday 16 October." in text
    answer = drawn(page, seen=7825)
    assert (answer.status_code, answer["Location"]) == (302, f"{ADDRESS}?now=drawn")
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.route, refund.requested_by) == (
        7825,
        "by_hand",
        f"customer:{order.customer_id}",
    )
    text = words(page.get(answer["Location"]))
    assert "We have your wish to have it back, and see to it." in text
    assert "asked for, not sent yet" in text
    assert "on its way" not in text
    assert "by <b>Friday 16 October</b>" in text
    assert "What would you like done with it?" not in text
    # Still ours to send, so still owed.
    assert "We owe you 78.25\u00a0USD." in text


def test_what_changed_since_they_looked_is_not_drawn(page, order):
    worlds.pays(order="100", amount_minor=10_000)
    for seen in (7824, "", "x", "-1"):
        answer = drawn(page, seen=seen)
        assert answer.status_code == 409
        assert "what is free has changed since you looked" in words(answer)
    assert drawn(page, seen=7825).status_code == 302
    assert drawn(page, seen=7825).status_code == 409
    assert Refund.objects.count() == 1


def test_it_can_be_drawn_to_a_tender_on_file(page, order):
    bank = {"id": "bank", "customer": "ada", "kind": "bank_transfer", "currency": "USD", "label": "Account ending 3071"}
    put_tenders([TenderOnFileRecord.model_validate(bank)], now=clock.now())
    worlds.pays(order="100", amount_minor=10_000)
    assert "Draw it out to your Account ending 3071" in words(page.get(ADDRESS))
    assert drawn(page, seen=7825, to="nobody's").status_code == 422
    drawn(page, seen=7825, to="bank")
    assert (Refund.objects.get().kind, Refund.objects.get().tender) == ("payout", "Account ending 3071")


def test_other_money_is_told_apart(page, order):
    worlds.pays("EU-1", customer="ada", amount_minor=2000, currency="EUR")
    text = words(page.get(ADDRESS))
    assert "You owe us 21.75\u00a0USD." in text
    assert "We owe you 20.00\u00a0EUR." in text
    assert "Money in EUR doesn’t pay by itself for what you owe in USD." in text


def test_an_account_is_its_customers_own_and_asks_for_the_way_in(client, page, order):
    worlds.pays(order="100", amount_minor=10_000)
    for address in (ADDRESS, f"{ADDRESS}.pdf"):
        assert client.get(address)["Location"] == f"/sign-in?to={address}"
    ben = signed_in(worlds.customer("ben"))
    assert "78.25" not in words(ben.get(ADDRESS))
    assert drawn(ben, seen=7825).status_code == 409
    assert not Refund.objects.exists()


def test_words_from_outside_are_no_markup_on_the_page_and_on_paper(page, ada):
    title = '<script>alert(1)</script> #read("/etc/passwd") *x* \\ $1$ "] ]'
    lines = [{"id": "B", "sku": "BIRDS", "quantity": 1, "unit_price_minor": 100, "title": title}]
    worlds.customer(name=title)
    worlds.take_in(worlds.order_record(lines=None).model_copy(update={"paid": []}))
    record = worlds.order_record("200", paid=[]).model_dump() | {"lines": lines}
    worlds.take_in(worlds.OrderRecord.model_validate(record))
    worlds.pays(order="200", amount_minor=5000, label=title[:80])
    text = words(page.get(ADDRESS))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    paper = page.get(f"{ADDRESS}.pdf")
    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_long_accounts_begin_with_what_was_owed_before(ada):
    for number in range(3):
        worlds.take_in(worlds.order_record(str(100 + number), paid=[]))
    (found,) = account_statements(customer_id=ada.pk, most=2)
    assert (found.opening.amount_minor, len(found.lines), found.balance.amount_minor) == (-2175, 2, -6525)


def test_more_lines_ask_no_oftener(page, ada):
    counts = []
    for number in range(4):
        worlds.take_in(worlds.order_record(str(100 + number), paid=[]))
        worlds.pays(f"MO-{number}", order=str(100 + number), amount_minor=2000, received_at=MONDAY + number * HOUR)
        with CaptureQueriesContext(connection) as captured:
            page.get(ADDRESS)
        counts.append(len(captured))
    assert counts[1:] == [counts[1]] * 3
