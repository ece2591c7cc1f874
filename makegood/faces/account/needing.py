"""By when they need it: said by its customer, so that what can be done is ranked by that."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from makegood.customers.models import Customer
from makegood.faces.account.orders import order_or_404, tell
from makegood.faces.account.visitors import for_customers
from makegood.faces.forms import day_and_time
from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.remedies.needs import state_needs
from makegood.staff.rules import Actor, Standpoint


@require_POST
@for_customers
def need(request: HttpRequest, *, customer: Customer, reference: str) -> HttpResponse:
    """A day from today on; without one, no day matters any more."""
    row = order_or_404(customer, reference)
    by = Actor(standpoint=Standpoint.CUSTOMER, id=customer.pk)
    try:
        by_date, by_time = day_and_time(request.POST.get("by_date", ""), request.POST.get("by_time", ""))
        state_needs(references=[row.reference], by_date=by_date, by_time=by_time, by=by, now=clock.now())
    except InvalidField:
        return tell(request, customer, row, notice="no-day", status=422)
    return redirect(f"/orders/{quote(row.reference, safe='')}#choice")
