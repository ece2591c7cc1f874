"""The business's clock, and what is due by it. It moves by request only in the demo, in stories and in tests."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404
from ninja import Schema
from pydantic import model_validator

from makegood.faces.api.callers import ADMIN, READ_OWN, Call
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.faces.sweeping import SWEEPER
from makegood.kit import clock
from makegood.kit.models import Clock
from makegood.kit.records import Instant, Record


class ClockOut(Schema):
    """`is_frozen`: it stands until it is moved. `next_due_at`: when the sweep would find something next."""

    now: datetime
    is_frozen: bool
    is_movable: bool
    next_due_at: datetime | None


class ClockIn(Record):
    """One of the two: to stop at, or to run on from."""

    frozen_at: Instant | None = None
    run_from: Instant | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "ClockIn":
        if (self.frozen_at is None) == (self.run_from is None):
            raise ValueError("give either frozen_at or run_from")
        return self


class SweptOut(Schema):
    """How many due rows were handled, and how many reactions waited for the worker: when the sweep began or when it
    ended, whichever were more. Where both are 0, nothing was left to do.
    """

    handled: int
    jobs_waiting: int


def _clock() -> ClockOut:
    return ClockOut(
        now=clock.now(),
        is_frozen=clock.is_frozen(),
        is_movable=settings.MOVABLE_CLOCK,
        next_due_at=SWEEPER.next_due(),
    )


@router.get("/clock", response=ClockOut, auth=READ_OWN)
@edited_row(Clock)
def what_time_it_is(request: Call) -> Any:
    """What time it is for the business."""
    return _clock()


@router.put("/clock", response=ClockOut, auth=ADMIN)
def move(request: Call, to: ClockIn) -> Any:
    """Move the clock on; never back. There is no such address where the clock is the real one."""
    if not settings.MOVABLE_CLOCK:
        raise Http404
    if to.frozen_at is not None:
        clock.freeze(to.frozen_at)
    elif to.run_from is not None:
        clock.run_from(to.run_from)
    return _clock()


@router.post("/sweep", response=SweptOut, auth=ADMIN)
def sweep(request: Call) -> Any:
    """Do what is due now, as the worker does every second; a sweep of the worker's that is under way is waited for."""
    swept = SWEEPER.sweep()
    return SweptOut(handled=swept.handled, jobs_waiting=swept.jobs_waiting)
