"""What came in for an order as its shop tells it: taken in as receipts, and what is told anew as the difference."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
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
    account: OrderAccount, due_minor: int, *, was_paid: list[dict[str, Any]] | None, key: str, now: datetime
) -> None:
    """Let what came in for an order be what its shop says now, where that is other than before; what went back of it
    already stays so, and so does money that was told by itself, under a reference of its own, or with another order.

    Where nobody ever said how it was paid, so much more or less came as was still `due_minor`.
    """
    order = account.order
    told = _read(order, order.paid)
    name_heard(account.of_order(), told)
    there, own = _told_with(account)
    learn_payments([each for receipts in there.values() for each in receipts], told)
    wanted = _by_name(told)
    was = {} if was_paid is None else _less_what_went_back(_by_name(_read(order, was_paid)), there, own)
    if order.paid is not None:
        wanted = _less_what_went_back(wanted, there, own)
    for name, receipts in there.items():
        same = wanted.pop(name, None)
        if order.paid is None:
            # What came otherwise than unsaid is ours to know.
            difference = due_minor if same else 0
        else:
            unsaid = sum(each.amount_minor for each in receipts if each.pk in own) if was_paid is None else 0
            difference = _difference(receipts, same, was.get(name), unsaid_minor=unsaid)
        for receipt in (each for each in receipts if each.pk in own):
            part = max(difference, -receipt.free_minor)
            if part:
                receive_more(receipt, part, key=f"receipt:{receipt.pk}/{key}", now=now)
            difference -= part
        if difference > 0 and same is not None:
            wanted[name] = replace(same, money=replace(same.money, amount_minor=difference))
    new = [each for each in wanted.values() if each.money.amount_minor]
    account.take_in(receive(new, now=now))


_Name = tuple[Tender | None, str, str]


def _read(order: Order, paid: list[dict[str, Any]] | None) -> list[NewReceipt]:
    return receipts_told(order, paid, tenders_named((order.customer_id, each.get("id")) for each in paid or ()))


def _by_name(told: Iterable[NewReceipt]) -> dict[_Name, NewReceipt]:
    found: dict[_Name, NewReceipt] = {}
    for each in told:
        known = found.get(name := (each.tender, each.kind, each.label))
        found[name] = replace(each, money=each.money + known.money) if known else each
    return found


def _less_what_went_back(
    told: Mapping[_Name, NewReceipt], there: Mapping[_Name, Sequence[Receipt]], own: Collection[int]
) -> dict[_Name, NewReceipt]:
    """What is told, less what went back under a name that it does not hold: that stays as it came, and is the same
    money under another name; the largest sum bears it.
    """
    rows = (each for name, receipts in there.items() if name not in told for each in receipts)
    gone = sum(each.back_minor for each in rows if each.pk in own)
    found = dict(told)
    if gone and found:
        name = max(found, key=lambda each: found[each].money.amount_minor)
        money = found[name].money
        found[name] = replace(found[name], money=replace(money, amount_minor=max(money.amount_minor - gone, 0)))
    return found


def _told_with(account: OrderAccount) -> tuple[dict[_Name, list[Receipt]], set[int]]:
    """What pays for an order, or did, by the names that its shop may tell it under; and which of it was told with just
    this order, so that it can be told otherwise with it.

    What was told with another order, and only pays for this one, is left out as long as that stands by itself.
    """
    rows = account.of_order()
    allocations = Allocation.objects.filter(receipt__in=[each.pk for each in rows if each.reference is None])
    first: dict[int, Order] = {}
    for row in allocations.select_related("order").order_by("id"):
        first.setdefault(row.receipt_id, row.order)
    own = {receipt_id for receipt_id, order in first.items() if order.pk == account.order.pk}
    there: dict[_Name, list[Receipt]] = {}
    for receipt in rows:
        if receipt.pk in own or receipt.reference is not None or first[receipt.pk].merged_into_id is not None:
            there.setdefault((receipt.tender, receipt.kind, receipt.label), []).append(receipt)
    return there, own


def _difference(
    receipts: Iterable[Receipt], told: NewReceipt | None, before: NewReceipt | None, *, unsaid_minor: int
) -> int:
    """By how much more or less came by a tender, as its shop tells it now beside what it told `before`.

    `unsaid_minor`: it told nothing before, and so much that came unsaid is what it tells now.
    """
    came = sum(receipt.amount_minor for receipt in receipts)
    now = told.money.amount_minor if told else 0
    was = (before.money.amount_minor if before else 0) + unsaid_minor
    if now > was:
        return max(now - came, 0)
    return -min(was - now, max(came - now, 0))
