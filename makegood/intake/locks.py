"""What is locked to take in newer versions of orders, besides the orders themselves."""

from makegood.kit.locks import locked
from makegood.orders.actions import StandingOrders
from makegood.orders.models import DeliveryUnits
from makegood.parcels.models import Parcel, StatusEstimate, UnmatchedScan


def lock_told_again(standing: StandingOrders) -> None:
    """All that a newer version may split, label, hear of or date anew, held until the transaction ends."""
    ids = standing.told_again
    if not ids:
        return
    numbers = {parcel.number for _, record in standing.news for parcel in record.parcels}
    for rows in (
        DeliveryUnits.objects.filter(delivery__order__in=ids),
        UnmatchedScan.objects.filter(number__in=numbers),
        Parcel.objects.filter(delivery__order__in=ids),
        StatusEstimate.objects.filter(parcel__delivery__order__in=ids),
    ):
        list(locked(rows).values_list("pk"))
