"""A quiet start: a shop that is learning judges everything and writes to nobody by itself, until it is told to begin.

Nothing is kept of what would have been written: it is worded anew whenever somebody looks, and when the shop begins, so
that a letter that has become untrue is never sent.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from makegood.cases.actions import reconsider
from makegood.cases.facts import ShopBegan
from makegood.cases.locks import lock_case, lock_quiet_starts
from makegood.cases.models import Case, QuietStart
from makegood.cases.notifications import letter_untold, tell
from makegood.cases.rules import CaseState, CaseType
from makegood.customers.queries import email_of
from makegood.journal.actions import announce
from makegood.kit.errors import Conflict, InvalidField
from makegood.replies.rules.values import Draft, NewsKind
from makegood.replies.wording import compose
from makegood.staff.rules import SYSTEM, Actor, OnlyALead, Standpoint

# What a shop writes by itself; what is late says what we believe of it, too, and goes first.
BY_ITSELF = (NewsKind.BROKEN, NewsKind.IN_DANGER)
CASES_A_SWEEP = 50
MAY_BEGIN = frozenset({Standpoint.LEAD, Standpoint.TOKEN, Standpoint.POLICY})


class QuietIntoThePast(InvalidField):
    """A shop can't be quiet until an instant that has been."""

    slug, title = "quiet-start", "The shop can't be quiet until then"

    def __init__(self) -> None:
        super().__init__("until", "it has passed; choose a later instant")


class NotLearning(Conflict):
    """The shop has begun already."""

    slug, title = "not-learning", "The shop has begun already"

    def __init__(self) -> None:
        super().__init__("the shop is not learning; it writes to its customers by itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """What would go now, if the shop had begun, on which case and to where; empty: there is no address."""

    case: Case
    kind: NewsKind
    draft: Draft
    address: str


def keep_quiet(*, until: datetime, now: datetime) -> QuietStart:
    """Let the shop learn until then; one that learns already does so until then instead.

    Raises:
        QuietIntoThePast: `until` is not after `now`.
    """
    if until <= now:
        raise QuietIntoThePast
    with transaction.atomic():
        start, _ = QuietStart.objects.update_or_create(
            id=1,
            defaults={
                "until": until,
                "told_at": now,
                "begun_at": None,
                "begun_by": "",
                "reached": 0,
                "finished_at": None,
            },
        )
    return start


def begin(*, by: Actor, now: datetime) -> QuietStart:
    """Let the shop write by itself from now on; the sweep tells what is still true of what waited.

    Raises:
        OnlyALead: a helper asks, or a program for one.
        NotLearning: it does so already.
    """
    if by.standpoint not in MAY_BEGIN:
        raise OnlyALead("let the shop begin")
    with transaction.atomic():
        start = next((each for each in lock_quiet_starts() if each.begun_at is None), None)
        if start is None:
            raise NotLearning
        start.begun_at, start.begun_by = now, str(by)
        start.save(update_fields=["begun_at", "begun_by"])
        announce([ShopBegan(customer_id=0, by=str(by), through=by.through)], now=now)
    return start


def letters_held(cases: Iterable[Case], *, now: datetime) -> Iterator[HeldLetter]:
    """What would go now on these cases, in the words that it would have."""
    for case in cases:
        for kind in BY_ITSELF:
            letter = letter_untold(case, kind, now=now)
            if letter is not None:
                yield HeldLetter(case=case, kind=kind, draft=compose(letter, now=now), address=email_of(case.customer))


def sweep(now: datetime, limit: int = CASES_A_SWEEP) -> int:
    """Begin where its instant has come, and tell what waited, some cases at a time; how many there were."""
    start = QuietStart.objects.filter(finished_at=None).first()
    if start is None or (start.begun_at is None and start.until > now):
        return 0
    if start.begun_at is None:
        # Somebody may let it begin in this very moment.
        with suppress(NotLearning):
            begin(by=SYSTEM, now=now)
    cases = list(cases_waiting().filter(id__gt=start.reached)[: min(limit, CASES_A_SWEEP)])
    for case in cases:
        _tell_what_waited(case.pk, now=now)
    reached = {"reached": cases[-1].pk} if cases else {"finished_at": now}
    QuietStart.objects.filter(pk=start.pk).update(**reached)
    return max(len(cases), 1)


def next_due_at() -> datetime | None:
    """When a shop that learns begins by itself."""
    start = QuietStart.objects.filter(finished_at=None).first()
    return None if start is None else start.begun_at or start.until


def cases_waiting() -> QuerySet[Case]:
    """The cases on which something may wait to be told, from the oldest on."""
    rows = Case.objects.filter(state=CaseState.OPEN, case_type=CaseType.DELIVERY)
    return rows.select_related("customer").order_by("id")


def _tell_what_waited(case_id: int, *, now: datetime) -> None:
    with transaction.atomic():
        case = lock_case(case_id)
        if case.state != CaseState.OPEN:
            return
        for kind in BY_ITSELF:
            tell(case, kind, now=now)
        reconsider(case, now=now)
