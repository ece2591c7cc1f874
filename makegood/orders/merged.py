"""What shops tell of orders that were merged into others here: what they packed left, and what they took in pays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from makegood.orders.models import Order, OrderChange, OrderLine


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The order that one is part of now, and what its lines are called there, by what they were called before."""

    order: Order
    names: Mapping[str, str]


def references_of_ends(references: Collection[str]) -> set[str]:
    """The orders that these went to, and those that they went to in turn."""
    found: set[str] = set()
    left = set(references)
    while left:
        rows = Order.objects.filter(reference__in=left, merged_into__isnull=False)
        left = set(rows.values_list("merged_into__reference", flat=True)) - found
        found |= left
    return found


def ends_of(orders: Collection[Order], held: Collection[Order]) -> dict[str, End]:
    """Where these orders went that were merged, by their references, in as many queries for any number; only what is
    `held` is an end.
    """
    if not orders:
        return {}
    by_id = {order.pk: order for order in held}
    names_of = _names_of([order.pk for order in held if order.merged_into_id is not None])
    lines: dict[int, list[str]] = {order.pk: [] for order in orders}
    for order_id, line in OrderLine.objects.filter(order__in=lines).values_list("order_id", "reference"):
        lines[order_id].append(line)
    ends = {}
    for order in orders:
        names = {line: line for line in lines[order.pk]}
        at: Order | None = order
        while at is not None and at.merged_into_id is not None:
            renamed = names_of.get(at.pk, {})
            names = {told: renamed.get(named, named) for told, named in names.items()}
            at = by_id.get(at.merged_into_id)
        if at is not None:
            ends[order.reference] = End(order=at, names=names)
    return ends


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedIn:
    """The lines of an order that came from another one; `is_told_apart`: its shop tells that by itself all the same."""

    lines: frozenset[str]
    is_told_apart: bool


def merged_in(order_ids: Collection[int]) -> dict[int, list[MergedIn]]:
    """What came into each of these orders from others."""
    rows = list(Order.objects.filter(merged_into__in=order_ids).order_by("id"))
    names_of = _names_of([order.pk for order in rows]) if rows else {}
    found: dict[int, list[MergedIn]] = {order_id: [] for order_id in order_ids}
    for order in rows:
        lines = frozenset(names_of.get(order.pk, {}).values())
        found[order.merged_into_id or 0].append(MergedIn(lines=lines, is_told_apart=order.is_told_apart))
    return found


def _names_of(order_ids: Collection[int]) -> dict[int, Mapping[str, str]]:
    """What the lines of merged orders are called where they went; of all that became of one the merge was the last."""
    rows = OrderChange.objects.filter(order__in=order_ids, request__has_key="into").order_by("number")
    return {row.order_id: row.request.get("lines", {}) for row in rows}


def rename_in_changes(order: Order, names: Mapping[str, str]) -> None:
    """Let what was asked of lines, and what other orders' lines are called here, name them as they are called now."""
    for change in OrderChange.objects.filter(order=order).order_by("id"):
        asked = [each | {"line": names.get(each["line"], each["line"])} for each in change.request.get("units", ())]
        _rewrite(change, "units", asked)
    for change in OrderChange.objects.filter(order__merged_into=order, request__has_key="into").order_by("id"):
        there = {line: names.get(named, named) for line, named in change.request.get("lines", {}).items()}
        _rewrite(change, "lines", there)


def _rewrite(change: OrderChange, part: str, content: object) -> None:
    if change.request.get(part) != content:
        change.request = change.request | {part: content}
        change.save(update_fields=["request"])
