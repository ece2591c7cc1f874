"""Taking places, products, stock and services in; holding and letting go of stock."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from makegood.catalog.locks import lock_held_reservations, lock_reservations_not_shipped, lock_stock, lock_stocks
from makegood.catalog.models import Lane, Place, PostageRate, Product, Service, Stock, StockReservation, Substitute
from makegood.catalog.records import PlaceRecord, PostageRateRecord, ProductRecord, ServiceRecord, StockRecord
from makegood.catalog.rules import DispatchMethod, ReservationState
from makegood.kit import sql
from makegood.kit.bulk import put_rows
from makegood.kit.errors import Conflict, IdempotencyConflict
from makegood.kit.rows import BadRows, RowError, UpsertResult, key_of


class StockShort(Conflict):
    """There are not that many free units any more."""

    slug, title = "stock-short", "There are not that many units any more"

    def __init__(self, *, sku: str, place: str) -> None:
        super().__init__(f"stock: not enough of {sku} is free in {place}; look at the remedies again")


def put_places(records: Sequence[PlaceRecord]) -> UpsertResult:
    """Make each place what its record says; how it is asked to send stays where the record does not say.

    Raises:
        BadRows: a webhook would go out without a secret to sign it.
    """
    with transaction.atomic():
        known = {row.reference: row for row in Place.objects.filter(reference__in={r.id for r in records})}
        wanted = {r.id: r.model_dump(exclude={"id", "dispatch"}) | _way(r, known.get(r.id)) for r in records}
        unsigned = [
            RowError(index=index, field="dispatch.secret", reason="a webhook needs a secret; write whsec_ and base64")
            for index, r in enumerate(records)
            if wanted[r.id]["dispatch_method"] == DispatchMethod.WEBHOOK and not wanted[r.id]["dispatch_secret"]
        ]
        if unsigned:
            raise BadRows(unsigned)
        return put_rows(Place, "reference", wanted)


def _way(record: PlaceRecord, known: Place | None) -> dict[str, str]:
    known = known or Place()
    if record.dispatch is None:
        way, url = known.dispatch_method, known.dispatch_url
    else:
        way, url = record.dispatch.way.value, record.dispatch.url
    given = record.dispatch.secret if record.dispatch else None
    return {"dispatch_method": way, "dispatch_url": url, "dispatch_secret": given or known.dispatch_secret}


def put_products(records: Sequence[ProductRecord]) -> UpsertResult:
    """Make each product what its record says; what stands in for it stays where the record does not say.

    Raises:
        BadRows: what is to stand in for one is neither known nor among them.
    """
    with transaction.atomic():
        taken = put_rows(Product, "sku", {r.sku: r.model_dump(exclude={"sku", "substitutes"}) for r in records})
        changed = _put_substitutes(records)
    return taken + UpsertResult.of(0, changed=[sku for sku in changed if sku not in taken.news])


def _put_substitutes(records: Sequence[ProductRecord]) -> list[str]:
    """The SKUs of those of which something changed."""
    wanted = {r.sku: r.substitutes for r in records if r.substitutes is not None}
    skus = {*wanted, *(each.sku for those in wanted.values() for each in those)}
    ids = dict(Product.objects.filter(sku__in=skus).values_list("sku", "id"))
    unknown = [
        RowError(index=index, field=f"substitutes.{place}.sku", reason=f"{each.sku!r} is unknown; import it first")
        for index, record in enumerate(records)
        for place, each in enumerate(record.substitutes or ())
        if each.sku not in ids
    ]
    if unknown:
        raise BadRows(unknown)
    stands: dict[int, list[tuple[int, str]]] = {ids[sku]: [] for sku in wanted}
    for row in Substitute.objects.filter(product__in=stands).order_by("product_id", "rank"):
        stands[row.product_id].append((row.stands_in_id, row.kind))
    named = {sku: [(ids[each.sku], each.kind.value) for each in those] for sku, those in wanted.items()}
    changed = [sku for sku, those in named.items() if stands[ids[sku]] != those]
    Substitute.objects.filter(product__in=[ids[sku] for sku in changed]).delete()
    Substitute.objects.bulk_create(
        [
            Substitute(product_id=ids[sku], stands_in_id=other, kind=kind, rank=rank)
            for sku in changed
            for rank, (other, kind) in enumerate(named[sku], start=1)
        ],
        batch_size=1000,
    )
    return changed


def put_postage_rates(records: Sequence[PostageRateRecord]) -> UpsertResult:
    """Make what customers pay for a parcel to each country what the records say."""
    wanted = {(r.country, r.currency): r for r in records}
    with transaction.atomic():
        sql.take_turns("put PostageRate")
        known = {
            (row.country, row.currency): row for row in PostageRate.objects.filter(country__in={c for c, _ in wanted})
        }
        new: list[str] = []
        changed: list[str] = []
        for name, record in wanted.items():
            row = known.get(name) or PostageRate(country=name[0], currency=name[1])
            told = record.model_dump(exclude={"country", "currency"})
            if name in known and all(getattr(row, field) == value for field, value in told.items()):
                continue
            for field, value in told.items():
                setattr(row, field, value)
            row.save()
            (changed if name in known else new).append(key_of(*name))
    return UpsertResult.of(len(records), new=new, changed=changed)


def put_services(records: Sequence[ServiceRecord]) -> UpsertResult:
    """Make each service and its lanes what the records say."""
    by_reference = {record.id: record for record in records}
    wanted = {r.id: r.model_dump(exclude={"id", "lanes"}) for r in by_reference.values()}
    with transaction.atomic():
        taken = put_rows(Service, "reference", wanted)
        services = Service.objects.filter(reference__in=by_reference).prefetch_related("lanes")
        moved = [each.reference for each in services if _put_lanes(each, by_reference[each.reference])]
    return taken + UpsertResult.of(0, changed=[reference for reference in moved if reference not in taken.news])


def _put_lanes(service: Service, record: ServiceRecord) -> bool:
    """Whether they changed."""
    wanted = {(x.country, x.rate_minor, x.transit_days) for x in record.lanes}
    if wanted == {(x.country, x.rate_minor, x.transit_days) for x in service.lanes.all()}:
        return False
    service.lanes.all().delete()
    Lane.objects.bulk_create(
        [Lane(service=service, country=c, rate_minor=r, transit_days=t) for c, r, t in sorted(wanted)]
    )
    return True


def put_stock(records: Sequence[StockRecord]) -> UpsertResult:
    """Set how many units lie in each place.

    Raises:
        BadRows: a place or product is unknown, or fewer are counted than are held for customers.
    """
    places = dict(Place.objects.filter(reference__in={r.place for r in records}).values_list("reference", "id"))
    products = dict(Product.objects.filter(sku__in={r.sku for r in records}).values_list("sku", "id"))
    errors = [
        RowError(index=index, field=field, reason=f"{value!r} is unknown; import it first")
        for index, record in enumerate(records)
        for field, value, known in (("place", record.place, places), ("sku", record.sku, products))
        if value not in known
    ]
    if errors:
        raise BadRows(errors)
    wanted = {(places[r.place], products[r.sku]): (index, r.on_hand) for index, r in enumerate(records)}
    with transaction.atomic():
        sql.take_turns("put Stock")
        return _put_counts(wanted, [key_of(record.place, record.sku) for record in records])


def _put_counts(wanted: dict[tuple[int, int], tuple[int, int]], keys: Sequence[str]) -> UpsertResult:
    """`wanted`: each count with the number of its record; `keys`: what the records are called."""
    rows = lock_stocks(place_ids={place for place, _ in wanted}, product_ids={product for _, product in wanted})
    known = {(row.place_id, row.product_id): row for row in rows}
    new, changed, errors = [], [], []
    for key, (index, on_hand) in wanted.items():
        row = known.get(key)
        if row is None:
            new.append(Stock(place_id=key[0], product_id=key[1], on_hand=on_hand))
        elif on_hand < row.held:
            reason = f"{on_hand} is less than the {row.held} held for customers; release those first"
            errors.append(RowError(index=index, field="on_hand", reason=reason))
        elif row.on_hand != on_hand:
            row.on_hand = on_hand
            changed.append(row)
    if errors:
        raise BadRows(errors)
    Stock.objects.bulk_create(new, batch_size=1000)
    Stock.objects.bulk_update(changed, ["on_hand"], batch_size=500)

    def named(rows: Sequence[Stock]) -> list[str]:
        return [keys[wanted[row.place_id, row.product_id][0]] for row in rows]

    return UpsertResult.of(len(wanted), new=named(new), changed=named(changed))


def count_short(*, place_id: int, product_id: int, leaves_free: int = 0) -> int:
    """Who packs finds no more than `leaves_free` units that nobody holds: how many fewer lie there than we counted.

    Where none were ever counted, none are from now on.
    """
    with transaction.atomic():
        sql.take_turns("put Stock")
        Stock.objects.get_or_create(place_id=place_id, product_id=product_id, defaults={"on_hand": 0})
        stock = lock_stock(place_id=place_id, product_id=product_id)
        fewer = max(0, stock.on_hand - stock.held - leaves_free)
        Stock.objects.filter(pk=stock.pk).update(on_hand=F("on_hand") - fewer)
    return fewer


def count_back(*, place_id: int, product_id: int, quantity: int) -> None:
    """So many units lie there after all."""
    with transaction.atomic():
        stock = lock_stock(place_id=place_id, product_id=product_id)
        Stock.objects.filter(pk=stock.pk).update(on_hand=F("on_hand") + quantity)


def reserve_stock(*, key: str, customer_id: int, place_id: int, product_id: int, quantity: int) -> StockReservation:
    """Keep units aside under a customer's `key`; the same key again is the same hold.

    Raises:
        StockShort: not so many are free.
        IdempotencyConflict: the key is known with other content (law 6).
    """
    with transaction.atomic():
        # The lock comes first, so that two calls with one key meet here and not at the unique constraint.
        stock = lock_stock(place_id=place_id, product_id=product_id)
        known = StockReservation.objects.filter(customer_id=customer_id, key=key).first()
        if known:
            if (known.stock_id, known.quantity) != (stock.pk, quantity):
                raise IdempotencyConflict(f"hold {key} is known with other content")
            return known
        if stock.on_hand - stock.held < quantity:
            raise StockShort(sku=stock.product.sku, place=stock.place.name)
        Stock.objects.filter(pk=stock.pk).update(held=F("held") + quantity)
        return StockReservation.objects.create(key=key, customer_id=customer_id, stock=stock, quantity=quantity)


def consume_reservations(reservation_ids: Iterable[int]) -> None:
    """What was held has left, or what was let go left all the same: it is not there any more. Twice is once.

    Where the units that were let go are promised to others by now, as many stay on hand as are held for those: the next
    count puts that right.
    """
    with transaction.atomic():
        for hold in lock_reservations_not_shipped(list(reservation_ids)):
            stock = Stock.objects.filter(pk=hold.stock_id)
            if hold.state == ReservationState.HELD:
                stock.update(held=F("held") - hold.quantity, on_hand=F("on_hand") - hold.quantity)
            else:
                stock.update(on_hand=Greatest(F("on_hand") - hold.quantity, F("held")))
            StockReservation.objects.filter(pk=hold.pk).update(state=ReservationState.SHIPPED)


def release_reservations(reservation_ids: Iterable[int]) -> None:
    """What was held is free again. Twice is once."""
    with transaction.atomic():
        for hold in lock_held_reservations(list(reservation_ids)):
            Stock.objects.filter(pk=hold.stock_id).update(held=F("held") - hold.quantity)
            StockReservation.objects.filter(pk=hold.pk).update(state=ReservationState.RELEASED)
