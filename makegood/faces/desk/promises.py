"""Promises in danger, and broken ones that are still owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from makegood.cases.models import Case
from makegood.cases.queries import broken_and_owed, open_cases_of
from makegood.cases.subjects import orders_of_promises
from makegood.faces.desk.frame import helper_of, shown
from makegood.faces.desk.time_left import TimeLeft, time_left
from makegood.kit import clock
from makegood.orders.models import Delivery
from makegood.promises.models import Promise
from makegood.promises.queries import promises_in_danger
from makegood.promises.rules import PromiseKind

LIMIT = 100
KINDS = {
    PromiseKind.SHIP: gettext_lazy("to send"),
    PromiseKind.DELIVER: gettext_lazy("to deliver"),
    PromiseKind.REPLY: gettext_lazy("to answer"),
    PromiseKind.CALL: gettext_lazy("to call"),
    PromiseKind.REFUND: gettext_lazy("to pay back"),
    PromiseKind.CHECK_BACK: gettext_lazy("to look again"),
    PromiseKind.MATCH_PRICE: gettext_lazy("to match a price"),
    PromiseKind.ANSWER_DISPUTE: gettext_lazy("to answer a bank"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    promise: Promise
    kind: str
    case: Case | None
    order: str
    left: TimeLeft | None
    zone: str  # Whose clocks count: where the delivery goes, or else the helper's.


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    danger, broken = promises_in_danger(limit=LIMIT), broken_and_owed(limit=LIMIT)
    zone = helper_of(request).zone
    words = {
        "danger": _rows(danger, own_zone=zone, now=now),
        "broken": _rows(broken, own_zone=zone, now=now),
        "limit": LIMIT,
    }
    return shown(request, "desk/promises.html", words)


def _rows(promises: Sequence[Promise], *, own_zone: str, now: datetime) -> list[Row]:
    cases = open_cases_of({promise.customer_id for promise in promises})
    ids = [promise.pk for promise in promises]
    orders = orders_of_promises(ids)
    zones = dict(Delivery.objects.filter(promise__in=ids).values_list("promise_id", "zone"))
    return [
        Row(
            promise=promise,
            kind=str(KINDS[PromiseKind(promise.kind)]),
            case=cases.get(promise.customer_id),
            order=orders.get(promise.pk, ""),
            left=time_left(promise.due_at, now=now, zone=promise.customer.zone),
            zone=zones.get(promise.pk, own_zone),
        )
        for promise in promises
    ]
