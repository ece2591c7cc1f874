"""What is locked to take in newer versions of orders, besides the orders themselves."""

from makegood.kit.locks import locked
from makegood.orders.actions import StandingOrders
from makegood.orders.models import DeliveryUnits
from makegood.parcels.models import Parcel, StatusEstimate, UnmatchedScan
from makegood.payments.models import Receipt


def lock_told_again(standing: StandingOrders) -> None:
    """All that a newer version may pay, split, label, hear of or date anew, held until the transaction ends."""
    ids = standing.told_again
    if not ids:
        return
    numbers = {parcel.number for _, record in standing.news for parcel in record.parcels}
    customers = {order.customer_id for order in standing.known.values() if order.pk in ids}
    for rows in (
        Receipt.objects.filter(customer__in=customers),
        DeliveryUnits.objects.filter(delivery__order__in=ids),
        UnmatchedScan.objects.filter(number__in=numbers),
        Parcel.objects.filter(delivery__order__in=ids),
        StatusEstimate.objects.filter(parcel__delivery__order__in=ids),
    ):
        list(locked(rows).values_list("pk"))
