"""What a case is about and whether it needs a person now."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from makegood.kit.calendars import Calendar


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


class Told(StrEnum):
    """The kinds of news of which a customer hears once for each delivery."""

    IN_DANGER = "in_danger"
    BROKEN = "broken"


# The hour until which we answer: a message is answered by the end of the next business day of the shop.
ANSWER_TIME = time(18, 0)


def reply_due_at(*, shop: Calendar, now: datetime) -> datetime:
    """By when a message is answered: 18:00 in the shop's zone on the next business day."""
    today = shop.local(now).date()
    return shop.at(shop.business_day_on_or_after(today + timedelta(days=1)), ANSWER_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How far a case is from its outcome: what is under way or owed, and whether somebody waits for an answer."""

    unproven: int
    owed: int
    awaits_answer: bool


def is_over(ending: Ending) -> bool:
    """A case closes by its outcome: everything arrived or paid back, and nobody waits."""
    return ending.unproven == 0 and ending.owed == 0 and not ending.awaits_answer
