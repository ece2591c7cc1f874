"""What units bring back when they are paid back, to the cent, and to which tenders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from makegood.money.rules import Money, sum_of
from makegood.orders.rules import share_minor
from makegood.remedies.rules.remedy import MadeGood
from makegood.remedies.rules.steps.money_back import MoneyBack
from makegood.remedies.rules.tenders import shared_among
from makegood.remedies.rules.values import LostUnits, Situation, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBack:
    """A step for each tender that gets something back, none where nothing goes back, and what becomes of which units.

    `unpaid`: what these units cost besides, that was never paid, or went back before, and so does not go back.
    """

    steps: tuple[MoneyBack, ...]
    made_good: tuple[MadeGood, ...]
    unpaid: Money | None


def pay_back(situation: Situation, quantities: Mapping[int, int], *, postage: Money | None = None) -> PaidBack:
    """The money for so many of each group (by delivery_units_id), and `postage` besides."""
    back = worth_of(situation.units, quantities)
    wanted = sum_of([*(each.refund for each in back if each.refund), *([postage] if postage else [])])
    if wanted is None:
        return PaidBack(steps=(), made_good=back, unpaid=None)
    return _paid(situation, wanted, back)


def _paid(situation: Situation, wanted: Money, back: Sequence[MadeGood]) -> PaidBack:
    parts = shared_among(wanted, situation.tenders)
    amount = sum_of(part for _, part in parts) or wanted * 0
    steps = tuple(
        MoneyBack(amount=part, by_date=situation.refund_by_date, due_at=situation.refund_due_at, drawn_on=tender)
        for tender, part in parts
    )
    unpaid = wanted - amount
    return PaidBack(steps=steps, made_good=_within(back, amount), unpaid=unpaid if unpaid.amount_minor else None)


def worth_of(units: Sequence[LostUnits], quantities: Mapping[int, int]) -> tuple[MadeGood, ...]:
    """What each group comes to; a line's units one after the other, so that its cents add up."""
    before: dict[int, int] = {}
    found = []
    for unit in sorted(units, key=lambda each: each.delivery_units_id):
        quantity = quantities.get(unit.delivery_units_id, 0)
        if quantity:
            start = before.get(unit.line_id, 0)
            before[unit.line_id] = start + quantity
            found.append(
                MadeGood(
                    delivery_units_id=unit.delivery_units_id,
                    quantity=quantity,
                    treatment=Treatment.REFUNDED,
                    refund=_brought(unit, start, quantity),
                )
            )
    return tuple(found)


def pay_back_less(situation: Situation, less: Money | None) -> PaidBack:
    """The money by which what is sent is worth less than what was ordered."""
    if less is None:
        return PaidBack(steps=(), made_good=(), unpaid=None)
    return _paid(situation, less, ())


def _brought(unit: LostUnits, start: int, quantity: int) -> Money:
    """What so many of a group bring back, `start` units of their line having been counted: less what went back of them
    before.
    """
    found = _of(unit, start + quantity) - _of(unit, start)
    if not unit.less:
        return found
    before_minor = share_minor(total_minor=unit.less.amount_minor, quantity=unit.quantity, count=quantity)
    return replace(found, amount_minor=max(0, found.amount_minor - before_minor))


def _of(unit: LostUnits, quantity: int) -> Money:
    """What so many units of its line bring back; more than there are of it bring no more than all."""
    return unit.refunds[min(quantity, len(unit.refunds) - 1)]


def _within(back: Sequence[MadeGood], amount: Money) -> tuple[MadeGood, ...]:
    """The same units with what they really bring back, one after the other, as long as the amount lasts."""
    found, left = [], amount
    for each in back:
        part = min(each.refund, left) if each.refund else None
        left = left - part if part else left
        found.append(replace(each, refund=part))
    return tuple(found)
