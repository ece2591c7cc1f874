"""What units bring back when they are paid back, to the cent."""

from collections.abc import Iterable, Mapping, Sequence

from makegood.money.rules import Money, sum_of
from makegood.remedies.rules.values import LostUnits, MadeGood, MoneyBack, Situation, Treatment


def paid_back(units: Sequence[LostUnits], quantities: Mapping[int, int]) -> tuple[MadeGood, ...]:
    """How many of each group (by delivery_units_id) and how much; a line's units one after the other, so that its
    cents add up.
    """
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
                    refund=unit.refunds[start + quantity] - unit.refunds[start],
                )
            )
    return tuple(found)


def money_back(
    situation: Situation, back: Iterable[MadeGood], *, postage: Money | None = None
) -> tuple[MoneyBack, ...]:
    """The step that pays for these units, and `postage` besides; none where they cost nothing."""
    amounts = [*(each.refund for each in back if each.refund), *([postage] if postage else [])]
    amount = sum_of(amounts)
    if amount is None or not amount.amount_minor:
        return ()
    return (MoneyBack(amount=amount, by_date=situation.refund_by_date, due_at=situation.refund_due_at),)
