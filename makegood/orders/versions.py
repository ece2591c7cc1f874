"""Which version of an order a record is, of what stands of it, and what is known of it once it was taken in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from makegood.kit.errors import IdempotencyConflict
from makegood.orders import rules
from makegood.orders.locks import lock_orders
from makegood.orders.merged import End, ends_of, references_of_ends
from makegood.orders.models import Delivery, Order, OrderLine
from makegood.orders.rebasing import Told
from makegood.orders.records import OrderRecord
from makegood.orders.rules import Version, VersionRelation

# What may follow or be said otherwise without being another content of the same version.
APART = {"parcels", "paid", "cancelled_at", "version_at", "deliver_by_reason"}


def digest_of(record: OrderRecord) -> str:
    """What stands of a version of an order once it is taken in; parcels, tenders and cancellation may follow."""
    return hashlib.sha256(record.model_dump_json(exclude=APART).encode()).hexdigest()


def whole_digest_of(record: OrderRecord) -> str:
    """All that a record says."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrders:
    """What stands of the orders that `records` tell of: `known`, by reference and held, and which records are `news`.

    `news` holds each with its place; whoever is left out was taken in just so before. `ends` says of those that were
    merged here what they are part of now, by their references, and is held too.
    """

    records: Sequence[OrderRecord]
    known: Mapping[str, Order]
    news: Sequence[tuple[int, OrderRecord]]
    ends: Mapping[str, End]

    @property
    def told_again(self) -> list[int]:
        """The ids of the known orders of which something else is told now, and of what they are part of."""
        told = [record.id for _, record in self.news if record.id in self.known]
        ids = [self.known[reference].pk for reference in told]
        return list(dict.fromkeys([*ids, *(self.ends[each].order.pk for each in told if each in self.ends)]))


def lock_standing(records: Sequence[OrderRecord]) -> StandingOrders:
    """What stands of these orders, in the caller's transaction."""
    told = {record.id for record in records}
    held = {order.reference: order for order in lock_orders(told | references_of_ends(told))}
    known = {reference: order for reference, order in held.items() if reference in told}
    news = [
        (index, record)
        for index, record in enumerate(records)
        if record.id not in known or known[record.id].taken_digest != whole_digest_of(record)
    ]
    ends = ends_of([each for each in known.values() if each.merged_into_id is not None], held.values())
    return StandingOrders(records=records, known=known, news=news, ends=ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An order taken in whose parcels may be news: `index` is its record's place among those that came.

    `boxes` are the deliveries made for its parcels where it is new, by the parcels' ids; `turn` says which version the
    record is where it is not.

    `told` is what its shop says of lines that may have been cancelled here, and `names` what each is called in the
    order, both by the shop's names; both are empty where nothing was changed here.
    """

    index: int
    order: Order
    record: OrderRecord
    lines: Mapping[str, OrderLine]
    boxes: Mapping[str | None, Delivery] = field(default_factory=dict)
    turn: VersionRelation | None
    is_changed: bool = False
    told: Mapping[str, Told] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.turn is None


def turn_of(order: Order, record: OrderRecord) -> VersionRelation:
    """Which version of a known order a record is.

    Raises:
        IdempotencyConflict: the same version, or one without an instant, says something else than before.
    """
    standing = Version(at=order.version_at, digest=order.digest)
    turn = rules.relation_of(standing=standing, told=Version(at=record.version_at, digest=digest_of(record)))
    if turn is VersionRelation.SAME and record.version_at and paid_of(record) not in (None, order.paid):
        raise IdempotencyConflict("this very version_at is known with other tenders; a change has a later one")
    return turn


def paid_of(record: OrderRecord) -> list[dict[str, object]] | None:
    """How an order was paid, as it is kept."""
    return None if record.paid is None else [tender.as_told() for tender in record.paid]
