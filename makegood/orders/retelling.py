"""Known orders are told again: a newer version settles upon what was changed here, and what was merged is heard of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from makegood.catalog.models import Product
from makegood.kit.rows import BadRows, RowError
from makegood.orders.charging import charge_of, take_told
from makegood.orders.merged import MergedIn, merged_in, rename_in_changes
from makegood.orders.models import Order, OrderLine
from makegood.orders.paying import OrderAccount
from makegood.orders.rebasing import WHOLE, Rebased, Standing, as_packed, rebased, told_of
from makegood.orders.records import OrderRecord
from makegood.orders.rules import VersionRelation
from makegood.orders.settling import OrderSnapshot, settle, snapshots_of, stands_against, take_addresses
from makegood.orders.versions import Known, StandingOrders, digest_of, paid_of, turn_of, whole_digest_of


def settle_known(
    old: Sequence[tuple[int, OrderRecord]],
    known: Mapping[str, Order],
    products: Mapping[str, Product],
    *,
    packed: Collection[int],
    now: datetime,
) -> list[Known]:
    """Known orders with what their records change, read and written for all of them together where nothing does."""
    orders = [known[record.id] for _, record in old]
    standing = snapshots_of(orders, packed=packed)
    rows = [line for each in standing.values() for line in each.lines.values()]
    products = {**{row.product.sku: row.product for row in rows}, **products}
    turns = {record.id: turn_of(known[record.id], record) for _, record in old}
    changed = [order.pk for order in orders if order.changed_at is not None]
    others = merged_in(changed) if changed else {}
    merged = {record.id: _upon_changes(standing[record.id], record, turns[record.id], others) for _, record in old}
    errors = [
        RowError(index=index, field=field, reason=reason)
        for index, record in old
        for stands in (_stands(record, turns[record.id], merged[record.id]),)
        if stands is not None
        for field, reason in stands_against(standing[record.id], stands, told=record)
    ]
    if errors:
        raise BadRows(errors)
    return [
        _settle_one(index, record, standing[record.id], turns[record.id], merged[record.id], products, now=now)
        for index, record in old
    ]


def _settle_one(
    index: int,
    record: OrderRecord,
    standing: OrderSnapshot,
    turn: VersionRelation,
    merged: Rebased | None,
    products: Mapping[str, Product],
    *,
    now: datetime,
) -> Known:
    order = standing.order
    stands, is_changed = _stands(record, turn, merged), False
    if stands is not None:
        is_changed = settle(standing, stands, products=products, digest=digest_of(record), now=now)
    elif turn is VersionRelation.SAME and record.version_at is None and order.version_at is None:
        is_changed = _take_tenders(order, record, now=now)
    if turn is VersionRelation.NEWER:
        order.told = told_of(record) if order.changed_at or record.discount_minor else None
        order.save(update_fields=["told"])
    if order.changed_at is None:
        if stands is None:
            take_addresses(order, record, turn)
        return Known(index=index, order=order, record=record, lines=standing.lines, turn=turn, is_changed=is_changed)
    # The shop may know nothing of what was changed here, and packs by its own word.
    heard = as_packed(record)
    if merged is not None and merged.is_nothing:
        heard = heard.model_copy(update={"cancelled_at": record.cancelled_at or now})
    if stands is None:
        take_addresses(order, heard, turn)
    told = {line["id"]: line for line in told_of(record)["lines"]}
    return Known(
        index=index,
        order=order,
        record=heard,
        lines=standing.lines,
        turn=turn if turn is VersionRelation.NEWER else VersionRelation.OLDER,
        is_changed=is_changed,
        told=told,
        names={line: line for line in told},
    )


def _stands(record: OrderRecord, turn: VersionRelation, merged: Rebased | None) -> OrderRecord | None:
    """What an order is to be made, if anything: what a newer version says, or what it comes to with changes of ours."""
    if merged is not None:
        return None if merged.is_nothing else merged.record
    return record if turn is VersionRelation.NEWER else None


def _upon_changes(
    standing: OrderSnapshot, record: OrderRecord, turn: VersionRelation, others: Mapping[int, Sequence[MergedIn]]
) -> Rebased | None:
    """What a newer version comes to, of an order that was changed here: what its shop tells otherwise than before."""
    order = standing.order
    if order.changed_at is None or order.cancelled_at is not None or turn is not VersionRelation.NEWER:
        return None
    stands = Standing(
        whole={name: getattr(order, name) for name in WHOLE},
        lines=standing.lines,
        settled=standing.settled,
        merged=others[order.pk],
    )
    found = rebased(record, before=order.told or {}, standing=stands)
    if found.renamed:
        standing.rename(found.renamed)
        rename_in_changes(order, found.renamed)
    return found


def _take_tenders(order: Order, record: OrderRecord, *, now: datetime) -> bool:
    """Whether the tenders of an order that comes without versions are others now."""
    if paid_of(record) in (None, order.paid):
        return False
    was_paid, order.paid = order.paid, paid_of(record)
    order.save(update_fields=["paid"])
    charge = charge_of(order, order.lines.all())
    take_told(order, before=charge, after=charge, was_paid=was_paid, key=f"told/{uuid4()}", now=now)
    return True


def take_merged(index: int, record: OrderRecord, standing: StandingOrders, *, now: datetime) -> Known:
    """What is told anew of an order that is part of another: its money pays there, and its parcels carry what is
    there. That it is cancelled says nothing of the other.
    """
    order, end = standing.known[record.id], standing.ends[record.id]
    turn = turn_of(order, record)
    is_changed = False
    if turn is not VersionRelation.OLDER and paid_of(record) not in (None, order.paid):
        # What it was paid with pays for the other now, and is only free to be told otherwise once it doesn't.
        OrderAccount.held(end.order).let_go()
        is_changed = _take_tenders(order, record, now=now)
        OrderAccount.held(end.order).pay(now=now)
    if turn is VersionRelation.NEWER:
        order.version_at = record.version_at
    order.taken_digest = whole_digest_of(record)
    order.save(update_fields=["version_at", "taken_digest"])
    heard = as_packed(record.model_copy(update={"cancelled_at": None}))
    take_addresses(end.order, heard, VersionRelation.OLDER)
    there = {line.reference: line for line in OrderLine.objects.filter(order=end.order)}
    return Known(
        index=index,
        order=end.order,
        record=heard,
        lines={told: there[named] for told, named in end.names.items() if named in there},
        turn=VersionRelation.OLDER,
        is_changed=is_changed,
        told={line["id"]: line for line in told_of(record)["lines"]},
        names=end.names,
    )
