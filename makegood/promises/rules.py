"""When a promise falls due, when it may be moved, and how it closes."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never

from makegood.kit.calendars import Calendar
from makegood.kit.errors import Conflict, InvalidField

# A promised date falls due at this hour in the destination's zone (law 7).
DUE_TIME = time(20, 0)
# The hour until which we answer: a message is answered by the end of the next business day of the shop.
ANSWER_TIME = time(18, 0)


class PromiseKind(StrEnum):
    SHIP = "ship"
    DELIVER = "deliver"
    REPLY = "reply"
    CALL = "call"
    REFUND = "refund"
    CHECK_BACK = "check_back"
    MATCH_PRICE = "match_price"
    # To say to a bank what speaks for us, by its own date.
    ANSWER_DISPUTE = "answer_dispute"


# What customers are promised: they are told of it, and it counts as kept or broken for them. The others are owed by us
# about them to somebody else.
TO_CUSTOMERS = frozenset(PromiseKind) - {PromiseKind.ANSWER_DISPUTE}


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


def due_on(*, by_date: date, destination: Calendar) -> datetime:
    """The instant a promised date falls due."""
    return destination.at(by_date, DUE_TIME)


def reply_due_at(*, shop: Calendar, now: datetime) -> datetime:
    """By when a message is answered: 18:00 in the shop's zone on the next business day."""
    today = shop.local(now).date()
    return shop.at(shop.business_day_on_or_after(today + timedelta(days=1)), ANSWER_TIME)


def is_owed(
    *, state: PromiseState, is_fulfilled: bool, made_good_at: datetime | None, called_off_at: datetime | None
) -> bool:
    """Whether somebody still waits for what was promised: an open promise, or a broken one that nothing made up for and
    that nobody called off.
    """
    match state:
        case PromiseState.OPEN:
            return True
        case PromiseState.BROKEN:
            return not is_fulfilled and made_good_at is None and called_off_at is None
        case PromiseState.KEPT | PromiseState.WITHDRAWN:
            return False
        case _:
            assert_never(state)


class PromiseClosed(Conflict):
    """The promise is no longer open."""

    slug, title = "promise-closed", "The promise is closed"

    def __init__(self, state: PromiseState) -> None:
        super().__init__(f"this promise is {state.value}; only an open one can be changed")


class RevisionInThePast(InvalidField):
    """A new date in the past would tell the customer something already untrue."""

    slug, title = "revision", "A promise can't be moved there"

    def __init__(self, due_at: datetime) -> None:
        super().__init__("due_at", f"{due_at.isoformat()} is in the past; choose a later instant")


class RevisionWithoutReason(InvalidField):
    """The customer would be told a date and not why."""

    slug, title = "revision", "A promise can't be moved there"

    def __init__(self) -> None:
        super().__init__("reason", "say why the date moves, in words the customer can be given")


def check_revision(*, state: PromiseState, due_at: datetime, reason: str, now: datetime) -> None:
    """Whether a promise may be moved to `due_at`, for a `reason` that its customer is given.

    Raises:
        PromiseClosed: the promise is no longer open.
        RevisionInThePast: `due_at` is before `now`.
        RevisionWithoutReason: the customer would be told a date and not why.
    """
    if state is not PromiseState.OPEN:
        raise PromiseClosed(state)
    if due_at < now:
        raise RevisionInThePast(due_at)
    if not reason.strip():
        raise RevisionWithoutReason
