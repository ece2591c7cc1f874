"""How orders and the units of their deliveries are locked."""

from collections.abc import Collection

from makegood.kit.locks import locked
from makegood.orders.models import Delivery, DeliveryUnits, Order


def lock_orders(references: Collection[str]) -> list[Order]:
    """Those orders of these references that exist, with their customers."""
    return list(locked(Order.objects.filter(reference__in=references).prefetch_related("customer")))


def lock_units(delivery: Delivery) -> list[DeliveryUnits]:
    """The units of one delivery."""
    return list(locked(DeliveryUnits.objects.filter(delivery=delivery)))
