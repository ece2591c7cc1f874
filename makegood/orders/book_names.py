"""What the shop calls the customers, orders and receipts that the books are about."""

from collections.abc import Mapping

from makegood.customers.queries import references_of
from makegood.orders.models import Order
from makegood.payments.models import Receipt, Refund


def names_in_books(customer_id: int) -> Mapping[str, Mapping[str, str]]:
    """By the keys, or the beginnings of the keys, of a customer's transfers, and under "customer" who that is."""
    found: dict[str, dict[str, str]] = {}
    if customer := references_of([customer_id]).get(customer_id):
        found["customer"] = {"customer": customer}
    for pk, reference in Order.objects.filter(customer_id=customer_id).values_list("id", "reference"):
        found[f"order:{pk}"] = {"order": reference}
    receipts = Receipt.objects.filter(customer_id=customer_id)
    called = {row.pk: row.reference or row.label or str(row.pk) for row in receipts}
    found |= {f"receipt:{pk}": {"receipt": name} for pk, name in called.items()}
    for key, receipt_id in Refund.objects.filter(customer_id=customer_id).values_list("key", "receipt_id"):
        found.setdefault(f"refund:{key}", {"receipt": called[receipt_id]})
    return found
