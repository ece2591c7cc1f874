"""What a granted remedy does to the books: what goes back, what its order then costs, and what it costs us."""

from collections import Counter
from datetime import datetime

from makegood.money.accounts import Account, AccountKind, Leg
from makegood.money.actions import book, correct
from makegood.money.models import Transfer
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.charging import TakenOff, take_off
from makegood.orders.paying import OrderAccount, repay
from makegood.payments.models import Refund
from makegood.remedies.models import Grant, GrantStep
from makegood.remedies.rules.paying_back import worth_of
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.steps.money_back import MoneyBack
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.values import Situation, Treatment
from makegood.staff.rules import Actor

GOODWILL = Account(AccountKind.GOODWILL)
GOODS_AT_COST, POSTAGE_AT_COST = Account(AccountKind.GOODS_AT_COST), Account(AccountKind.POSTAGE_AT_COST)
SALES = Account(AccountKind.SALES)


def reverse_charge(grant: Grant, remedy: Remedy, situation: Situation, *, now: datetime) -> None:
    """Let the order cost so much less as its units that are paid back did, what was never paid of them included.

    The caller holds the order.
    """
    parts = [TakenOff(line_id=line_id, amount_minor=minor) for line_id, minor in _worth_by_line(remedy, situation)]
    total_minor = sum(part.amount_minor for part in (remedy.refund, remedy.unpaid) if part)
    postage_minor = total_minor - sum(part.amount_minor for part in parts)
    if total_minor:
        take_off(grant.order, parts, postage_minor=postage_minor, key=f"grant/{grant.pk}", now=now)


def _worth_by_line(remedy: Remedy, situation: Situation) -> list[tuple[int, int]]:
    """What each line's units that are paid back come to, and by how much what is sent is worth less, paid or not."""
    line_of = {unit.delivery_units_id: unit.line_id for unit in situation.units}
    quantities = {each.delivery_units_id: each.quantity for each in remedy.treated(Treatment.REFUNDED)}
    found: Counter[int] = Counter()
    for each in worth_of(situation.units, quantities):
        found[line_of[each.delivery_units_id]] += each.refund.amount_minor if each.refund else 0
    for units_id, less in remedy.less_by_units.items():
        found[line_of[units_id]] += less.amount_minor
    return sorted(found.items())


def draw(grant: Grant, step: MoneyBack, *, key: str, by: Actor, now: datetime) -> Refund:
    """Let what a receipt pays for the order go back to where it came from, by the day that is promised.

    The caller holds the order and its customer's receipts.

    Raises:
        NotThatMuch: it pays for less of it.
    """
    account = OrderAccount.held(grant.order)
    receipt = account.release_from(step.drawn_on.receipt_id, step.amount.amount_minor)
    (refund,) = repay(
        grant.order,
        [(receipt, step.amount.amount_minor)],
        key=f"grant:{key}",
        by=str(by),
        now=now,
        due_at=step.due_at,
    )
    return refund


def bear_cost(grant: Grant, sending: Sending, situation: Situation, *, key: str, now: datetime) -> None:
    """Book what we send at our cost, as goodwill: the goods of what was lost, by how much something else is dearer than
    what was ordered, and its way, as far as it was not due.
    """
    nothing = Money(amount_minor=0, currency=grant.currency)
    goods = _lost_at_cost(sending, situation, nothing)
    sums = (
        (GOODS_AT_COST, goods),
        (SALES, sum(sending.given_besides(situation), nothing)),
        (POSTAGE_AT_COST, sending.postage_at_cost),
    )
    legs = [Leg(debit=GOODWILL, credit=account, amount=amount) for account, amount in sums if amount.amount_minor]
    if legs:
        book(customer_id=grant.customer_id, kind=TransferKind.COST_BORNE, key=_cost_key(key), legs=legs, at=now)


def _lost_at_cost(sending: Sending, situation: Situation, nothing: Money) -> Money:
    """What was lost itself; by how much what goes in its place is dearer is booked by its price."""
    units = {unit.delivery_units_id: unit for unit in situation.units}
    lost = [(units[units_id], quantity) for units_id, quantity in sending.units]
    return sum((unit.cost_each * quantity for unit, quantity in lost if unit.not_left is None), nothing)


def turn_cost(step: GrantStep, *, now: datetime) -> None:
    """What was to be sent is not, or is after all: what it costs us is taken back, or stands again."""
    costs = _cost_key(step.key)
    last = Transfer.objects.filter(customer_id=step.customer_id, key__startswith=costs).order_by("-id")
    rows = [each for each in last if each.key == costs or each.key.startswith(f"{costs}/")]
    if rows:
        correct(rows[0], key=f"{costs}/{len(rows)}", at=now)


def _cost_key(key: str) -> str:
    return f"grant:{key}/cost"
