"""One field finds orders, customers, tracking numbers, money and cases."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from makegood.cases.queries import cases_matching, open_cases_of
from makegood.customers.queries import customers_matching
from makegood.faces.desk.frame import shown
from makegood.faces.desk.inbox import rows_of
from makegood.kit import clock
from makegood.orders.queries import orders_matching
from makegood.parcels.queries import parcels_matching
from makegood.payments.queries import money_matching

LIMIT = 20


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    found = _found(words) if words else {}
    return shown(request, "desk/search.html", {"q": words, "has_found": any(found.values()), **found})


def _found(words: str) -> dict[str, object]:
    orders, parcels = orders_matching(words, limit=LIMIT), parcels_matching(words, limit=LIMIT)
    customers = customers_matching(words, limit=LIMIT)
    concerned = {order.customer_id for order in orders} | {parcel.customer_id for parcel in parcels}
    concerned |= {customer.pk for customer in customers}
    receipts, waiting = money_matching(words, limit=LIMIT)
    concerned |= {receipt.customer_id for receipt in receipts}
    cases = open_cases_of(concerned)
    return {
        "cases": rows_of(cases_matching(words, limit=LIMIT), now=clock.now()),
        "customers": [(customer, cases.get(customer.pk)) for customer in customers],
        "orders": [(order, cases.get(order.customer_id)) for order in orders],
        "receipts": [(receipt, cases.get(receipt.customer_id)) for receipt in receipts],
        "waiting_money": waiting,
        "parcels": [(parcel, cases.get(parcel.customer_id)) for parcel in parcels],
    }
