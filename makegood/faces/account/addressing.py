"""Where a new parcel goes: shown, and put right by its customer until it is packed."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from makegood.customers.models import Customer
from makegood.faces.account.order_view import load_order_view
from makegood.faces.account.orders import order_or_404, tell
from makegood.faces.account.visitors import for_customers
from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.parcels.correcting import LeftAlready, correct_address

LONGEST = 500


@require_POST
@for_customers
def correct(request: HttpRequest, *, customer: Customer, reference: str) -> HttpResponse:
    """Another door in the same country, for one of this order's new parcels; once it is packed it is too late."""
    row = order_or_404(customer, reference)
    seen = load_order_view([row], now=clock.now())[0]
    waiting = {str(each.goes_anew.pk): each.goes_anew.pk for each in seen.deliveries if each.goes_anew}
    given = request.POST.get("dispatch", "")
    if given not in waiting:
        return tell(request, customer, row, notice="packed", status=409)
    try:
        correct_address(
            dispatch_id=waiting[given],
            name=request.POST.get("name", "")[:LONGEST],
            lines=[line[:LONGEST] for line in request.POST.get("lines", "").splitlines()[:8]],
            postcode=request.POST.get("postcode", "")[:20],
            now=clock.now(),
        )
    except InvalidField:
        return tell(request, customer, row, notice="no-address", status=422)
    except LeftAlready:
        return tell(request, customer, row, notice="packed", status=409)
    return redirect(f"/orders/{quote(row.reference, safe='')}?now=readdressed")
