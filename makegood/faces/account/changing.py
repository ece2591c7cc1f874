"""Changing an order oneself: what is possible and until when, what it would come to, and doing it."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from makegood.changes.actions import change_order
from makegood.changes.previewing import preview_change
from makegood.customers.models import Customer
from makegood.faces.account.orders import order_or_404
from makegood.faces.account.visitors import for_customers, page
from makegood.faces.changing import form_of, in_words, key_of, preview_of, wanted_of
from makegood.kit import clock
from makegood.kit.errors import Refusal
from makegood.orders.models import Order
from makegood.orders.queries import destination_zones
from makegood.staff.rules import Actor, Standpoint


@require_http_methods(["GET", "POST"])
@for_customers
def change(request: HttpRequest, *, customer: Customer, reference: str) -> HttpResponse:
    """Look at what a change comes to, then make it; what is refused is told in the shop's words."""
    row = order_or_404(customer, reference)
    if request.method == "GET":
        return _show(request, customer, row)
    by = Actor(standpoint=Standpoint.CUSTOMER, id=customer.pk)
    try:
        wanted = wanted_of(request, row)
        if request.POST.get("step") != "do":
            seen = preview_change(reference=row.reference, request=wanted, by=by, now=clock.now())
            return _show(request, customer, row, opened={wanted.kind.value: True}, **preview_of(request, seen))
        change_order(reference=row.reference, request=wanted, by=by, key=key_of(request), now=clock.now())
    except Refusal as refused:
        opened = {request.POST.get("kind", ""): True}
        return _show(request, customer, row, refused=in_words(refused), opened=opened, status=409)
    return redirect(f"/orders/{quote(row.reference, safe='')}?now=altered")


def _show(request: HttpRequest, customer: Customer, row: Order, *, status: int = 200, **told: object) -> HttpResponse:
    form = form_of(request, row, now=clock.now())
    zone = destination_zones([row.pk]).get(row.pk) or customer.zone
    return page(request, "change", customer=customer, status=status, order=row, zone=zone, **(form | told))
