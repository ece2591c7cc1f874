"""Taking orders in, new ones and newer versions of known ones, in whatever order they come."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from makegood.catalog.models import Product
from makegood.customers.models import Customer
from makegood.journal.actions import announce
from makegood.kit.bulk import store_new
from makegood.kit.errors import IdempotencyConflict
from makegood.kit.rows import BadRows, RowError, UpsertResult
from makegood.orders import rules
from makegood.orders.charging import charge_new, waive
from makegood.orders.delivering import due_of, groups_of, make_deliveries
from makegood.orders.facts import OrderCancelled, OrderPlaced
from makegood.orders.merged import End
from makegood.orders.models import Order, OrderLine
from makegood.orders.paying import OrderAccount
from makegood.orders.rebasing import told_of
from makegood.orders.records import OrderRecord
from makegood.orders.retelling import settle_known, take_merged
from makegood.orders.rules import VersionRelation
from makegood.orders.settling import addresses_told, new_line
from makegood.orders.versions import Known, StandingOrders, digest_of, paid_of, turn_of, whole_digest_of
from makegood.promises.actions import call_off


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
    _note_told_apart(standing)
    alone = [each for each in old if each[1].id not in standing.ends]
    settled = settle_known(alone, standing.known, products, packed=packed, now=now)
    _remember(standing, [*made, *settled])
    settled += [take_merged(*each, standing, now=now) for each in old if each[1].id in standing.ends]
    changed = [each.record.id for each in settled if each.is_changed]
    taken = UpsertResult.of(len(standing.records), new=[each.record.id for each in made], changed=changed)
    return taken, sorted([*made, *settled], key=lambda each: each.index)


def _note_told_apart(standing: StandingOrders) -> None:
    """Keep which merged orders their shop tells by themselves, so that it knows of no merge; one that it cancelled it
    knows of.
    """
    for record in standing.records:
        order, is_apart = standing.known.get(record.id), record.cancelled_at is None
        if order is not None and order.merged_into_id is not None and order.is_told_apart != is_apart:
            order.is_told_apart = is_apart
            order.save(update_fields=["is_told_apart"])


_AHEAD = "it lies in the future, and can't have happened yet"


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
        if record.customer not in customers:
            reason = f"{record.customer!r} is unknown; import the customer first"
            errors.append(RowError(index=index, field="customer", reason=reason))
        errors += [
            RowError(index=index, field=f"lines.{place}.sku", reason=f"{line.sku!r} is unknown; import it first")
            for place, line in enumerate(record.lines)
            if line.sku not in products
        ]
        errors += [RowError(index=index, field=named, reason=_AHEAD) for named in _ahead(record, now)]
        if record.id in known:
            wrong = _against_version(known[record.id], record, standing.ends.get(record.id))
            errors += [RowError(index=index, field=field, reason=reason) for field, reason in wrong]
    if errors:
        raise BadRows(sorted(errors, key=lambda error: error.index))
    return products, customers


def _against_version(order: Order, record: OrderRecord, end: End | None) -> Iterator[tuple[str, str]]:
    """What a known order has against the version of it that is told now."""
    if order.merged_into_id is not None and end is None:
        yield "id", f"order {record.id} is being merged into another at this moment; tell of it again"
        return
    try:
        turn = turn_of(order, record)
    except IdempotencyConflict as bad:
        if end is None or order.digest == digest_of(record):
            yield "id" if record.version_at is None else "version_at", f"order {record.id}: {bad}"
            return
        turn = VersionRelation.NEWER
    if end is not None and turn is VersionRelation.NEWER and order.digest != digest_of(record):
        into = end.order.reference
        yield "id", f"order {record.id} was merged into {into} here; tell of {into} what is otherwise than before"


def _ahead(record: OrderRecord, now: datetime) -> Iterator[str]:
    """Which instants of what has happened lie ahead; a day is forgiven, since clocks and zones are told wrongly."""
    latest = now + timedelta(days=1)
    if record.placed_at > latest:
        yield "placed_at"
    for index, parcel in enumerate(record.parcels):
        if parcel.delivered_at and parcel.delivered_at > latest:
            yield f"parcels.{index}.delivered_at"


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
        paid=paid_of(record),
        ship_to=record.ship_to.model_dump(),
        parcel_addresses=addresses_told(record),
        version_at=record.version_at,
        history_since=history_since,
        told=told_of(record) if record.discount_minor else None,
        digest=digest_of(record),
        taken_digest=whole_digest_of(record),
    )


def _remember(standing: StandingOrders, taken: Iterable[Known]) -> None:
    """Keep what was taken in, so that the same record again is known at a glance."""
    orders = []
    for each in taken:
        if each.turn in {VersionRelation.NEWER, VersionRelation.SAME}:
            each.order.taken_digest = whole_digest_of(standing.records[each.index])
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
