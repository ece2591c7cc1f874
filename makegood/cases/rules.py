"""What a case is about and whether it needs a person now."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from makegood.channels.rules import Via
from makegood.promises.rules import PromiseKind, PromiseState
from makegood.remedies.rules.trouble import DeliveryCondition
from makegood.replies.rules.values import NewsKind


class CaseType(StrEnum):
    """What a case is about. A customer has at most one open case of each matter."""

    DELIVERY = "delivery"
    QUESTION = "question"
    DISPUTE = "dispute"


# What a message of ours tells that answers its customer, whoever of us wrote it.
ANSWER = "reply"


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Origin(StrEnum):
    """What began a case: we noticed something, its customer said that a box isn't there, a remedy was chosen, or words
    came. It is set once, whatever comes later.
    """

    NOTICED = "noticed"
    NOT_RECEIVED = "not_received"
    REMEDY = "remedy"
    EMAIL = "email"
    WEB = "web"
    FORM = "form"


# What began a case that words began, by the way they came.
ORIGINS_OF_WORDS = MappingProxyType({Via.EMAIL: Origin.EMAIL, Via.WEB: Origin.WEB, Via.FORM: Origin.FORM})


class Attention(StrEnum):
    """Why a person is needed: somebody waits for us, a promise is in danger, or nobody is."""

    WAITING = "waiting"
    DANGER = "danger"
    NONE = "none"


# How the inbox sorts: what can still be saved first, then whoever waits.
RANKS: Mapping[Attention, int] = MappingProxyType({Attention.DANGER: 1, Attention.WAITING: 2, Attention.NONE: 3})


class SubjectKind(StrEnum):
    """What a case gathers and a message tells of: each kind is a key of `models.SubjectLink`, called like it."""

    DELIVERY = "delivery"
    PARCEL = "parcel"
    GRANT = "grant"
    REFUND = "refund"
    ORDER = "order"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One row that something is about, by its id."""

    kind: SubjectKind
    id: int


# What broke longer ago than this when we first hear of it is history that came with an import, and no news.
STALE = timedelta(days=14)


def is_news(kind: NewsKind, delivery: DeliveryCondition, heard: Container[NewsKind], *, heard_with_whole: bool) -> bool:
    """Whether the customer has still to hear that a delivery is in danger, or that it did not come in time.

    `heard_with_whole`: it is a part that left after the customer had heard that the whole of it was late.
    """
    if kind in heard or delivery.is_made_good or delivery.is_called_off:
        return False
    is_fresh = delivery.due_at > delivery.now - STALE
    is_broken = delivery.promise is PromiseState.BROKEN
    if kind is NewsKind.BROKEN:
        return is_broken and is_fresh and not delivery.is_delivered and not heard_with_whole
    # What is due now is told as broken; two messages at once would tell one story twice.
    told_as_broken = delivery.promise is PromiseState.OPEN and delivery.due_at <= delivery.now
    told_as_broken |= is_broken and NewsKind.BROKEN not in heard
    return delivery.is_in_danger and not told_as_broken and (is_fresh or NewsKind.BROKEN in heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A promise that a case lives on and that is still owed.

    `is_in_danger`: it may not be kept, or was not, and somebody has to do something about it: hurry, find what holds it
    up, or choose what is done instead.
    """

    kind: PromiseKind
    due_at: datetime
    is_in_danger: bool = False
    is_broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLife:
    """What a case lives on: what is owed for its subjects, the answer owed, and since when news of ours is back."""

    owed: tuple[Owed, ...]
    unreached_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Why a person is needed for a case, if one is, and by when."""

    attention: Attention
    due_at: datetime | None = None


def is_ours_to_do(kind: PromiseKind) -> bool:
    """Whether one of us has to do something so that such a promise is kept: whoever was promised it waits for us."""
    match kind:
        case (
            PromiseKind.REPLY
            | PromiseKind.CALL
            | PromiseKind.REFUND
            | PromiseKind.CHECK_BACK
            | PromiseKind.MATCH_PRICE
            | PromiseKind.ANSWER_DISPUTE
        ):
            return True
        case PromiseKind.SHIP | PromiseKind.DELIVER:
            return False
        case _:
            assert_never(kind)


def is_over(life: CaseLife) -> bool:
    """A case closes by its outcome: everything arrived or paid back, and nobody waits."""
    return not life.owed and life.unreached_since is None


def outlook_of(life: CaseLife) -> Outlook:
    """Somebody who waits for us comes before a promise in danger; by when is the earliest that could still be saved.

    A day that has passed can't be, so whoever is owed an answer about it is owed it by the answer's instant.
    """
    waiting = [each.due_at for each in life.owed if is_ours_to_do(each.kind)]
    if life.unreached_since is not None:
        waiting.append(life.unreached_since)
    danger = [each for each in life.owed if each.is_in_danger and not is_ours_to_do(each.kind)]
    if waiting:
        return Outlook(Attention.WAITING, min(waiting + [each.due_at for each in danger if not each.is_broken]))
    if danger:
        return Outlook(Attention.DANGER, min(each.due_at for each in danger))
    return Outlook(Attention.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTypeRules:
    """What is particular to the cases of one type: what they gather, when they end, and when they need a person."""

    gathers: frozenset[SubjectKind]
    is_over: Callable[[CaseLife], bool] = is_over
    outlook: Callable[[CaseLife], Outlook] = outlook_of
