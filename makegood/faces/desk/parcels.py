"""Parcels in danger: what we believe, how sure we are, why, and until when the carrier takes a claim."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from makegood.cases.queries import open_cases_of
from makegood.faces.desk.frame import shown
from makegood.faces.desk.time_left import time_left
from makegood.kit import clock
from makegood.parcels.queries import parcels_in_danger

LIMIT = 100


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    parcels = parcels_in_danger(limit=LIMIT)
    cases = open_cases_of({parcel.customer_id for parcel in parcels})
    rows = [
        (parcel, cases.get(parcel.customer_id), time_left(delivery.promise.due_at, now=now, zone=delivery.zone))
        for parcel in parcels
        for delivery in (parcel.delivery,)
    ]
    return shown(request, "desk/parcels.html", {"rows": rows, "limit": LIMIT, "today": now.date()})
