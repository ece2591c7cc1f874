"""Writing what a change makes of an order: its lines, its deliveries, and its money."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from makegood.catalog.models import Product
from makegood.changes.rules.values import OrderNow, Outcome, Units
from makegood.changes.situations import Seen
from makegood.journal.actions import announce
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.charging import Charge, charge_more, charge_of, share_of
from makegood.orders.delivering import drop_delivery, split_delivery
from makegood.orders.facts import OrderChanged
from makegood.orders.models import Order, OrderChange
from makegood.orders.paying import OrderAccount, repay
from makegood.orders.rebasing import told_before
from makegood.orders.records import OrderRecord
from makegood.orders.settling import settle
from makegood.payments.models import Receipt, Tender
from makegood.payments.queries import held_by
from makegood.payments.receiving import spend
from makegood.payments.rules.tenders import rule_of

# Of one instant the shop's word comes first; a change made here is that much later.
LATER = timedelta(microseconds=1)


def write_order(seen: Seen, outcome: Outcome, *, also: Sequence[Seen] = (), by: str, now: datetime) -> None:
    """Make an order what a change `by` somebody makes of it; `also` are those that it takes over. The money is written
    apart.
    """
    if outcome.after.is_cancelled:
        return
    order = seen.order
    by_date = max(each.by_date for one in (seen, *also) for each in one.snapshot.deliveries)
    if order.changed_at is None:
        order.changed_at = now
        order.told = order.told or told_before(seen.now.plain() | {"postage_tax_minor": order.postage_tax_minor})
        order.save(update_fields=["changed_at", "told"])
    record = _record(order, outcome.after, by_date=by_date.isoformat(), now=now)
    products = {row.sku: row for row in Product.objects.filter(sku__in={line.sku for line in record.lines})}
    settle(seen.snapshot, record, products=products, digest=None, by=by, now=now)
    for units in outcome.splits:
        _split(seen, units, now=now)


def _record(order: Order, after: OrderNow, *, by_date: str, now: datetime) -> OrderRecord:
    version_at = now if order.version_at is None else max(now, order.version_at + LATER)
    return OrderRecord.model_validate(
        {
            "id": order.reference,
            "customer": order.customer.reference,
            "placed_at": order.placed_at,
            "currency": order.currency,
            "lines": [{**line, "title": line["title"] or None} for line in after.plain()["lines"]],
            "postage_minor": after.postage_minor,
            "postage_tax_minor": _postage_tax(order, after.postage_minor),
            "ship_to": dict(after.ship_to),
            "deliver_by_date": by_date,
            "version_at": version_at,
        }
    )


def _postage_tax(order: Order, postage_minor: int) -> int:
    """Postage that is worked out anew is taxed at the same rate."""
    return order.postage_tax_minor * postage_minor // order.postage_minor if order.postage_minor else 0


def _split(seen: Seen, units: Units, *, now: datetime) -> None:
    line = seen.snapshot.lines[units.line]
    left = units.quantity
    for delivery in seen.snapshot.rest:
        there = sum(row.quantity for row in delivery.units.all() if row.line_id == line.pk)
        part = min(left, there)
        if part:
            split_delivery(delivery=delivery, units={line.pk: part}, now=now)
            left -= part


def take_over(
    into: Order, other: Seen, change: OrderChange, *, receipts: list[Receipt], now: datetime
) -> list[tuple[Receipt, int]]:
    """Let an order be part of another: nothing of it is sent or charged by itself; what paid for it is free, and
    which.
    """
    order = other.order
    for delivery in other.snapshot.rest:
        drop_delivery(delivery, now=now)
    order.merged_into = into
    account = OrderAccount(order, receipts)
    freed = [(each, account.allocations[each.pk].amount_minor) for each in account.of_order()]
    account.let_go()
    whole = charge_of(order, other.snapshot.lines.values())
    charge = -(whole if whole.total_minor == order.charged_minor else share_of(whole, order.charged_minor))
    charge_more(order, charge, key=f"change/{change.number}", kind=TransferKind.CHARGE_REVERSED, now=now)
    order.save(update_fields=["merged_into", "charged_minor"])
    announce(
        [
            OrderChanged(
                customer_id=order.customer_id,
                order_id=order.pk,
                version_at=now,
                by=change.made_by,
                fields=("merged_into",),
            )
        ],
        now=now,
    )
    return freed


def charge_for(order: Order, difference: Charge, change: OrderChange, *, now: datetime) -> None:
    """Book by how much it costs more or less."""
    kind = TransferKind.CHARGED if difference.total_minor >= 0 else TransferKind.CHARGE_REVERSED
    charge_more(order, difference, key=f"change/{change.number}", kind=kind, now=now)
    order.save(update_fields=["charged_minor"])


def settle_money(
    account: OrderAccount,
    change: OrderChange,
    *,
    tender: Tender | None,
    stays_on_account: bool,
    first: Sequence[tuple[Receipt, int]] = (),
    may_fall_short: bool = False,
    now: datetime,
) -> None:
    """Pay what an order now costs more, or let go back what it costs less.

    More: the tender that was named pays, if we keep its balance; another is the shop's to charge, and until it says so
    the order is due. Before that pays what was freed for it (`first`, so much of each receipt); none named, then what
    is free. Less: it goes to the tender that was named, else back to where it came from; what can't go back the way it
    came stays on the account, and so does all where they want it.

    Raises:
        Insufficient: a balance of ours does not hold so much, and may not fall short.
    """
    freed = [(receipt, minor - account.pay_by(receipt, most=minor)) for receipt, minor in first]
    freed += account.release(prefers=tender)
    if account.due_minor > 0:
        _pay(account, change, tender, may_fall_short=may_fall_short, now=now)
    if freed and not stays_on_account:
        send_back(account.order, _once_each(freed), change, tender=tender, now=now)


def _once_each(freed: Sequence[tuple[Receipt, int]]) -> list[tuple[Receipt, int]]:
    """Each receipt once, with no more than is free of it."""
    found: dict[int, tuple[Receipt, int]] = {}
    for receipt, minor in freed:
        known = found.get(receipt.pk)
        found[receipt.pk] = receipt, min(receipt.free_minor, minor + (known[1] if known else 0))
    return [each for each in found.values() if each[1]]


def _pay(
    account: OrderAccount, change: OrderChange, tender: Tender | None, *, may_fall_short: bool = False, now: datetime
) -> None:
    order = account.order
    if tender is None:
        account.pay(now=now)
    elif rule_of(tender.kind).holds_balance:
        owed = Money(amount_minor=account.due_minor, currency=order.currency)
        if may_fall_short:
            owed = min(owed, held_by([tender])[tender.pk])
        if not owed.amount_minor:
            return
        receipt = spend(tender, owed, key=f"order:{order.pk}/change/{change.number}", now=now)
        account.receipts.append(receipt)
        account.pay_by(receipt)


def send_back(
    order: Order,
    freed: Sequence[tuple[Receipt, int]],
    change: OrderChange,
    *,
    tender: Tender | None,
    now: datetime,
    whatever_it_is: bool = False,
) -> None:
    """Let what is free of these receipts go back; `whatever_it_is`: be it that a person has to find a way."""
    parts = [
        (receipt, minor)
        for receipt, minor in freed
        if tender is not None or whatever_it_is or rule_of(receipt.kind).is_returnable
    ]
    repay(
        order,
        parts,
        key=f"order:{order.pk}/change/{change.number}",
        by=change.made_by,
        now=now,
        to=tender,
        reason=change.reason,
        change=change,
    )


def pay_otherwise(account: OrderAccount, change: OrderChange, tender: Tender, *, now: datetime) -> None:
    """Let another tender pay all that was paid, and what paid before go back to where it came from.

    Raises:
        Insufficient: a balance of ours does not hold so much; the caller's transaction can't go on.
    """
    paid = [(each, account.allocations[each.pk].amount_minor) for each in account.of_order()]
    account.let_go()
    send_back(
        account.order,
        [(receipt, minor) for receipt, minor in paid if minor],
        change,
        tender=None,
        now=now,
        whatever_it_is=True,
    )
    _pay(account, change, tender, now=now)
