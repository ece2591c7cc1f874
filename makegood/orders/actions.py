"""Taking orders in, new ones and newer versions of known ones, in whatever order they come."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from makegood.catalog.models import Product
from makegood.customers.models import Customer
from makegood.journal.actions import announce
from makegood.kit.bulk import store_new
from makegood.kit.errors import IdempotencyConflict
from makegood.kit.rows import BadRows, RowError, UpsertResult
from makegood.orders import rules
from makegood.orders.charging import charge_new, charge_of, take_told, waive
from makegood.orders.delivering import due_of, groups_of, make_deliveries
from makegood.orders.facts import OrderCancelled, OrderPlaced
from makegood.orders.locks import lock_orders
from makegood.orders.models import Delivery, Order, OrderLine
from makegood.orders.paying import OrderAccount
from makegood.orders.rebasing import WHOLE, rebased, told_of
from makegood.orders.records import OrderRecord
from makegood.orders.rules import Version, VersionRelation
from makegood.orders.settling import (
    OrderSnapshot,
    addresses_told,
    new_line,
    settle,
    snapshots_of,
    stands_against,
    take_addresses,
)
from makegood.promises.actions import call_off


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrders:
    """What stands of the orders that `records` tell of: `known`, by reference and held, and which records are `news`.

    `news` holds each with its place; whoever is left out was taken in just so before.
    """

    records: Sequence[OrderRecord]
    known: Mapping[str, Order]
    news: Sequence[tuple[int, OrderRecord]]

    @property
    def told_again(self) -> list[int]:
        """The ids of the known orders of which something else is told now."""
        return [self.known[record.id].pk for _, record in self.news if record.id in self.known]


def lock_standing(records: Sequence[OrderRecord]) -> StandingOrders:
    """What stands of these orders, in the caller's transaction."""
    known = {order.reference: order for order in lock_orders({record.id for record in records})}
    news = [
        (index, record)
        for index, record in enumerate(records)
        if record.id not in known or known[record.id].taken_digest != whole_digest_of(record)
    ]
    return StandingOrders(records=records, known=known, news=news)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An order taken in whose parcels may be news: `index` is its record's place among those that came.

    `boxes` are the deliveries made for its parcels where it is new, by the parcels' ids; `turn` says which version the
    record is where it is not.
    """

    index: int
    order: Order
    record: OrderRecord
    lines: Mapping[str, OrderLine]
    boxes: Mapping[str | None, Delivery] = field(default_factory=dict)
    turn: VersionRelation | None
    is_changed: bool = False

    @property
    def is_new(self) -> bool:
        return self.turn is None


def put_orders(
    standing: StandingOrders, *, packed: Collection[int], now: datetime, history_before: datetime | None = None
) -> tuple[UpsertResult, list[Known]]:
    """Take orders in, each with one delivery for every parcel it names and one for the units that are in none.

    Of a known order the newest version stands; `packed` are its deliveries that have a parcel. Each order comes once.
    A new one that was placed before `history_before`, or is over in another way, is history. In the caller's
    transaction, which has locked what stands.

    Raises:
        BadRows: an unknown customer or product, a version with other content, or a change of what has left.
    """
    products, customers = _refuse_bad(standing, now=now)
    fresh = [(index, record) for index, record in standing.news if record.id not in standing.known]
    made = _make(fresh, products, customers, now=now, history_before=history_before)
    old = [(index, record) for index, record in standing.news if record.id in standing.known]
    settled = _settle_all(old, standing.known, products, packed=packed, now=now)
    _remember([*made, *settled])
    changed = [each.record.id for each in settled if each.is_changed]
    taken = UpsertResult.of(len(standing.records), new=[each.record.id for each in made], changed=changed)
    return taken, sorted([*made, *settled], key=lambda each: each.index)


_AHEAD = "it lies in the future, and can't have happened yet"
# What may follow or be said otherwise without being another content of the same version.
APART = {"parcels", "paid", "cancelled_at", "version_at", "deliver_by_reason"}


def digest_of(record: OrderRecord) -> str:
    """What stands of a version of an order once it is taken in; parcels, tenders and cancellation may follow."""
    return hashlib.sha256(record.model_dump_json(exclude=APART).encode()).hexdigest()


def whole_digest_of(record: OrderRecord) -> str:
    """All that a record says."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()


def _refuse_bad(standing: StandingOrders, *, now: datetime) -> tuple[dict[str, Product], dict[str, Customer]]:
    """The products and customers of what is news."""
    news, known = standing.news, standing.known
    customers = {c.reference: c for c in Customer.objects.filter(reference__in={r.customer for _, r in news})}
    skus = {line.sku for _, record in news for line in record.lines}
    products = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    errors = []
    seen: set[str] = set()
    for index, record in enumerate(standing.records):
        if record.id in seen:
            reason = f"order {record.id} comes twice; say with version_at which is newer"
            errors.append(RowError(index=index, field="id", reason=reason))
        seen.add(record.id)
    for index, record in news:
        if record.id in known and (merged_into := known[record.id].merged_into) is not None:
            into = merged_into.reference
            reason = f"order {record.id} was merged into {into} here; tell of {into} instead"
            errors.append(RowError(index=index, field="id", reason=reason))
        if record.customer not in customers:
            reason = f"{record.customer!r} is unknown; import the customer first"
            errors.append(RowError(index=index, field="customer", reason=reason))
        errors += [
            RowError(index=index, field=f"lines.{place}.sku", reason=f"{line.sku!r} is unknown; import it first")
            for place, line in enumerate(record.lines)
            if line.sku not in products
        ]
        errors += [RowError(index=index, field=named, reason=_AHEAD) for named in _ahead(record, now)]
        try:
            if record.id in known:
                _turn(known[record.id], record)
        except IdempotencyConflict as bad:
            field = "id" if record.version_at is None else "version_at"
            errors.append(RowError(index=index, field=field, reason=f"order {record.id}: {bad}"))
    if errors:
        raise BadRows(sorted(errors, key=lambda error: error.index))
    return products, customers


def _ahead(record: OrderRecord, now: datetime) -> Iterator[str]:
    """Which instants of what has happened lie ahead; a day is forgiven, since clocks and zones are told wrongly."""
    latest = now + timedelta(days=1)
    if record.placed_at > latest:
        yield "placed_at"
    for index, parcel in enumerate(record.parcels):
        if parcel.delivered_at and parcel.delivered_at > latest:
            yield f"parcels.{index}.delivered_at"


def _turn(order: Order, record: OrderRecord) -> VersionRelation:
    standing = Version(at=order.version_at, digest=order.digest)
    turn = rules.relation_of(standing=standing, told=Version(at=record.version_at, digest=digest_of(record)))
    if turn is VersionRelation.SAME and record.version_at and _paid(record) not in (None, order.paid):
        raise IdempotencyConflict("this very version_at is known with other tenders; a change has a later one")
    return turn


def _paid(record: OrderRecord) -> list[dict[str, object]] | None:
    return None if record.paid is None else [tender.as_told() for tender in record.paid]


def _make(
    fresh: Sequence[tuple[int, OrderRecord]],
    products: Mapping[str, Product],
    customers: Mapping[str, Customer],
    *,
    now: datetime,
    history_before: datetime | None,
) -> list[Known]:
    orders = [
        _order(
            record, customers[record.customer], history_since=now if _is_history(record, history_before, now) else None
        )
        for _, record in fresh
    ]
    store_new(orders)
    rows = [
        new_line(order, each, products, discount_minor=discounts[each.id])
        for order, (_, record) in zip(orders, fresh, strict=True)
        for discounts in (record.discounts(),)
        for each in record.lines
    ]
    store_new(rows)
    lines_of: dict[int, dict[str, OrderLine]] = {order.pk: {} for order in orders}
    for line in rows:
        lines_of[line.order_id][line.reference] = line
    groups = [group for order, (_, record) in zip(orders, fresh, strict=True) for group in groups_of(order, record)]
    boxes = make_deliveries(groups, lines_of, now=now)
    charge_new({order.pk: (order, list(lines_of[order.pk].values())) for order in orders}, now=now)
    announce([OrderPlaced(customer_id=order.customer_id, order_id=order.pk) for order in orders], now=now)
    return [
        Known(index=index, order=o, record=r, lines=lines_of[o.pk], boxes=boxes[o.pk], turn=None)
        for o, (index, r) in zip(orders, fresh, strict=True)
    ]


def _is_history(record: OrderRecord, before: datetime | None, now: datetime) -> bool:
    signs = [due_of(record, record.ship_to)]
    signs += [at for parcel in record.parcels for at in (parcel.label_at, parcel.delivered_at) if at]
    return rules.is_history(placed_at=record.placed_at, signs=signs, before=before, now=now)


def _order(record: OrderRecord, customer: Customer, *, history_since: datetime | None) -> Order:
    return Order(
        reference=record.id,
        customer=customer,
        placed_at=record.placed_at,
        currency=record.currency,
        postage_minor=record.postage_minor,
        postage_tax_minor=record.postage_tax_minor,
        paid=_paid(record),
        ship_to=record.ship_to.model_dump(),
        parcel_addresses=addresses_told(record),
        version_at=record.version_at,
        history_since=history_since,
        digest=digest_of(record),
        taken_digest=whole_digest_of(record),
    )


def _settle_all(
    old: Sequence[tuple[int, OrderRecord]],
    known: Mapping[str, Order],
    products: Mapping[str, Product],
    *,
    packed: Collection[int],
    now: datetime,
) -> list[Known]:
    """Known orders with what their records change, read and written for all of them together where nothing does."""
    ids = [known[record.id].pk for _, record in old]
    standing = snapshots_of(ids, packed=packed)
    turns = {record.id: _turn(known[record.id], record) for _, record in old}
    stand = {record.id: _upon_changes(standing[record.id], record) for _, record in old}
    rows = [line for each in standing.values() for line in each.lines.values()]
    products = {**{row.product.sku: row.product for row in rows}, **products}
    errors = [
        RowError(index=index, field=field, reason=reason)
        for index, record in old
        if turns[record.id] is VersionRelation.NEWER
        for field, reason in stands_against(standing[record.id], stand[record.id], told=record)
    ]
    if errors:
        raise BadRows(errors)
    found = []
    for index, record in old:
        stands, turn = standing[record.id], turns[record.id]
        is_changed = False
        if turn is VersionRelation.NEWER:
            is_changed = settle(stands, stand[record.id], products=products, digest=digest_of(record), now=now)
            if stands.order.told is not None:
                stands.order.told = told_of(record)
                stands.order.save(update_fields=["told"])
        elif turn is VersionRelation.SAME and record.version_at is None and stands.order.version_at is None:
            is_changed = _take_tenders(stands.order, record, now=now)
        if turn is not VersionRelation.NEWER:
            take_addresses(stands.order, record, turn)
        found.append(
            Known(index=index, order=stands.order, record=record, lines=stands.lines, turn=turn, is_changed=is_changed)
        )
    return found


def _upon_changes(standing: OrderSnapshot, record: OrderRecord) -> OrderRecord:
    """What a version comes to: of an order that was changed here, what its shop tells otherwise than before."""
    order = standing.order
    if order.told is None or order.cancelled_at is not None:
        return record
    whole = {name: getattr(order, name) for name in WHOLE}
    return rebased(record, before=order.told, standing=whole, lines=standing.lines)


def _take_tenders(order: Order, record: OrderRecord, *, now: datetime) -> bool:
    """Whether the tenders of an order that comes without versions are others now."""
    if _paid(record) in (None, order.paid):
        return False
    was_paid, order.paid = order.paid, _paid(record)
    order.save(update_fields=["paid"])
    charge = charge_of(order, order.lines.all())
    take_told(order, before=charge, after=charge, was_paid=was_paid, key=f"told/{uuid4()}", now=now)
    return True


def _remember(taken: Iterable[Known]) -> None:
    """Keep what was taken in, so that the same record again is known at a glance."""
    orders = []
    for each in taken:
        if each.turn in {VersionRelation.NEWER, VersionRelation.SAME}:
            each.order.taken_digest = whole_digest_of(each.record)
            orders.append(each.order)
    Order.objects.bulk_update(orders, ["taken_digest"], batch_size=500)


def cancel_told(known: Sequence[Known], *, now: datetime) -> set[int]:
    """Cancel the orders whose records say so, once what left of them is known; which. Cancelled is cancelled for good:
    whichever version says it, and no later one takes it back.
    """
    return {each.order.pk for each in known if _cancel(each, now=now)}


def _cancel(each: Known, *, now: datetime) -> bool:
    """Whether it was not cancelled before. A version told to a cancelled order promises nothing anew."""
    return cancel_order(each.order, told_at=each.record.cancelled_at, now=now)


def cancel_order(order: Order, *, told_at: datetime | None, now: datetime) -> bool:
    """Let an order be cancelled since then, where somebody says so; whether it was not before. The caller holds it."""
    is_news = order.cancelled_at is None and told_at is not None
    if told_at is not None and (order.cancelled_at is None or told_at < order.cancelled_at):
        order.cancelled_at = told_at
        order.save(update_fields=["cancelled_at"])
    if order.cancelled_at is not None:
        call_off(promise_ids=list(order.deliveries.order_by("id").values_list("promise_id", flat=True)), now=now)
    if is_news:
        waive(OrderAccount.held(order), key="cancelled", now=now)
        announce([OrderCancelled(customer_id=order.customer_id, order_id=order.pk)], now=now)
    return is_news
