"""Something is wrong: one step from any order."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from makegood.customers.models import Customer
from makegood.faces.account.messages import once, taken_in
from makegood.faces.account.order_view import DeliverySeen, OrderView, load_order_view
from makegood.faces.account.orders import order_or_404
from makegood.faces.account.visitors import for_customers, page
from makegood.kit import clock
from makegood.parcels.actions import say_not_received


@require_http_methods(["GET", "POST"])
@for_customers
def wrong(request: HttpRequest, *, customer: Customer, reference: str) -> HttpResponse:
    """It never came, or something else."""
    row = order_or_404(customer, reference)
    seen = load_order_view([row], now=clock.now())[0]
    if "parcel" in request.POST:
        say_not_received(parcel_id=_parcel_of(seen, request.POST["parcel"]), now=clock.now())
        return redirect(f"/orders/{quote(row.reference, safe='')}?now=believed")
    is_empty = request.method == "POST"
    if is_empty and taken_in(request, customer, order_reference=row.reference):
        return redirect("/messages?now=written")
    return page(
        request,
        "wrong",
        customer=customer,
        status=422 if is_empty else 200,
        order=row,
        seen=seen,
        delivered=_delivered(seen),
        is_empty=is_empty,
        once=once(request),
        asks_about=row.reference,
    )


def _delivered(seen: OrderView) -> list[DeliverySeen]:
    """Boxes that may be missing: the carrier calls them delivered, or we should know by now and have not heard."""
    return [
        each
        for each in seen.deliveries
        if each.parcel and not each.condition.is_made_good and (each.condition.is_delivered or each.is_unheard)
    ]


def _parcel_of(seen: OrderView, given: str) -> int:
    """The parcel pressed, if it is one of this order's.

    Raises:
        Http404: it is not.
    """
    ids = {str(each.parcel.pk): each.parcel.pk for each in seen.deliveries if each.parcel}
    if given not in ids:
        raise Http404
    return ids[given]
