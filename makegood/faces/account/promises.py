"""Every promise we made to a customer, and what became of it."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from makegood.customers.models import Customer
from makegood.faces.account.visitors import for_customers, page
from makegood.kit import clock
from makegood.orders.models import Delivery
from makegood.orders.queries import promised_deliveries
from makegood.promises.models import Promise
from makegood.promises.queries import promises_of
from makegood.promises.rules import PromiseKind, PromiseState
from makegood.standing.queries import standing_of

PROMISES_A_PAGE = 25


@require_GET
@for_customers
def promises(request: HttpRequest, *, customer: Customer) -> HttpResponse:
    """Open, kept, broken and withdrawn, the latest due first."""
    everything = promises_of(customer.pk)
    rows = list(_after(everything, request.GET.get("after", ""))[: PROMISES_A_PAGE + 1])
    shown = rows[:PROMISES_A_PAGE]
    deliveries = promised_deliveries([promise.pk for promise in shown])
    return page(
        request,
        "promises",
        customer=customer,
        promises=[
            (promise, deliveries.get(promise.pk), _zone(promise, deliveries.get(promise.pk), customer))
            for promise in shown
        ],
        standing=standing_of(customer),
        open_count=everything.filter(state=PromiseState.OPEN).count(),
        further=f"{shown[-1].due_at.isoformat()}~{shown[-1].pk}" if len(rows) > PROMISES_A_PAGE else "",
        now=clock.now(),
    )


def _zone(promise: Promise, delivery: Delivery | None, customer: Customer) -> str:
    """Whose clocks a promise goes by: those at the door it was for, or the shop's for money, or the reader's."""
    if delivery is not None:
        return delivery.zone
    return settings.SHOP_ZONE if promise.kind == PromiseKind.REFUND else customer.zone


def _after(rows: QuerySet[Promise], key: str) -> QuerySet[Promise]:
    """The promises that follow the one a key names; all of them where the key says nothing."""
    instant, _, number = key.partition("~")
    try:
        due_at, promise_id = datetime.fromisoformat(instant.replace(" ", "+")), int(number)
    except ValueError:
        return rows
    if due_at.tzinfo is None:
        return rows
    return rows.filter(Q(due_at__lt=due_at) | Q(due_at=due_at, id__lt=promise_id))
