"""What a kind of change is, and what several of them do alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from makegood.changes.rules.values import ChangeRequest, LineNow, OrderNow, Outcome, Shop, Sold, Units
from makegood.kit.errors import InvalidField
from makegood.policies.rules.values import ChangeKind


class Kind(Protocol):
    """A kind of change. One that `waits_for_goods` changes nothing until they are back; one that `pays_otherwise`
    leaves the order as it is, and has the tender that is named pay for it.
    """

    kind: ChangeKind
    waits_for_goods: bool = False
    pays_otherwise: bool = False

    def outcome(self, order: OrderNow, request: ChangeRequest, shop: Shop) -> Outcome:
        """What it makes of the order.

        Raises:
            InvalidField: the request names what is not there, or what can't be changed so.
        """

    def once_back(self, order: OrderNow, units: Sequence[Mapping[str, Any]]) -> OrderNow:
        """What it makes of the order once the goods are here, by what was asked (`OrderChange.request`)."""
        return order


def chosen(order: OrderNow, units: Sequence[Units], *, of: str) -> list[tuple[int, LineNow, Units]]:
    """The units that a request names, each with its line, and its place in the request: each line once.

    `of`: the field of a line that says how many of it there are to choose from.

    Raises:
        InvalidField: there are not that many, or a line is named twice.
    """
    found: list[tuple[int, LineNow, Units]] = []
    for place, each in enumerate(units):
        line = order.line(each.line, field=f"units.{place}.line")
        there: int = getattr(line, of)
        if any(known.reference == each.line for _, known, _ in found):
            raise InvalidField(f"units.{place}.line", f"line {each.line} is named twice; give each line once")
        if each.quantity > there:
            raise InvalidField(f"units.{place}.quantity", f"{there} of line {each.line} can be changed so")
        found.append((place, line, each))
    return found


def all_open(order: OrderNow) -> tuple[Units, ...]:
    return tuple(Units(line=line.reference, quantity=line.open_quantity) for line in order.lines if line.open_quantity)


def with_lines(order: OrderNow, lines: Sequence[LineNow]) -> OrderNow:
    """The order with these lines; those of which nothing is left are gone."""
    return replace(order, lines=tuple(line for line in lines if line.quantity))


def in_its_place(part: LineNow, sold: Sold, *, reference: str) -> LineNow:
    """What takes the place of some units at today's price: it keeps their discount, and is taxed at their rate."""
    gross = sold.price_minor * part.quantity
    discount = min(part.discount_minor, gross)
    was = part.unit_price_minor * part.quantity - part.discount_minor
    tax = _scaled(part.tax_minor, gross - discount, was) if was > 0 else part.tax_minor
    return replace(
        part,
        reference=reference,
        sku=sold.sku,
        title=sold.title,
        family=sold.family,
        unit_price_minor=sold.price_minor,
        discount_minor=discount,
        tax_minor=tax,
    )


def _scaled(minor: int, by: int, of: int) -> int:
    """`minor * by / of`, half a cent rounded away from zero, in whole numbers."""
    return (2 * minor * by + of) // (2 * of)


def free_reference(order: OrderNow, wanted: str) -> str:
    """`wanted`, or what it becomes where a line is called so already."""
    taken = {line.reference for line in order.lines}
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
