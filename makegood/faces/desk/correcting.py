"""Putting right what was said of a dispatch: where it goes, or as which parcel it left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.faces.desk import picking
from makegood.faces.desk.auth import safe_address
from makegood.faces.desk.resolving import resolves
from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.parcels.correcting import LeftAlready, NotLeftYet, correct_address, correct_number
from makegood.parcels.dispatching import UnknownCarrier
from makegood.parcels.numbering import NumberOfEarlierParcel
from makegood.parcels.rules.numbers import BadTrackingNumber


@resolves(picking.show)
def number(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """It left as another parcel than was typed; the customer, who was told the wrong one, is told the right one."""
    carrier, told = request.POST.get("carrier", ""), request.POST.get("number", "").strip()
    try:
        parcel = correct_number(dispatch_id=dispatch_id, carrier=carrier, number=told, now=clock.now())
    except (BadTrackingNumber, UnknownCarrier, NumberOfEarlierParcel, NotLeftYet) as wrong:
        problem = str(wrong) if told else _("Type or scan the number on the label.")
        return picking.show(request, problem=problem, at=dispatch_id, status=422)
    return redirect(_back(request, f"sent={parcel.number}", done="renumbered"))


@resolves(picking.show)
def door(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """It goes to another door, as long as it is not packed; its place is told."""
    lines = request.POST.get("lines", "").splitlines()
    name, postcode = request.POST.get("name", ""), request.POST.get("postcode", "")
    try:
        correct_address(dispatch_id=dispatch_id, name=name, lines=lines, postcode=postcode, now=clock.now())
    except (InvalidField, LeftAlready) as wrong:
        return picking.show(request, problem=str(wrong), at=dispatch_id, status=422)
    return redirect(_back(request, "moved=1", done="readdressed"))


def _back(request: HttpRequest, said: str, *, done: str) -> str:
    """To the case that it was done on, which says so; else to the list, which says `said`."""
    case = safe_address(request, request.POST.get("back", ""), otherwise="")
    return f"{case}?done={done}" if case else f"{reverse('desk:pick-list')}?{said}"
