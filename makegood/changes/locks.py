"""What is locked to change orders."""

from collections.abc import Collection

from makegood.kit.locks import locked
from makegood.orders.locks import lock_orders
from makegood.orders.models import Allocation, DeliveryUnits, Order, OrderLine
from makegood.parcels.models import Parcel
from makegood.payments.locks import lock_receipts_of


def lock_to_change(reference: str, *, also: Collection[str] = ()) -> dict[str, Order]:
    """An order, and others of its customer, by their references, with what pays for them and what they hold, held until
    the transaction ends: whoever packs one of their units, or changes them too, comes before or after.

    One of somebody else's is left out: nobody's orders are looked at, or held, for another.
    """
    owner = Order.objects.filter(reference=reference).values("customer_id")
    theirs = Order.objects.filter(reference__in={reference, *also}, customer_id__in=owner)
    orders = lock_orders(set(theirs.values_list("reference", flat=True)))
    for customer_id, currency in sorted({(order.customer_id, order.currency) for order in orders}):
        lock_receipts_of(customer_id, currency)
    ids = [order.pk for order in orders]
    for rows in (
        OrderLine.objects.filter(order__in=ids),
        Allocation.objects.filter(order__in=ids),
        DeliveryUnits.objects.filter(delivery__order__in=ids),
        Parcel.objects.filter(delivery__order__in=ids),
    ):
        list(locked(rows).values_list("pk"))
    return {order.reference: order for order in orders}
