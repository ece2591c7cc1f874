"""Changing a customer's order for them: what it would come to first, then doing it."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.cases.queries import open_cases_of
from makegood.changes.actions import SettledBefore, change_order, settle_change
from makegood.changes.previewing import preview_change
from makegood.changes.queries import changes_of
from makegood.faces.changing import form_of, in_words, key_of, preview_of, wanted_of
from makegood.faces.desk.frame import actor_of, helper_of, shown
from makegood.faces.desk.people import names_of
from makegood.kit import clock
from makegood.kit.errors import Refusal
from makegood.orders.models import Order, OrderChange
from makegood.orders.queries import destination_zones, due_for, orders_with_references, payments_of_orders
from makegood.orders.words import change_words, changed_units_words
from makegood.staff.queries import helpers
from makegood.staff.rules import Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """A change with what it did, to what of the order, and who made it, in words."""

    change: OrderChange
    words: str
    about: str
    who: str


def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Look at what a change comes to, then make it; what the shop's policy refuses is told in its words."""
    row = _order(reference)
    if request.method != "POST":
        return _show(request, row)
    by = actor_of(helper_of(request))
    try:
        wanted = wanted_of(request, row)
        if request.POST.get("step") != "do":
            seen = preview_change(reference=row.reference, request=wanted, by=by, now=clock.now())
            return _show(request, row, opened={wanted.kind.value: True}, **preview_of(request, seen, for_helpers=True))
        change_order(reference=row.reference, request=wanted, by=by, key=key_of(request), now=clock.now())
    except Refusal as refused:
        opened = {request.POST.get("kind", ""): True}
        return _show(request, row, refused=in_words(refused, for_helpers=True), opened=opened, status=409)
    return redirect(f"{reverse('desk:order-change', args=[row.reference])}?now=changed")


def settle(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The goods of a return or an exchange are here; twice is once."""
    row = _order(reference)
    try:
        settle_change(reference=row.reference, number=number, by=actor_of(helper_of(request)), now=clock.now())
    except OrderChange.DoesNotExist as error:
        raise Http404 from error
    except SettledBefore as refused:
        return _show(request, row, refused=str(refused), status=409)
    return redirect(f"{reverse('desk:order-change', args=[row.reference])}?now=settled")


def _order(reference: str) -> Order:
    found = orders_with_references([reference])
    if reference not in found:
        raise Http404
    return found[reference]


def _show(request: HttpRequest, row: Order, *, status: int = 200, **told: object) -> HttpResponse:
    form = form_of(request, row, now=clock.now())
    zone = destination_zones([row.pk]).get(row.pk) or row.customer.zone
    case = open_cases_of({row.customer_id}).get(row.customer_id)
    paid = sum(each.amount_minor for each in payments_of_orders([row.pk]).get(row.pk, ()))
    words = {
        "order": row,
        "zone": zone,
        "case": case,
        "changes": _changes(row),
        "notice": _notice(request),
        "paid_minor": paid,
        "due_minor": due_for(row),
    }
    return shown(request, "desk/order_change.html", {**words, **form, **told}, status=status)


def _changes(order: Order) -> list[ChangeShown]:
    rows = list(changes_of(order))
    if not rows:
        return []
    people = names_of(helpers(), acted={change.made_by for change in rows})
    customer = {f"{Standpoint.CUSTOMER}:{order.customer_id}": order.customer.name}
    return [
        ChangeShown(
            change=change,
            words=change_words(change, order) if change.settled_at else _("Something is to be sent back"),
            about=changed_units_words(change),
            who={**people, **customer}.get(change.made_by, _("Somebody")),
        )
        for change in rows
    ]


def _notice(request: HttpRequest) -> str:
    return request.GET.get("now", "")
