"""Every promise we made to a customer, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from pydantic import TypeAdapter

from makegood.customers.models import Customer
from makegood.faces.account.visitors import for_customers, page
from makegood.faces.words import day
from makegood.kit import clock
from makegood.kit.records import Instant, number_of
from makegood.orders.models import Delivery
from makegood.orders.queries import promised_deliveries
from makegood.promises.models import Promise
from makegood.promises.queries import promises_of
from makegood.promises.rules import PromiseKind, PromiseState
from makegood.remedies.queries import Redress, redress_of
from makegood.remedies.rules.values import Treatment
from makegood.standing.queries import standing_of

PROMISES_A_PAGE = 25
_INSTANT = TypeAdapter(Instant)


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
        promises=_rows(shown, deliveries, customer),
        standing=standing_of(customer),
        open_count=everything.filter(state=PromiseState.OPEN).count(),
        further=f"{shown[-1].due_at.isoformat()}~{shown[-1].pk}" if len(rows) > PROMISES_A_PAGE else "",
        now=clock.now(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSeen:
    """A promise as its list shows it: what it was for, and what was chosen in its place, if all of it was.

    `made_good_at`: when that was there or paid; before, `instead` says what was chosen.
    """

    promise: Promise
    delivery: Delivery | None
    zone: str
    made_good_at: datetime | None
    instead: tuple[str, ...]


def _rows(shown: Sequence[Promise], deliveries: Mapping[int, Delivery], customer: Customer) -> list[PromiseSeen]:
    redress = redress_of(delivery.pk for delivery in deliveries.values())
    rows = []
    for promise in shown:
        delivery = deliveries.get(promise.pk)
        zone = _zone(promise, delivery, customer)
        chosen = redress.get(delivery.pk) if delivery and promise.made_good_at else None
        rows.append(
            PromiseSeen(
                promise=promise,
                delivery=delivery,
                zone=zone,
                made_good_at=chosen.done_at if chosen else None,
                instead=_instead(chosen, zone) if chosen and chosen.done_at is None else (),
            )
        )
    return rows


def _instead(chosen: Redress, zone: str) -> tuple[str, ...]:
    """What was chosen in place of a promise, and that it is promised by itself."""
    when = {"when": day(chosen.chosen_at, zone)}
    return tuple(str(INSTEAD[each]) % when for each in Treatment if each in chosen.treatments)


INSTEAD = {
    Treatment.SENT_AGAIN: gettext_lazy("we chose to send it again on %(when)s; that is a promise of its own"),
    Treatment.SENT_OTHERWISE: gettext_lazy("we chose another way on %(when)s; that is a promise of its own"),
    Treatment.REFUNDED: gettext_lazy("we chose to pay it back on %(when)s; that is a promise of its own"),
}


def _zone(promise: Promise, delivery: Delivery | None, customer: Customer) -> str:
    """Whose clocks a promise goes by: those at the door it was for, or the shop's for money, or the reader's."""
    if delivery is not None:
        return delivery.zone
    return settings.SHOP_ZONE if promise.kind == PromiseKind.REFUND else customer.zone


def _after(rows: QuerySet[Promise], key: str) -> QuerySet[Promise]:
    """The promises that follow the one a key names; all of them where the key says nothing."""
    instant, _, number = key.partition("~")
    try:
        due_at = _INSTANT.validate_python(instant.replace(" ", "+"))
    except ValueError:
        return rows
    if (promise_id := number_of(number)) is None:
        return rows
    return rows.filter(Q(due_at__lt=due_at) | Q(due_at=due_at, id__lt=promise_id))
