"""Credits that we gave end on their day, once, and what was left of them is ours again."""

import pytest

from makegood import wiring
from makegood.kit import clock
from makegood.money.accounts import Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.queries import balance
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.payments.facts import CreditExpired
from makegood.payments.models import Tender
from makegood.payments.queries import balance_account, held_by, open_credits
from makegood.payments.receiving import spend
from makegood.payments.sweeping import next_due_at, sweep
from tests import worlds
from tests.payments.gateways import usd
from tests.worlds import DAY, MONDAY, facts

pytestmark = pytest.mark.usefixtures("shop")
GOODWILL = Account(AccountKind.GOODWILL)


def credit(reference="c1", *, minor=1000, expires_at=MONDAY + DAY):
    ada = worlds.customer()
    tender = Tender.objects.create(
        customer=ada, reference=reference, kind="store_credit", currency="USD", expires_at=expires_at
    )
    book(
        customer_id=ada.pk,
        kind=TransferKind.CREDIT_GIVEN,
        key=reference,
        legs=[Leg(debit=GOODWILL, credit=balance_account(tender), amount=usd(minor))],
        at=MONDAY,
    )
    return tender


def given(tender):
    """What goodwill has cost us."""
    return balance(GOODWILL, "USD", customer_id=tender.customer_id).amount_minor


def test_what_was_not_spent_in_time_is_ours_again_and_only_once():
    tender = credit()
    spend(tender, usd(300), key="s1", now=MONDAY)
    assert (next_due_at(), sweep(MONDAY), given(tender)) == (MONDAY + DAY, 0, 1000)
    assert [sweep(MONDAY + DAY), sweep(MONDAY + DAY)] == [1, 0]
    tender.refresh_from_db()
    assert (tender.closed_at, given(tender)) == (MONDAY + DAY, 300)
    assert held_by([tender])[tender.pk] == Money(amount_minor=0, currency="USD")
    assert open_credits(customer_id=tender.customer_id, currency="USD", now=MONDAY) == []
    assert facts(CreditExpired) == [CreditExpired(customer_id=tender.customer_id, tender_id=tender.pk)]
    assert next_due_at() is None


def test_what_holds_nothing_ends_and_what_never_expires_stays():
    spent, for_ever = credit("c1"), credit("c2", expires_at=None)
    spend(spent, usd(1000), key="s1", now=MONDAY)
    assert sweep(MONDAY + DAY) == 1
    assert held_by([for_ever])[for_ever.pk] == usd(1000)


def test_a_limit_leaves_the_rest_for_the_next():
    for number in range(3):
        credit(f"c{number}", expires_at=MONDAY + number * DAY)
    assert [sweep(MONDAY + 9 * DAY, 2), sweep(MONDAY + 9 * DAY, 2)] == [2, 1]


def test_the_shops_sweep_looks_after_them():
    tender = credit()
    clock.freeze(MONDAY + DAY)
    assert wiring.next_due() <= MONDAY + DAY
    worlds.settle()
    tender.refresh_from_db()
    assert tender.closed_at == MONDAY + DAY
