"""By when customers need what they ordered: said, and read."""

from datetime import date, datetime, time
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from makegood.faces.api.callers import ACT_OWN, READ_OWN, Call
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref
from makegood.kit import clock
from makegood.kit.records import Day, Record, Time
from makegood.orders.queries import all_orders
from makegood.remedies.models import NeedStated
from makegood.remedies.needs import state_needs


class NeedOut(Schema):
    """One word on by when an order is needed where it goes; no day: none matters any more."""

    id: int
    customer: Ref
    order: Ref
    by_date: date | None
    by_time: time | None
    said_at: datetime
    said_by: str


class NeedIn(Record):
    by_date: Day | None = Field(description="The day on which it is needed where it goes; null: no day matters.")
    by_time: Time | None = Field(
        default=None, description="The time of that day, by the clocks there; left out: some time on it will do."
    )


@router.get("/orders/{reference}/needs", response=Page[NeedOut], auth=READ_OWN)
def needs(request: Call, reference: str, paging: Query[Paging]) -> Any:
    """What was said of by when it is needed, the oldest first; the last word counts."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    return page_of(NeedStated.objects.filter(order=order).select_related("customer", "order"), paging)


@router.post("/orders/{reference}/needs", response={201: NeedOut}, auth=ACT_OWN)
def say_need(request: Call, reference: str, need: NeedIn) -> Any:
    """Say by when it is needed: what can be done about it is ranked by that from now on."""
    order = request.auth.sees(all_orders()).get(reference=reference)
    (stated,) = state_needs(
        references=[order.reference],
        by_date=need.by_date,
        by_time=need.by_time,
        by=request.auth.actor,
        now=clock.now(),
    )
    return NeedStated.objects.select_related("customer", "order").get(pk=stated.pk)
