"""Carriers: how we hear of their parcels, and how asking goes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from ninja import Schema

from makegood.faces.api.callers import ADMIN, READ, Call
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.faces.api.versions import edited_row
from makegood.faces.problems import Problem
from makegood.kit import clock
from makegood.kit.records import Instant, Record
from makegood.parcels.hearing import UnknownCarrier, say_heard
from makegood.parcels.models import CarrierHearing
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

    `heard_since`: when it first told us of a parcel without being asked. With neither that nor `is_asked` we have not
    heard from this carrier, and nothing is concluded from its silence. `heard_until`: until when it told us, where it
    has fallen silent about all its parcels, or its scans came in a file: no later silence counts. Null while it does.
    """

    carrier: str
    is_asked: bool
    is_pushed: bool
    heard_since: datetime | None
    heard_until: datetime | None
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


class HearingRecord(Record):
    """Since when a carrier tells us of its parcels by itself, by whichever way."""

    heard_since: Instant


class HearingOut(Schema):
    carrier: str
    heard_since: datetime
    heard_until: datetime | None


@router.get("/carriers/{carrier}/hearing", response=HearingOut, auth=READ)
@edited_row(CarrierHearing, carrier="carrier")
def heard(request: Call, carrier: str) -> Any:
    """Since when a carrier tells us; 404 while it has told us nothing."""
    return CarrierHearing.objects.get(carrier=carrier)


@router.put("/carriers/{carrier}/hearing", response=HearingOut, auth=ADMIN)
def hearing(request: Call, carrier: str, told: HearingRecord) -> Any:
    """Say since when a carrier tells us. The first scan that it brings says so by itself.

    Silence counts from then on. Of several instants that were said, the earliest stands.
    """
    try:
        return say_heard(carrier=carrier, since=told.heard_since, now=clock.now())
    except UnknownCarrier:
        raise Problem("not-found", "we read no carrier of this name") from None
