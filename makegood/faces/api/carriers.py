"""Carriers: how we hear of their parcels, and how asking goes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from ninja import Schema

from makegood.faces.api.callers import READ, Call
from makegood.faces.api.routing import router
from makegood.kit import clock
from makegood.kit.clock import system_now
from makegood.parcels.waiting import CarrierHealth, poll_states

TAGS = ["parcels"]


class LeftOut(Schema):
    """At most `allowed` calls in any `seconds`; so many of them are left now."""

    allowed: int
    seconds: int
    calls_left: int


class OldestOut(Schema):
    """The parcel that has waited longest beyond its time."""

    parcel: str
    number: str
    asked_at: datetime | None


class CarrierOut(Schema):
    """`overdue`: parcels that should have been asked about an hour ago; calls and numbers are of the last 24 hours.

    With neither `is_asked` nor `is_pushed` nobody tells us of this carrier's parcels.
    """

    carrier: str
    is_asked: bool
    is_pushed: bool
    unsettled: int
    overdue: int
    oldest: OldestOut | None
    calls: int
    numbers: int
    left: list[LeftOut]
    answered_at: datetime | None
    paused_until: datetime | None
    failures: int
    last_error: str
    last_error_at: datetime | None


class CarriersOut(Schema):
    items: list[CarrierOut]


@router.get("/carriers", response=CarriersOut, auth=READ, tags=TAGS)
def carriers(request: Call) -> Any:
    """Every carrier that has parcels under way, pushes or is asked."""
    lines = poll_states(pushed=settings.SCAN_SECRETS, now=clock.now(), at=system_now())
    return CarriersOut(items=[_out(line) for line in lines])


def _out(line: CarrierHealth) -> CarrierOut:
    oldest = line.oldest
    return CarrierOut(
        carrier=line.carrier,
        is_asked=line.is_asked,
        is_pushed=line.is_pushed,
        unsettled=line.unsettled,
        overdue=line.overdue,
        oldest=OldestOut(parcel=oldest.parcel.reference, number=oldest.parcel.number, asked_at=oldest.asked_at)
        if oldest
        else None,
        calls=line.calls,
        numbers=line.numbers,
        left=[
            LeftOut(allowed=left.limit.calls, seconds=left.limit.seconds, calls_left=left.calls) for left in line.left
        ],
        answered_at=line.answered_at,
        paused_until=line.paused_until,
        failures=line.failures,
        last_error=line.last_error,
        last_error_at=line.last_error_at,
    )
