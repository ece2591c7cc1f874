"""What is locked to take in newer versions of orders, besides the orders themselves."""

from makegood.customers.models import Customer
from makegood.kit.locks import locked
from makegood.orders.models import Allocation, DeliveryUnits, OrderLine
from makegood.orders.records import OrderRecord
from makegood.orders.versions import StandingOrders
from makegood.parcels.models import Parcel, StatusEstimate, UnmatchedScan
from makegood.payments.locks import lock_receipts_of_all


def lock_told_again(standing: StandingOrders) -> None:
    """All that a newer version may pay anew, split, label, hear of or date anew, held until the transaction ends.

    Besides, what the customers of new orders that are not wholly paid have paid us: what is free of it pays for them.
    """
    payers = {each.customer_id for each in standing.known.values() if each.pk in standing.told_again}
    owing = {record.customer for _, record in standing.news if record.id not in standing.known and _owes(record)}
    payers.update(Customer.objects.filter(reference__in=owing).values_list("pk", flat=True))
    lock_receipts_of_all(payers)
    ids = standing.told_again
    if not ids:
        return
    numbers = {parcel.number for _, record in standing.news for parcel in record.parcels}
    for rows in (
        OrderLine.objects.filter(order__in=ids),
        Allocation.objects.filter(order__in=ids),
        DeliveryUnits.objects.filter(delivery__order__in=ids),
        UnmatchedScan.objects.filter(number__in=numbers),
        Parcel.objects.filter(delivery__order__in=ids),
        StatusEstimate.objects.filter(parcel__delivery__order__in=ids),
    ):
        list(locked(rows).values_list("pk"))


def _owes(record: OrderRecord) -> bool:
    """Whether its shop says that not all of it was paid."""
    return record.paid is not None and sum(each.amount_minor for each in record.paid) < record.total_minor
