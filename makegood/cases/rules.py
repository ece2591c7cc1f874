"""What a case is about and whether it needs a person now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from makegood.replies.rules.values import NewsKind


class CaseType(StrEnum):
    """What a case is about. A customer has at most one open case of each matter."""

    DELIVERY = "delivery"
    QUESTION = "question"


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Attention(StrEnum):
    """Why a person is needed: somebody waits for us, a promise is in danger, or nobody is."""

    WAITING = "waiting"
    DANGER = "danger"
    NONE = "none"


class SubjectKind(StrEnum):
    """What a case gathers and a message tells of: each kind is a key of `models.SubjectLink`, called like it."""

    DELIVERY = "delivery"
    PARCEL = "parcel"
    GRANT = "grant"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One row that something is about, by its id."""

    kind: SubjectKind
    id: int


# What broke longer ago than this when we first hear of it is history that came with an import, and no news.
STALE = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNow:
    """What decides whether there is news of a delivery: its promise, its parcel, and what its customer has heard.

    `heard_with_whole`: it is a part that left after the customer had heard that the whole of it was late.
    """

    due_at: datetime
    is_open: bool
    is_broken: bool
    in_danger: bool
    has_arrived: bool
    heard: frozenset[NewsKind]
    heard_with_whole: bool


def is_news(kind: NewsKind, delivery: DeliveryNow, *, now: datetime) -> bool:
    """Whether the customer has still to hear that a delivery is in danger, or that it did not come in time."""
    if kind in delivery.heard:
        return False
    is_fresh = delivery.due_at > now - STALE
    if kind is NewsKind.BROKEN:
        return delivery.is_broken and is_fresh and not delivery.has_arrived and not delivery.heard_with_whole
    # What is due now is told as broken; two messages at once would tell one story twice.
    told_as_broken = delivery.is_open and delivery.due_at <= now
    told_as_broken |= delivery.is_broken and NewsKind.BROKEN not in delivery.heard
    return delivery.in_danger and not told_as_broken and (is_fresh or NewsKind.BROKEN in delivery.heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How far a case is from its outcome: what is under way or owed, and whether somebody waits for an answer."""

    unproven: int
    owed: int
    awaits_answer: bool


def is_over(ending: Ending) -> bool:
    """A case closes by its outcome: everything arrived or paid back, and nobody waits."""
    return ending.unproven == 0 and ending.owed == 0 and not ending.awaits_answer
