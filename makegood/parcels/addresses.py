"""Where deliveries would go if they were sent now."""

from collections.abc import Iterable, Mapping

from makegood.orders.delivering import address_of
from makegood.orders.models import Delivery, Order
from makegood.orders.rules import Address
from makegood.parcels.models import Parcel


def addresses_now(deliveries: Iterable[Delivery]) -> dict[int, Address]:
    """By their ids, as the orders stand: what a newer version says counts for everything that is not sent yet.

    What replaces a parcel goes where that parcel would go now, whatever replaced what in between; where somebody put
    the address of a replacement right, that counts. In as many queries for many deliveries as for one.
    """
    rows = list(deliveries)
    orders = Order.objects.in_bulk({delivery.order_id for delivery in rows})
    every = {each.pk: each for each in Delivery.objects.filter(order__in=orders)}
    parcels = dict(Parcel.objects.filter(delivery__order__in=orders).values_list("delivery_id", "reference"))
    return {each.pk: _address(each, orders[each.order_id], every, parcels) for each in rows}


def _address(delivery: Delivery, order: Order, every: Mapping[int, Delivery], parcels: Mapping[int, str]) -> Address:
    first = delivery
    while first.is_replacement and first.split_from_id is not None:
        if first.address_corrected_at is not None:
            return address_of(first)
        first = every[first.split_from_id]
    own = order.parcel_addresses.get(parcels.get(first.pk, ""), {})
    told = own.get("ship_to") or order.ship_to
    return Address.from_plain(told) if told else address_of(delivery)
