"""Asking carriers about parcels where they don't tell us by themselves: one call at a time, within what they allow.

A turn writes its call down before it makes it, so that a limit holds across workers and kills; then it calls, outside
any transaction; then it takes the answer in and marks the parcels asked, in one transaction. Whoever dies in between
leaves the parcels due, and they are asked once more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from makegood.parcels.assessing import assess_status
from makegood.parcels.carrier import CARRIERS, UnreadableScan
from makegood.parcels.locks import lock_parcels, lock_poll_state
from makegood.parcels.models import CarrierCall, PollState, StatusEstimate
from makegood.parcels.rules.polling import PollLimit, Urgency, choose, one_a_number, opens_at, pause, without_reserve
from makegood.parcels.scanning import Way, take_in_scans
from makegood.parcels.tracker import AskedTooOften, AskingFailed, NumbersRefused, TokenRefused, Tracker, TrackerResponse
from makegood.parcels.waiting import parcels_asked_about, waiting_to_be_asked

log = structlog.get_logger()

# Longer than a call with its token can take (two time-outs).
LEASE = timedelta(seconds=60)
# Calls are kept as long as any limit looks back, and for "asked today".
KEPT = timedelta(days=2)
# How carriers say of a number that they have nothing to tell yet.
HAS_NOTHING = re.compile(r"not.?found|not yet available|no (?:tracking )?information|TW0001", re.IGNORECASE)
# How long to rest where nothing is due.
REST = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What one turn came to: how many numbers were asked about, and when (machine's time) to take the next."""

    asked: int
    again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """The numbers of one call, every parcel that has one of them, and which page of the answer is wanted."""

    numbers: tuple[str, ...] = ()
    parcels: tuple[tuple[int, str], ...] = ()
    page: str = ""

    @property
    def parcel_ids(self) -> list[int]:
        return [parcel_id for parcel_id, _ in self.parcels]


class CarrierPoller:
    """Asks one carrier, turn by turn; several workers may have one each. It keeps only where an answer goes on."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self._rest: _Batch | None = None

    def poll(self, *, now: datetime, at: datetime) -> PollResult:
        """Make one call, if one is due and allowed. `now` is the business's instant, `at` the machine's."""
        claimed = self._claim(now=now, at=at)
        if isinstance(claimed, PollResult):
            return claimed
        try:
            answer = self.tracker.ask(claimed.numbers, page=claimed.page)
        except AskingFailed as failure:
            self._rest = None
            return self._failed(claimed, failure, now=now, at=at)
        return self._take_in(claimed, answer, now=now, at=at)

    def _claim(self, *, now: datetime, at: datetime) -> _Batch | PollResult:
        """Choose whom to ask and write the call down; or when to come again."""
        with transaction.atomic():
            PollState.objects.get_or_create(carrier=self.tracker.code)
            line = lock_poll_state(self.tracker.code)
            held_until = max((until for until in (line.busy_until, line.paused_until) if until), default=at)
            if held_until > at:
                return PollResult(asked=0, again_at=held_until)
            urgencies, opens = self._open_to(at)
            if not urgencies:
                return PollResult(asked=0, again_at=opens)
            batch = self._rest or self._next_batch(line, urgencies, now=now)
            if not batch.numbers:
                return PollResult(asked=0, again_at=max(opens, at + REST))
            CarrierCall.objects.filter(carrier=line.carrier, called_at__lt=at - self._kept()).delete()
            CarrierCall.objects.create(carrier=line.carrier, called_at=at, numbers=len(batch.numbers))
            line.busy_until = at + LEASE
            line.save(update_fields=["busy_until"])
            return batch

    def _open_to(self, at: datetime) -> tuple[frozenset[Urgency], datetime]:
        """Who may be asked about now within the limits; where nobody may, when somebody may again."""
        everybody = self._opens_at([without_reserve(limit) for limit in self.tracker.limits], at)
        if everybody <= at:
            return frozenset(Urgency), at
        in_danger = self._opens_at(self.tracker.limits, at)
        if in_danger <= at:
            return frozenset({Urgency.DANGER}), at
        return frozenset(), in_danger

    def _opens_at(self, limits: Sequence[PollLimit], at: datetime) -> datetime:
        calls = CarrierCall.objects.filter(carrier=self.tracker.code).order_by("-called_at")
        instants = calls.values_list("called_at", flat=True)
        return max(opens_at(limit, instants[limit.calls - 1 : limit.calls].first(), now=at) for limit in limits)

    def _next_batch(self, line: PollState, urgencies: frozenset[Urgency], *, now: datetime) -> _Batch:
        places = min(line.at_most or self.tracker.at_once, self.tracker.at_once)
        waiting = waiting_to_be_asked(line.carrier, urgencies=urgencies, now=now, limit=places)
        chosen = choose(one_a_number(waiting), places=places, given=line.places_given)
        numbers = tuple(one.number for one in chosen)
        return _Batch(numbers=numbers, parcels=parcels_asked_about(line.carrier, numbers, now=now))

    def _kept(self) -> timedelta:
        return max(KEPT, *(timedelta(seconds=limit.seconds) for limit in self.tracker.limits))

    def _take_in(self, batch: _Batch, answer: TrackerResponse, *, now: datetime, at: datetime) -> PollResult:
        """Keep what was answered; parcels are asked once the last page is in."""
        rest = replace(batch, page=answer.next_page) if answer.next_page else None
        # Where this page can't be kept, the parcels are asked again from the first one.
        self._rest = None
        with transaction.atomic():
            # All of them first and in order, so that two who take in scans of the same parcels take turns.
            lock_parcels(batch.parcel_ids)
            problem, unread = self._read(answer, now=now)
            if rest is None:
                _mark_asked(batch, now=now)
                told = [parcel_id for parcel_id, number in batch.parcels if not problem and number not in unread]
                _mark_answered(told, now=now)
            line = lock_poll_state(self.tracker.code)
            line.busy_until, line.paused_until, line.failures = None, None, 0
            line.last_error, line.last_error_at = problem, at if problem else None
            line.answered_at = at
            line.places_given += len(batch.numbers) if rest is None else 0
            line.at_most = 2 * line.at_most if 2 * line.at_most < self.tracker.at_once else 0
            line.save()
        self._rest = rest
        return PollResult(asked=len(batch.numbers) if rest is None else 0, again_at=at)

    def _read(self, answer: TrackerResponse, *, now: datetime) -> tuple[str, frozenset[str]]:
        """Take in the scans of an answer; what is wrong with it, or "", and on which numbers it can't be read.

        That the carrier has nothing on a number is an answer, even where it is worded as an error.
        """
        if answer.body is None:
            return "", frozenset()
        try:
            parsed = CARRIERS[self.tracker.code].parse(answer.body)
        except UnreadableScan as problem:
            return f"its answer can’t be read: {problem}", frozenset()
        take_in_scans(parsed.scans, now=now, way=Way.ASKED)
        if parsed.refused:
            log.info("answers refused", carrier=self.tracker.code, refused=len(parsed.refused))
        return "", frozenset(each.number for each in parsed.refused if not HAS_NOTHING.search(each.reason))

    def _failed(self, batch: _Batch, failure: AskingFailed, *, now: datetime, at: datetime) -> PollResult:
        """Write down why there was no answer, and leave the carrier alone for as long as that calls for."""
        alone = isinstance(failure, NumbersRefused) and len(batch.numbers) == 1
        with transaction.atomic():
            if alone:
                lock_parcels(batch.parcel_ids)
            line = lock_poll_state(self.tracker.code)
            line.busy_until = None
            line.last_error, line.last_error_at = f"{failure}"[:500], at
            if isinstance(failure, NumbersRefused):
                # The one to blame is found by halving; asked alone, it counts as asked and is not in the way any more.
                line.at_most = max(1, len(batch.numbers) // 2)
                if alone:
                    _mark_asked(batch, now=now)
            elif not isinstance(failure, TokenRefused):
                line.failures += 1
                wanted = failure.wait if isinstance(failure, AskedTooOften) else None
                line.paused_until = at + max(wanted or timedelta(), pause(line.failures))
            line.save()
        log.warning("asking failed", carrier=self.tracker.code, error=str(failure), failures=line.failures)
        return PollResult(asked=int(alone), again_at=line.paused_until or at)


def _mark_answered(parcel_ids: Sequence[int], *, now: datetime) -> None:
    """What their carrier did not tell has not happened, up to now: their silence counts that far."""
    if parcel_ids:
        StatusEstimate.objects.filter(parcel__in=parcel_ids).update(answered_at=now)
        assess_status(parcel_ids, now=now)


def _mark_asked(batch: _Batch, *, now: datetime) -> None:
    StatusEstimate.objects.filter(parcel__in=batch.parcel_ids).update(asked_at=now)
