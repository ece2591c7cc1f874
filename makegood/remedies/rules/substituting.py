"""Something else goes in the place of what can't be sent as it was ordered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from makegood.money.rules import Money
from makegood.orders.rules import share_minor
from makegood.remedies.rules.remedy import MadeGood
from makegood.remedies.rules.sending import Sendable, sendable_of, stock_left
from makegood.remedies.rules.sending_by import ways_to_send
from makegood.remedies.rules.sending_otherwise import as_much_otherwise, is_late
from makegood.remedies.rules.steps.sending import InPlace, Sending
from makegood.remedies.rules.values import LostUnits, Situation, Substitute

Suits = Callable[[LostUnits, Substitute], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentInstead:
    """All of it, as it was ordered where that can be, and else by something else; `less` is what that is worth less
    than what was ordered, of what was paid.
    """

    sendings: tuple[Sending, ...]
    made_good: tuple[MadeGood, ...]
    less: Money | None
    is_late: bool


def is_worth_it(unit: LostUnits, substitute: Substitute) -> bool:
    """Whether it is the same title, and worth what was ordered at least."""
    return substitute.is_edition and substitute.price >= unit.worth


def sent_instead(situation: Situation, suits: Suits) -> Iterator[SentInstead]:
    """Each way to send all of it with substitutes that suit, those that are preferred first; none where all of it can
    be sent as it was ordered, or where some can't be sent at all.
    """
    own = _best_way(situation)
    if not own.left:
        return
    stock = stock_left(situation.stock, own.sendings, situation.units)
    short = [
        replace(unit, quantity=own.left[each])
        for unit in situation.units
        if (each := unit.delivery_units_id) in own.left
    ]
    seen = set()
    for chosen in _choices(short, suits):
        if chosen in seen:
            continue
        seen.add(chosen)
        units = [
            replace(unit, product_id=each.product_id, title=each.title, cost_each=each.cost_each)
            for unit, each in zip(short, chosen, strict=True)
        ]
        way = _best_way(replace(situation, units=tuple(units), stock=stock))
        if not way.left:
            by_units = {unit.delivery_units_id: each for unit, each in zip(short, chosen, strict=True)}
            yield _together(situation, own, way, by_units)


def _best_way(situation: Situation) -> Sendable:
    """As much as can be sent, as we would: what has not left in time for the least, what was lost the soonest."""
    if all(unit.not_left for unit in situation.units):
        return as_much_otherwise(situation, suits=lambda _unit, _route: True)
    return next(ways_to_send(situation), sendable_of(situation, ()))


def _choices(units: Sequence[LostUnits], suits: Suits) -> Iterator[tuple[Substitute, ...]]:
    """A substitute for each of these: the first of each, then the second, as long as one of them has another."""
    each = [[substitute for substitute in unit.substitutes if suits(unit, substitute)] for unit in units]
    if not all(each):
        return
    for number in range(max(len(those) for those in each)):
        yield tuple(those[min(number, len(those) - 1)] for those in each)


def _together(situation: Situation, own: Sendable, way: Sendable, chosen: Mapping[int, Substitute]) -> SentInstead:
    units = {unit.delivery_units_id: unit for unit in situation.units}
    other = [replace(sending, in_place=_in_place(sending, units, chosen)) for sending in way.sendings]
    sendings = tuple(_less_what_was_due(_in_one_box([*own.sendings, *other], units), units))
    less = {each.delivery_units_id: each.less for sending in sendings for each in sending.in_place}
    made_good = sendable_of(situation, sendings).made_good
    total = sum((each.amount_minor for each in less.values()), 0)
    return SentInstead(
        sendings=sendings,
        made_good=made_good,
        less=Money(amount_minor=total, currency=situation.currency) if total else None,
        is_late=is_late(situation, sendable_of(situation, sendings)),
    )


def _in_place(
    sending: Sending, units: Mapping[int, LostUnits], chosen: Mapping[int, Substitute]
) -> tuple[InPlace, ...]:
    return tuple(
        InPlace(
            delivery_units_id=units_id,
            substitute=chosen[units_id],
            less=worth_less(units[units_id], chosen[units_id], quantity),
        )
        for units_id, quantity in sending.units
    )


def worth_less(unit: LostUnits, substitute: Substitute, quantity: int) -> Money:
    """What of their price goes back because something cheaper is sent: the share by which it is worth less, of what
    they cost in the end, discount and tax included; a fraction of a cent is the customer's.
    """
    nothing = substitute.price * 0
    if substitute.price >= unit.worth or not unit.worth.amount_minor:
        return nothing
    paid_minor = _share(unit.refunds[min(unit.quantity, len(unit.refunds) - 1)].amount_minor, unit.quantity, quantity)
    fewer = unit.worth.amount_minor - substitute.price.amount_minor
    less_minor = -(-paid_minor * fewer // unit.worth.amount_minor)
    before = _share(unit.less.amount_minor, unit.quantity, quantity) if unit.less else 0
    return Money(amount_minor=max(0, less_minor - before), currency=substitute.price.currency)


def _share(total_minor: int, whole: int, part: int) -> int:
    return share_minor(total_minor=total_minor, quantity=whole, count=part)


def _in_one_box(sendings: Sequence[Sending], units: Mapping[int, LostUnits]) -> Iterator[Sending]:
    """What goes the same way goes together, unless one line would go as two things."""
    boxes: list[Sending] = []
    for sending in sendings:
        for number, box in enumerate(boxes):
            lines = {units[each].line_id for each, _ in box.units}
            if box.route == sending.route and lines.isdisjoint(units[each].line_id for each, _ in sending.units):
                boxes[number] = replace(
                    box, units=(*box.units, *sending.units), in_place=(*box.in_place, *sending.in_place)
                )
                break
        else:
            boxes.append(sending)
    yield from boxes


def _less_what_was_due(sendings: Iterator[Sending], units: Mapping[int, LostUnits]) -> Iterator[Sending]:
    """What it was to cost to send them anyway is no cost of ours now: of each delivery once."""
    counted: set[int] = set()
    for sending in sendings:
        due = None
        for units_id, _ in sending.units:
            unit = units[units_id]
            known = unit.not_left.postage_due if unit.not_left else None
            if known and unit.delivery_id not in counted and known.currency == sending.route.rate.currency:
                due = due + known if due else known
            counted.add(unit.delivery_id)
        yield replace(sending, postage_due=due)
