"""Money back by itself: units, parts of one and postage, to the cent.

The sums are those of a public collection of 73 refund scenarios of another shop system (shared/data/money_cases, MIT),
in our words; scenarios that differ only in what a page shows of the same sum are one row. Not here are those about
credit memos as documents (listing, sorting, filtering, printing, commenting, sending and numbering them), which we
don't issue: what went back stands on the statement; and those about which payment methods a page offers, since here
money goes back to where it came from.
"""

import pytest

from makegood.intake.actions import take_in_orders
from makegood.kit.errors import InvalidField
from makegood.money.accounts import AccountKind
from makegood.money.queries import balances, faults_in_books
from makegood.orders.charging import TooMuchOff
from makegood.orders.models import Order
from makegood.orders.queries import faults_in_payments
from makegood.orders.records import OrderRecord
from makegood.payments.models import Refund
from makegood.remedies.refunding import NothingToRefund, RefundPart, refund_order
from makegood.remedies.rules.authority import NotYoursToGrant
from tests import worlds
from tests.worlds import MONDAY, order_record

pytestmark = pytest.mark.django_db
CARD = {"tender": "card", "label": "Visa ending 4242"}


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()
    yield
    assert [*faults_in_books(), *faults_in_payments()] == []


def order(*lines, postage=0, postage_tax=0, discount=0, paid=True):
    """An order of lines `(quantity, unit price, discount, tax)`, paid by card."""
    record = order_record(paid=None, postage_minor=postage).model_dump(mode="json")
    record |= {"postage_tax_minor": postage_tax, "discount_minor": discount}
    record["lines"] = [
        {
            "id": f"L{place}",
            "sku": "BIRDS",
            "quantity": quantity,
            "unit_price_minor": price,
            "discount_minor": off,
            "tax_minor": tax,
        }
        for place, (quantity, price, off, tax) in enumerate(lines, start=1)
    ]
    total = sum(quantity * price - off + tax for quantity, price, off, tax in lines) + postage - discount
    record["paid"] = [{**CARD, "amount_minor": total}] if paid else []
    take_in_orders([OrderRecord.model_validate(record)], now=MONDAY)
    return Order.objects.get()


def back(of, *parts, postage=0, by=worlds.LEAD, **more):
    refund_order(
        order_id=of.pk,
        parts=[each if isinstance(each, RefundPart) else RefundPart(line=each[0], quantity=each[1]) for each in parts],
        postage_minor=postage,
        reason="as asked",
        by=by,
        now=MONDAY,
        **more,
    )


def part(line, minor):
    return RefundPart(line=line, amount_minor=minor)


def went_back():
    return sum(row.amount_minor for row in Refund.objects.all())


SHIRTS = (2, 1000, 0, 0)
# What is ordered, what is asked back in turn, and what has gone back then.
CASES = {
    "one of two units": ({"lines": [SHIRTS]}, [{"parts": [("L1", 1)]}], 1000),
    "both units": ({"lines": [SHIRTS]}, [{"parts": [("L1", 2)]}], 2000),
    "a unit with its discount": ({"lines": [(2, 1000, 200, 0)]}, [{"parts": [("L1", 1)]}], 900),
    "a unit with its tax": ({"lines": [(2, 1000, 0, 200)]}, [{"parts": [("L1", 1)]}], 1100),
    "all units of an order with a discount of its own": (
        {"lines": [(3, 3368, 0, 0)], "discount": 189},
        [{"parts": [("L1", 3)]}],
        9915,
    ),
    "the same, one unit after the other": (
        {"lines": [(3, 3368, 0, 0)], "discount": 189},
        [{"parts": [("L1", 1)]}] * 3,
        9915,
    ),
    "units of two lines": ({"lines": [(2, 1000, 0, 0), (1, 500, 0, 0)]}, [{"parts": [("L1", 1), ("L2", 1)]}], 1500),
    "postage": ({"lines": [SHIRTS], "postage": 2000}, [{"postage": 2000}], 2000),
    "postage and a unit": ({"lines": [SHIRTS], "postage": 2000}, [{"parts": [("L1", 1)], "postage": 2000}], 3000),
    "postage with its tax": ({"lines": [SHIRTS], "postage": 1230, "postage_tax": 230}, [{"postage": 1230}], 1230),
    "discounted postage": ({"lines": [SHIRTS], "postage": 1000}, [{"postage": 1000}], 1000),
    "discounted postage with its tax": (
        {"lines": [(1, 1000, 0, 0)], "postage": 615, "postage_tax": 115},
        [{"postage": 615}],
        615,
    ),
    "postage of two parcels": (
        {"lines": [SHIRTS], "postage": 3230, "postage_tax": 230},
        [{"postage": 2000}, {"postage": 1230}],
        3230,
    ),
    "a part of postage": ({"lines": [SHIRTS], "postage": 2000}, [{"postage": 500}], 500),
    "the rest of postage": ({"lines": [SHIRTS], "postage": 2000}, [{"postage": 500}, {"postage": 1500}], 2000),
    "a part of a unit": ({"lines": [(2, 1000, 0, 460)]}, [{"parts": [part("L1", 800)]}], 800),
    "all that is left of an order": (
        {"lines": [(2, 1000, 0, 460)], "postage": 2000},
        [{"parts": [part("L1", 500)]}, {"parts": [part("L1", 1960)], "postage": 2000}],
        4460,
    ),
    "everything": (
        {"lines": [(1, 1000, 0, 100), (1, 2000, 0, 400)], "postage": 1150, "postage_tax": 150},
        [{"parts": [("L1", 1), ("L2", 1)], "postage": 1150}],
        4650,
    ),
}


@pytest.mark.parametrize(("ordered", "asked", "sum_back"), CASES.values(), ids=CASES)
def test_so_much_goes_back(ordered, asked, sum_back):
    ordered = dict(ordered)
    row = order(*ordered.pop("lines"), **ordered)
    total = row.charged_minor
    for each in asked:
        back(row, *each.get("parts", ()), postage=each.get("postage", 0))
    assert went_back() == sum_back
    assert Order.objects.get().charged_minor == total - sum_back


@pytest.mark.parametrize(
    ("asked", "net", "tax"),
    [
        ({"parts": [("L1", 1), ("L2", 1)], "postage": 1150}, 4000, 650),
        ({"parts": [part("L1", 550)]}, 500, 50),
        ({"postage": 575}, 500, 75),
    ],
)
def test_tax_goes_back_with_what_it_was_for(asked, net, tax):
    """Whether prices were told with their tax or without: 10 % on the first line, 20 % on the second, 15 % on
    postage.
    """
    row = order((1, 1000, 0, 100), (1, 2000, 0, 400), postage=1150, postage_tax=150)
    before = {held.account.kind: held.amount.amount_minor for held in balances(customer_id=row.customer_id)}
    back(row, *asked.get("parts", ()), postage=asked.get("postage", 0))
    after = {held.account.kind: held.amount.amount_minor for held in balances(customer_id=row.customer_id)}
    gone = {kind: before[kind] - after[kind] for kind in before}
    assert gone[AccountKind.TAX] == tax
    assert gone[AccountKind.SALES] + gone[AccountKind.POSTAGE] == net
    assert went_back() == net + tax


REFUSED = {
    "a unit twice": ({"lines": [(1, 1000, 0, 0)]}, [("L1", 1)], {"parts": [("L1", 1)]}, TooMuchOff),
    "more than a line came to": (
        {"lines": [(1, 1000, 0, 0)]},
        [part("L1", 500)],
        {"parts": [part("L1", 1000)]},
        TooMuchOff,
    ),
    "more than postage": ({"lines": [SHIRTS], "postage": 2000}, [], {"postage": 2001}, TooMuchOff),
    "postage that cost nothing": ({"lines": [SHIRTS]}, [], {"postage": 1}, TooMuchOff),
    "nothing": ({"lines": [SHIRTS]}, [], {}, InvalidField),
    "no units": ({"lines": [SHIRTS]}, [], {"parts": [("L1", 0)]}, InvalidField),
    "less than nothing": ({"lines": [SHIRTS]}, [], {"parts": [part("L1", -800)]}, InvalidField),
    "of a line that is not there": ({"lines": [SHIRTS]}, [], {"parts": [("L9", 1)]}, InvalidField),
    "of what was not paid": ({"lines": [SHIRTS], "paid": False}, [], {"parts": [("L1", 1)]}, NothingToRefund),
    "of what is free": ({"lines": [(3, 0, 0, 0)]}, [], {"parts": [("L1", 1)]}, InvalidField),
}


@pytest.mark.parametrize(("ordered", "before", "asked", "why"), REFUSED.values(), ids=REFUSED)
def test_no_more_goes_back_than_was_paid(ordered, before, asked, why):
    ordered = dict(ordered)
    row = order(*ordered.pop("lines"), **ordered)
    if before:
        back(row, *before)
    gone, charged = went_back(), Order.objects.get().charged_minor
    with pytest.raises(why):
        back(row, *asked.get("parts", ()), postage=asked.get("postage", 0))
    assert (went_back(), Order.objects.get().charged_minor) == (gone, charged)


def test_the_rest_of_a_unit_goes_back_after_a_part_of_it():
    row = order((1, 1000, 0, 230))
    back(row, part("L1", 500))
    back(row, part("L1", 730))
    assert went_back() == 1230


def test_units_that_go_back_one_by_one_come_to_all_of_their_line():
    row = order((3, 4, 2, 0))
    for sums in ([4], [4, 4], [4, 4, 2]):
        back(row, ("L1", 1))
        assert sorted((each.amount_minor for each in Refund.objects.all()), reverse=True) == sums


def test_only_whoever_may_pays_back():
    row = order((1, 100_000, 0, 0))
    with pytest.raises(NotYoursToGrant):
        back(row, ("L1", 1), by=worlds.HELPER)
    assert went_back() == 0


def test_a_reason_is_asked_for():
    row = order(SHIRTS)
    with pytest.raises(InvalidField):
        refund_order(order_id=row.pk, parts=[RefundPart(line="L1", quantity=1)], reason=" ", by=worlds.LEAD, now=MONDAY)
