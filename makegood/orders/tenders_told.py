"""What came in for an order as its shop tells it: taken in as receipts, and what is told anew as the difference."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from makegood.money.rules import Money
from makegood.orders.models import Allocation, Order
from makegood.orders.paying import OrderAccount
from makegood.payments.models import Receipt, Tender
from makegood.payments.queries import tenders_named
from makegood.payments.receiving import NewReceipt, learn_payments, name_heard, receive, receive_more


def receipts_told(
    order: Order, paid: list[dict[str, Any]] | None, on_file: Mapping[tuple[int, str], Tender]
) -> list[NewReceipt]:
    """What came in for an order as its shop tells it, each tender once, and of one each payment that it names."""
    if paid is None:
        charged = Money(amount_minor=order.charged_minor, currency=order.currency)
        return [_new_receipt(order, {"tender": "", "label": ""}, charged, None)]
    sums: dict[tuple[str, str, str, str], tuple[dict[str, Any], int]] = {}
    for told in paid:
        name = _name_of(told)
        sums[name] = told, sums.get(name, (told, 0))[1] + told["amount_minor"]
    return [
        _new_receipt(
            order,
            told,
            Money(amount_minor=minor, currency=order.currency),
            on_file.get((order.customer_id, told.get("id") or "")),
        )
        for told, minor in sums.values()
    ]


def _name_of(told: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """What money is known by among that of an order; the same gift card named twice is one."""
    return told.get("id") or "", told["tender"], told["label"], told.get("payment") or ""


def _new_receipt(order: Order, told: Mapping[str, Any], money: Money, tender: Tender | None) -> NewReceipt:
    return NewReceipt(
        customer_id=order.customer_id,
        kind=tender.kind if tender else told["tender"],
        label=(tender.label if tender else "") or told["label"],
        money=money,
        received_at=order.placed_at,
        tender=tender,
        gateway_reference=told.get("payment") or "",
    )


def take_tenders(
    account: OrderAccount, more_minor: int, *, was_paid: list[dict[str, Any]] | None, key: str, now: datetime
) -> None:
    """Let what came in for an order be what its shop says now, where that is other than before; what went back of it
    already stays so, and so does money that was told by itself, under a reference of its own, or with another order.

    Where nobody ever said how it was paid, so much more or less came as it costs now (`more_minor`).
    """
    order = account.order
    told = _read(order, order.paid)
    name_heard(account.of_order(), told)
    there = _told_with(account)
    learn_payments([each for stands in there.values() for each in stands.receipts], told)
    if order.paid is not None:
        told = _less_what_went_back(told, there)
    was = [] if was_paid is None else _less_what_went_back(_read(order, was_paid), there)
    wanted, before = _by_name(told), _by_name(was)
    new = []
    for name in dict.fromkeys([*there, *wanted]):
        stands, by_now, by_then = there.get(name, _Standing()), wanted.get(name, {}), before.get(name, {})
        if name not in there:
            # What it came by may have been put on file since, so that it stands by another name: it came once.
            difference = max(_sum(by_now) - _sum(by_then), 0)
        elif order.paid is None:
            # What came otherwise than unsaid is ours to know.
            difference = more_minor if by_now else 0
        else:
            stands, difference = _difference(stands, by_now, by_then, is_first=was_paid is None)
        parts, more = _spread(stands, by_now, by_then, difference)
        for receipt, part in parts:
            receive_more(receipt, part, key=f"receipt:{receipt.pk}/{key}", now=now)
        new += more
    account.take_in(receive(new, now=now))


_Name = tuple[Tender | None, str, str]
# What is told by one name, by its payments; "" where none is named.
_Payments = dict[str, NewReceipt]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What stands of an order by one name: what was told with just it (`own`), what was told by itself (`apart`), and
    what was told with an order that was merged into it.
    """

    own: list[Receipt] = field(default_factory=list)
    apart: list[Receipt] = field(default_factory=list)
    merged: list[Receipt] = field(default_factory=list)

    @property
    def receipts(self) -> list[Receipt]:
        return [*self.own, *self.apart, *self.merged]


def _read(order: Order, paid: list[dict[str, Any]] | None) -> list[NewReceipt]:
    return receipts_told(order, paid, tenders_named((order.customer_id, each.get("id")) for each in paid or ()))


def _by_name(told: Iterable[NewReceipt]) -> dict[_Name, _Payments]:
    found: dict[_Name, _Payments] = {}
    for each in told:
        payments = found.setdefault((each.tender, each.kind, each.label), {})
        known = payments.get(each.gateway_reference)
        payments[each.gateway_reference] = replace(each, money=each.money + known.money) if known else each
    return found


def _sum(told: _Payments) -> int:
    return sum(each.money.amount_minor for each in told.values())


def _less_what_went_back(told: Sequence[NewReceipt], there: Mapping[_Name, _Standing]) -> list[NewReceipt]:
    """What is told, less what went back under a name that it does not hold: that stays as it came, and is the same
    money under another name; the largest sums bear it.
    """
    names = _by_name(told)
    rows = (each for name, stands in there.items() if name not in names for each in stands.own)
    gone = sum(each.back_minor for each in rows)
    left = [each.money.amount_minor for each in told]
    for place in sorted(range(len(told)), key=lambda place: -left[place]):
        part = min(gone, left[place])
        left[place] -= part
        gone -= part
    return [_only(each, minor) for each, minor in zip(told, left, strict=True)]


def _only(told: NewReceipt, minor: int) -> NewReceipt:
    return replace(told, money=replace(told.money, amount_minor=minor))


def _told_with(account: OrderAccount) -> dict[_Name, _Standing]:
    """What pays for an order, or did, by the names that its shop may tell it under.

    What was told with another order, and only pays for this one, is left out as long as that stands by itself, or its
    shop tells it so.
    """
    rows = account.of_order()
    allocations = Allocation.objects.filter(receipt__in=[each.pk for each in rows if each.reference is None])
    first: dict[int, Order] = {}
    for row in allocations.select_related("order").order_by("id"):
        first.setdefault(row.receipt_id, row.order)
    there: dict[_Name, _Standing] = {}
    for receipt in rows:
        by = first.get(receipt.pk)
        if by is not None and by.pk != account.order.pk and (by.merged_into_id is None or by.is_told_apart):
            continue
        stands = there.setdefault((receipt.tender, receipt.kind, receipt.label), _Standing())
        if by is None:
            stands.apart.append(receipt)
        else:
            (stands.own if by.pk == account.order.pk else stands.merged).append(receipt)
    return there


def _difference(stands: _Standing, told: _Payments, before: _Payments, *, is_first: bool) -> tuple[_Standing, int]:
    """By how much more or less came by a tender, as its shop tells it now beside what it told `before`; and what of
    all that stands is in what it tells now.

    `is_first`: it told nothing before, and what came unsaid is what it tells now.
    """
    came = _worth([*stands.own, *stands.apart])
    of_others = _named_of_others(stands, told)
    now = _sum(told) - _least(of_others, told)
    was = _sum(before) - _least(_named_of_others(stands, before), before)
    if is_first:
        was += _worth(stands.own)
    for receipt in _unnamed_of_others(stands, told, before, left=max(now, was) - came):
        of_others.append(receipt)
        now, was = now - receipt.amount_minor, was - receipt.amount_minor
    counted = replace(stands, merged=of_others)
    if now > was:
        return counted, max(now - came, 0)
    return counted, -min(was - now, max(came - now, 0))


def _named_of_others(stands: _Standing, told: _Payments) -> list[Receipt]:
    """What came with an order that was merged, and is told by a number that nothing else has."""
    taken = {"", *(each.gateway_reference for each in [*stands.own, *stands.apart])}
    return [each for each in stands.merged if each.gateway_reference in told.keys() - taken]


def _unnamed_of_others(stands: _Standing, told: _Payments, before: _Payments, *, left: int) -> Iterable[Receipt]:
    """What came with an order that was merged, and seems to be in what is told of both: so much more is told as that
    whole receipt. Where it is less, just more came for this order.
    """
    named = [*_named_of_others(stands, told), *_named_of_others(stands, before)]
    for receipt in sorted(stands.merged, key=lambda each: -each.amount_minor):
        most = max(_minor(each, receipt.gateway_reference) for each in (told, before))
        if receipt not in named and receipt.amount_minor <= min(left, most):
            left -= receipt.amount_minor
            yield receipt


def _minor(told: _Payments, number: str) -> int:
    """What is told of a payment, or where it is not named, of all that have no number."""
    each = told.get(number) or told.get("")
    return each.money.amount_minor if each else 0


def _least(receipts: Iterable[Receipt], told: _Payments) -> int:
    return sum(min(each.amount_minor, _minor(told, each.gateway_reference)) for each in receipts)


def _worth(receipts: Iterable[Receipt]) -> int:
    return sum(each.amount_minor for each in receipts)


def _spread(
    stands: _Standing, told: _Payments, before: _Payments, difference: int
) -> tuple[list[tuple[Receipt, int]], list[NewReceipt]]:
    """Which receipts the difference is of, so much each, and what came new: a gateway gives each payment back by
    itself, so that it is a receipt by itself, be it that its number is told later than its sum.
    """
    spare, loose = _loose(stands, told, before)
    lacking = [(each, -spare[number]) for number, each in told.items() if number and spare[number] < 0]
    named = min(sum(minor for _, minor in lacking), max(difference, 0) + sum(minor for _, minor in loose))
    parts, new = _take(stands, loose, named - difference), []
    if difference > named:
        lacking.append((told[""], difference - named))
        named = difference
    for each, minor in lacking:
        part = min(minor, named)
        named -= part
        known = next((row for row in stands.own if row.gateway_reference == each.gateway_reference), None)
        if known is not None:
            parts[known.pk] += part
        elif part:
            new.append(_only(each, part))
    return [(each, parts[each.pk]) for each in stands.own if parts[each.pk]], new


def _take(stands: _Standing, loose: Iterable[tuple[Receipt, int]], minor: int) -> Counter[int]:
    """So much less, by the receipts' ids: of what is `loose` first, and never more than is free."""
    parts = Counter[int]()
    for receipt, most in [*loose, *((each, each.free_minor) for each in stands.own)]:
        part = max(min(minor, most, receipt.free_minor + parts[receipt.pk]), 0)
        parts[receipt.pk] -= part
        minor -= part
    return parts


def _loose(stands: _Standing, told: _Payments, before: _Payments) -> tuple[Counter[str], list[tuple[Receipt, int]]]:
    """By how much more is there of each payment than is told of it (below zero: less), and how much of which receipt
    that is, as far as it is free. What is told without a number may be of any payment that is not named.

    A number that the gateway told, and never the shop, is true whatever the shop calls it.
    """
    spare = Counter({number: -each.money.amount_minor for number, each in told.items()})
    for receipt in stands.receipts:
        spare[receipt.gateway_reference if receipt.gateway_reference in told else ""] += receipt.amount_minor
    left, loose = Counter(spare), []
    for receipt in sorted(stands.own, key=lambda each: bool(each.gateway_reference)):
        number = receipt.gateway_reference
        if number and number not in told and number not in before:
            continue
        of = number if number in told else ""
        part = min(left[of], receipt.free_minor)
        if part > 0:
            loose.append((receipt, part))
            left[of] -= part
    return spare, loose
