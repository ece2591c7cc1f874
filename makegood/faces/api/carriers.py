"""Carriers: how we hear of their parcels, and how asking goes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from ninja import Schema

from makegood.faces.api.callers import READ, Call
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.kit import clock
from makegood.parcels.waiting import poll_states


class LeftOut(Schema):
    """At most `allowed` calls in any `seconds`; so many of them are left now."""

    allowed: int = of("limit.calls")
    seconds: int = of("limit.seconds")
    calls_left: int = of("calls")


class OldestOut(Schema):
    """The parcel that has waited longest beyond its time."""

    parcel: Ref
    number: str = of("parcel.number")
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


@router.get("/carriers", response=CarriersOut, auth=READ)
def carriers(request: Call) -> Any:
    """Every carrier that has parcels under way, pushes or is asked."""
    return {"items": poll_states(pushed=settings.SCAN_SECRETS, now=clock.now(), at=clock.system_now())}
