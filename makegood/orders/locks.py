"""How orders and the units of their deliveries are locked."""

from collections.abc import Collection

from makegood.kit.locks import locked
from makegood.orders.models import Allocation, Delivery, DeliveryUnits, Order


def lock_orders(references: Collection[str]) -> list[Order]:
    """Those orders of these references that exist, with their customers."""
    return list(locked(Order.objects.filter(reference__in=references).prefetch_related("customer")))


def lock_orders_by_id(ids: Collection[int]) -> list[Order]:
    """These orders."""
    return list(locked(Order.objects.filter(id__in=ids)))


def lock_units(delivery: Delivery) -> list[DeliveryUnits]:
    """The units of one delivery."""
    return list(locked(DeliveryUnits.objects.filter(delivery=delivery)))


def lock_orders_paid_by(receipt_ids: Collection[int]) -> list[Order]:
    """The orders that these receipts pay for."""
    paid = Allocation.objects.filter(receipt__in=receipt_ids, amount_minor__gt=0).values("order_id")
    return list(locked(Order.objects.filter(id__in=paid).prefetch_related("customer")))
