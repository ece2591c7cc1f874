"""Orders with everything a customer's page tells of them, read in the same few queries however many they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from makegood.cases.rules import SubjectKind
from makegood.cases.subjects import heard_of
from makegood.orders.models import Delivery, Order, OrderChange
from makegood.orders.queries import changes_of_orders, deliveries_of_orders, let_go_of_orders, merged_into
from makegood.orders.words import address_words
from makegood.parcels.models import Dispatch, DispatchState, Parcel
from makegood.parcels.queries import (
    dispatches_of_orders,
    first_of_all,
    is_called_delivered,
    parcels_of_orders,
    rests_of,
    short_among,
)
from makegood.parcels.rules.verdicts import NOT_SHIPPED, Verdict
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseState
from makegood.remedies.models import Grant, GrantUnits
from makegood.remedies.queries import grants_of_orders, made_good_of_orders
from makegood.remedies.refunds import RefundSeen, refunds_of_orders
from makegood.remedies.rules.trouble import DeliveryCondition
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySeen:
    """One delivery: its box, if it has one, and what of it was made good.

    `again_called_off`: what was to be sent in its place was cancelled.
    """

    delivery: Delivery
    parcel: Parcel | None
    dispatch: Dispatch | None
    made_good: tuple[GrantUnits, ...]
    condition: DeliveryCondition
    again_called_off: bool
    # Whether something else of its order has left, and whether it goes in the place of what never left.
    is_part: bool = False
    is_first: bool = False

    @property
    def order_reference(self) -> str:
        return self.delivery.order.reference

    @property
    def promise(self) -> Promise:
        return self.delivery.promise

    @property
    def is_replacement(self) -> bool:
        return self.delivery.is_replacement and not self.is_first

    @property
    def is_unheard(self) -> bool:
        """Whether it should have come by now, and nobody has told us whether it did."""
        return self.condition.awaits_news and self.promise.due_at <= self.condition.now

    @property
    def goes_anew(self) -> Dispatch | None:
        """What is still to be packed of what we send again: where it goes can be put right."""
        is_waiting = self.dispatch is not None and self.dispatch.state == DispatchState.REQUESTED
        return self.dispatch if is_waiting and not self.condition.is_called_off else None

    @property
    def state(self) -> str:
        """The verdict's word, or that nothing has left."""
        return self.parcel.estimate.verdict if self.parcel else NOT_SHIPPED

    @property
    def is_short(self) -> bool:
        return self.condition.is_short

    @property
    def called_delivered(self) -> bool:
        """Whether the carrier says that it was delivered."""
        return self.parcel is not None and is_called_delivered(self.parcel)

    @property
    def probability_percent(self) -> int:
        """How sure we are of that; of what has not left, not at all."""
        return self.parcel.estimate.probability_percent if self.parcel else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One order with its deliveries, what was granted and owed, and what we told."""

    order: Order
    deliveries: tuple[DeliverySeen, ...]
    grants: tuple[Grant, ...]
    refunds: tuple[RefundSeen, ...]
    # What was promised for them before another delivery took its place.
    let_go: tuple[Delivery, ...]
    # What was changed of it here, in order.
    changes: tuple[OrderChange, ...]
    # When the customer heard which news of its deliveries, and of those.
    heard: tuple[Mapping[NewsKind, datetime], ...]
    # The orders of theirs that travel with it.
    with_it: tuple[Order, ...]
    now: datetime

    @property
    def troubled(self) -> list[DeliverySeen]:
        return [each for each in self.deliveries if each.condition.is_in_trouble]

    @property
    def is_called_off(self) -> bool:
        """Whether it was cancelled, and nothing of it comes all the same."""
        return self.order.cancelled_at is not None and not any(each.promise.is_owed for each in self.alive)

    @property
    def alive(self) -> list[DeliverySeen]:
        """What the customer still counts on or has: without what was made good in another way."""
        return [each for each in self.deliveries if not each.condition.is_made_good]

    @property
    def destinations(self) -> tuple[str, ...]:
        """Where what the customer counts on goes, or went."""
        if self.is_called_off:
            return ()
        rows = [each.delivery for each in self.alive]
        places = [{"name": each.name, "lines": each.address_lines, "postcode": each.postcode} for each in rows]
        return tuple(dict.fromkeys(address_words(each, with_name=True) for each in places))

    @property
    def zone(self) -> str:
        """The destination's zone, whose days the page tells."""
        return self.deliveries[0].delivery.zone if self.deliveries else "UTC"

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.order.lines.all()) + self.order.postage_minor


def load_order_view(orders: Iterable[Order], *, now: datetime) -> list[OrderView]:
    """Orders of one customer, in the order given."""
    rows = list(orders)
    ids = [order.pk for order in rows]
    if not rows:
        return []
    granted = grants_of_orders(ids)
    deliveries = _deliveries(ids, parcels_of_orders(ids), granted, now=now)
    grants = _grouped(granted, by=lambda grant: grant.order_id)
    refunds = refunds_of_orders(ids)
    let_go = _grouped(let_go_of_orders(ids), by=lambda delivery: delivery.order_id)
    changes = _grouped(changes_of_orders(ids), by=lambda change: change.order_id)
    with_it = _grouped(merged_into(ids), by=lambda order: order.merged_into_id or 0)
    told = [each.delivery.pk for found in deliveries.values() for each in found]
    heard = heard_of(SubjectKind.DELIVERY, [*told, *(each.pk for found in let_go.values() for each in found)])
    return [
        OrderView(
            order=order,
            deliveries=tuple(deliveries[order.pk]),
            grants=tuple(grants[order.pk]),
            refunds=tuple(refunds.get(order.pk, ())),
            let_go=tuple(let_go[order.pk]),
            changes=tuple(changes[order.pk]),
            with_it=tuple(with_it[order.pk]),
            heard=tuple(
                heard.get(each.pk, {})
                for each in (*let_go[order.pk], *(seen.delivery for seen in deliveries[order.pk]))
            ),
            now=now,
        )
        for order in rows
    ]


def _deliveries(
    ids: Sequence[int], parcels: Sequence[Parcel], granted: Iterable[Grant], *, now: datetime
) -> dict[int, list[DeliverySeen]]:
    boxes = {parcel.delivery_id: parcel for parcel in parcels}
    left = rests_of(parcels)
    dispatches = {dispatch.delivery_id: dispatch for dispatch in dispatches_of_orders(ids)}
    rows = list(deliveries_of_orders(ids))
    # What was cancelled because something else takes its place was not called off.
    replaced = {each.pk for each in rows if each.promise.made_good_at is not None}
    cancelled = {
        each.pk
        for each in dispatches.values()
        if each.state == DispatchState.CANCELLED and each.delivery_id not in replaced
    }
    called_off = {grant.pk for grant in granted if cancelled & {step.dispatch_id for step in grant.steps.all()}}
    made_good = _grouped(made_good_of_orders(ids), by=lambda units: units.lost.delivery_id)
    found: dict[int, list[DeliverySeen]] = defaultdict(list)
    firsts, short = first_of_all(rows), short_among(rows)
    for delivery in rows:
        parcel, units = boxes.get(delivery.pk), made_good[delivery.pk]
        condition = DeliveryCondition(
            promise=PromiseState(delivery.promise.state),
            due_at=delivery.promise.due_at,
            verdict=Verdict(parcel.estimate.verdict) if parcel else None,
            units=sum(unit.quantity for unit in delivery.units.all()),
            made_good=sum(unit.quantity for unit in units),
            now=now,
            was_called_off=delivery.promise.called_off_at is not None,
            at_risk=delivery.promise.at_risk_since is not None,
            awaits_news=delivery.promise.awaits_news,
            is_short=parcel is None and delivery.pk in short,
        )
        found[delivery.order_id].append(
            DeliverySeen(
                delivery=delivery,
                parcel=parcel,
                dispatch=dispatches.get(delivery.pk),
                made_good=tuple(units),
                condition=condition,
                is_first=delivery.pk in firsts,
                is_part=parcel is None
                and delivery.order_id in left
                and (not delivery.is_replacement or delivery.pk in firsts),
                again_called_off=any(unit.grant_id in called_off for unit in units),
            )
        )
    return found


Row = TypeVar("Row")


def _grouped(rows: Iterable[Row], *, by: Callable[[Row], int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[by(row)].append(row)
    return found
