"""What we believe of a parcel, how sure we are, why, and when to think again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from makegood.kit.calendars import Calendar
from makegood.parcels.rules.clocks import LOST_FROM_PERCENT, CarrierClock, ClaimRule, Step
from makegood.parcels.rules.contradictions import Cleared, certain_at_most, clear, shipped_and_unseen
from makegood.parcels.rules.evidence import Evidence, EvidenceKey, of_scan
from makegood.parcels.rules.hearing import ALWAYS, Heard, Listening, listen
from makegood.parcels.rules.journeys import Journey, journey_of
from makegood.parcels.rules.scans import Scan, ScanKind, in_order

# What stands in a verdict's place for a promise with no box yet: nothing has left.
NOT_SHIPPED = "not_shipped"


class Verdict(StrEnum):
    LABEL_MADE = "label_made"
    NEVER_SCANNED = "never_scanned"
    MOVING = "moving"
    DELAYED = "delayed"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    HELD = "held"
    STALLED = "stalled"
    LOST = "lost"
    DELIVERED = "delivered"
    NOT_RECEIVED = "not_received"
    RETURNING = "returning"
    RETURNED = "returned"
    DAMAGED = "damaged"


class Outcome(StrEnum):
    """What a verdict's probability is the probability of."""

    LOST = "lost"
    ARRIVING = "arriving"
    DELIVERED = "delivered"
    RETURNING = "returning"
    DAMAGED = "damaged"


IN_DANGER = frozenset(
    {
        Verdict.NEVER_SCANNED,
        Verdict.STALLED,
        Verdict.LOST,
        Verdict.NOT_RECEIVED,
        Verdict.RETURNING,
        Verdict.RETURNED,
        Verdict.DAMAGED,
    }
)

SETTLED = {
    ScanKind.LOST: (Verdict.LOST, Outcome.LOST, 99),
    ScanKind.DAMAGED: (Verdict.DAMAGED, Outcome.DAMAGED, 95),
    ScanKind.DELIVERED: (Verdict.DELIVERED, Outcome.DELIVERED, 97),
    ScanKind.DELIVERED_NEIGHBOUR: (Verdict.DELIVERED, Outcome.DELIVERED, 93),
    ScanKind.DELIVERED_LOCKER: (Verdict.DELIVERED, Outcome.DELIVERED, 96),
    ScanKind.REFUSED: (Verdict.RETURNING, Outcome.RETURNING, 97),
    ScanKind.RETURNING: (Verdict.RETURNING, Outcome.RETURNING, 95),
    ScanKind.RETURNED: (Verdict.RETURNED, Outcome.RETURNING, 99),
}
"""Where the carrier's own word decides and no silence changes it. Stated estimates, never certain: carriers err."""

NOT_RECEIVED_PERCENT = 90
"""A customer who says that it never came is believed at the first word (some boxes turn up at a neighbour's)."""

ARRIVING = {
    Verdict.LABEL_MADE: (96, 90),
    Verdict.MOVING: (97, 90),
    Verdict.OUT_FOR_DELIVERY: (98, 92),
    Verdict.ATTEMPTED: (92, 85),
    Verdict.HELD: (90, 80),
}
"""The probability of arriving while nothing is wrong: before the promised instant, and after it or once delayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWindow:
    """The first and the last day on which the carrier takes a claim, in the origin's zone, and who says so."""

    opens_date: date
    closes_date: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What we believe now. It stays word for word the same until `look_again_at`, if nothing is scanned before.

    `probability_percent` (1 to 99) is the probability of `outcome`. `evidence` is never empty. `look_again_at` is
    aware UTC, and None where no passing of time changes anything. Without `is_known` it may have arrived without our
    hearing of it, and nothing is to be concluded from its silence. `delivered_at` is the instant at which what we
    believe to be delivered was, and None of everything else.
    """

    state: Verdict
    outcome: Outcome
    probability_percent: int
    evidence: tuple[Evidence, ...]
    claim_window: ClaimWindow | None
    look_again_at: datetime | None
    is_known: bool = True
    delivered_at: datetime | None = None

    @property
    def in_danger(self) -> bool:
        """Whether what the customer ordered may not reach them, or not whole, as far as we can know."""
        return self.state in IN_DANGER and self.is_known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimate:
    state: Verdict
    outcome: Outcome
    percent: int
    silent: Evidence | None = None
    next_step_at: datetime | None = None
    is_settled: bool = False


def assess(
    *,
    label_at: datetime,
    scans: Sequence[Scan],
    promised_at: datetime | None,
    clock: CarrierClock,
    origin: Calendar,
    now: datetime,
    heard: Heard = ALWAYS,
) -> Assessment:
    """What to believe of a parcel at `now`.

    The order of `scans` and their repetition don't matter; those later than `now` don't count yet. Silence is counted
    in business days of `origin`, from the label or from the last scan that shows the carrier had the box, and raises
    the probability of loss in the steps of `clock`. The promised instant's passing raises it by one step at once (never
    as far as "lost": only silence is that long). A scan after any silence makes the parcel moving again.
    Only silence that was `heard` counts. A customer who says that it had not come is believed until this box is called
    delivered after that; where nobody else would have told us, that is all we know of it. What contradicts what is in
    the evidence, and makes the verdict less certain (`contradictions`).

    All instants are aware; `label_at` is when our label was made. `clock` comes from `clocks.clock_of`; `origin` are
    the business days of the place that the parcel left.
    """
    label_at, now = label_at.astimezone(UTC), now.astimezone(UTC)
    promised_at = promised_at.astimezone(UTC) if promised_at else None
    ordered = in_order(scans)
    past, ahead = ordered, None
    if ordered and ordered[-1].happened_at > now:
        past = tuple(scan for scan in ordered if scan.happened_at <= now)
        ahead = ordered[len(past)]
    cleared = clear(past, label_at=label_at)
    journey = journey_of(cleared.scans)
    silence = _silence(journey, heard, label_at=label_at, due_at=promised_at, origin=origin, now=now)
    is_late = promised_at is not None and promised_at <= now
    delivered_at = None
    if journey.kind in SETTLED:
        delivered_at = _delivered_at(journey.kind, cleared, heard)
        estimate = _settled(journey.kind, is_denied=journey.kind.is_delivery and delivered_at is None)
    else:
        estimate = _by_the_clock(journey, silence, clock=clock, origin=origin, now=now, is_late=is_late)
    estimate = _less_certain(estimate, cleared)
    return Assessment(
        state=estimate.state,
        outcome=estimate.outcome,
        probability_percent=estimate.percent,
        evidence=_evidence(
            journey, estimate, cleared, silence, label_at=label_at, passed_at=promised_at if is_late else None
        ),
        claim_window=_claim_window(estimate.state, journey, clock.claim, label_at, promised_at, origin),
        look_again_at=_look_again_at(estimate, ahead, promised_at, silence.settles_at, now),
        is_known=silence.is_known,
        delivered_at=delivered_at,
    )


def _delivered_at(kind: ScanKind, cleared: Cleared, heard: Heard) -> datetime | None:
    """When what stands as delivered was, by the first scan that its customer has not denied since; None: by none."""
    if not kind.is_delivery:
        return None
    deliveries = (scan.happened_at for scan in cleared.scans if scan.kind.is_delivery)
    return next((at for at in deliveries if heard.denied_at is None or at > heard.denied_at), None)


def _silence(
    journey: Journey, heard: Heard, *, label_at: datetime, due_at: datetime | None, origin: Calendar, now: datetime
) -> Listening:
    """How much of the silence since the carrier last had the box was heard. What was handed over is not waited for."""
    decisive = journey.decisive
    quiet_from = decisive.happened_at.astimezone(UTC) if decisive else label_at
    if journey.kind is not None and journey.kind.is_delivery:
        return Listening(since=quiet_from, until=now, is_whole=True, is_known=True)
    return listen(heard, quiet_from=quiet_from, is_scanned=bool(decisive), due_at=due_at, origin=origin, now=now)


def _less_certain(estimate: _Estimate, cleared: Cleared) -> _Estimate:
    """The estimate beside what contradicts it. A loss is believed no less for it, in the customer's favour."""
    at_most = certain_at_most(cleared.contradictions)
    if estimate.outcome is Outcome.LOST or estimate.percent <= at_most:
        return estimate
    return replace(estimate, percent=at_most)


def _settled(kind: ScanKind, *, is_denied: bool) -> _Estimate:
    state, outcome, percent = SETTLED[kind]
    if is_denied:
        state, outcome, percent = Verdict.NOT_RECEIVED, Outcome.LOST, NOT_RECEIVED_PERCENT
    return _Estimate(state=state, outcome=outcome, percent=percent, is_settled=True)


def _by_the_clock(
    journey: Journey, silence: Listening, *, clock: CarrierClock, origin: Calendar, now: datetime, is_late: bool
) -> _Estimate:
    """The estimate where time decides: how long was the carrier silent, as far as heard, and is the promise past?"""
    calm, steps = _calm_state_and_steps(journey.kind, clock)
    if silence.by_denial:
        return _denied(steps or clock.unscanned)
    since = silence.since
    # Until it was heard of, the first step lies ahead at best.
    reached, next_at = _reached(steps, since=since, origin=origin, now=silence.until) if silence.is_known else (0, None)
    if next_at is not None and next_at <= now:
        # It was not heard so far yet: the next answer counts it.
        next_at = None
    late_label = is_late and calm is Verdict.LABEL_MADE and silence.is_known and silence.is_whole
    if reached == 0 and not late_label:
        return _calm(calm, journey, is_late=is_late, is_known=silence.is_known, next_step_at=next_at)
    percent = _percent(steps, reached, is_late=is_late)
    state = Verdict.NEVER_SCANNED if calm is Verdict.LABEL_MADE else Verdict.STALLED
    if reached and steps[reached - 1].percent >= LOST_FROM_PERCENT:
        state = Verdict.LOST
    days = steps[reached - 1].business_days if reached else 0
    silent = Evidence(key=EvidenceKey.NO_SCAN_SINCE, at=since, business_days=days)
    return _Estimate(state=state, outcome=Outcome.LOST, percent=percent, silent=silent, next_step_at=next_at)


def _denied(steps: tuple[Step, ...]) -> _Estimate:
    """Its day has passed, its customer says that it is not there, and no carrier was heard: it may only be late."""
    return _Estimate(state=Verdict.NOT_RECEIVED, outcome=Outcome.LOST, percent=_percent(steps, 0, is_late=True))


def _calm_state_and_steps(kind: ScanKind | None, clock: CarrierClock) -> tuple[Verdict, tuple[Step, ...]]:
    match kind:
        case None:
            return Verdict.LABEL_MADE, clock.unscanned
        case ScanKind.CUSTOMS:
            return Verdict.MOVING, clock.customs
        case ScanKind.OUT_FOR_DELIVERY:
            return Verdict.OUT_FOR_DELIVERY, clock.out_for_delivery
        case ScanKind.ATTEMPTED:
            return Verdict.ATTEMPTED, clock.attempted
        case ScanKind.HELD:
            return Verdict.HELD, clock.held
        case _:
            return Verdict.MOVING, clock.moving


def _arriving(calm: Verdict, *, is_delayed: bool) -> tuple[Verdict, int]:
    in_time, late = ARRIVING[calm]
    if not is_delayed:
        return calm, in_time
    return Verdict.DELAYED if calm is Verdict.MOVING else calm, late


def _calm(
    calm: Verdict, journey: Journey, *, is_late: bool, is_known: bool, next_step_at: datetime | None
) -> _Estimate:
    said_delayed = journey.last_words is not None and journey.last_words.kind is ScanKind.DELAYED
    state, percent = _arriving(calm, is_delayed=(is_late and is_known) or said_delayed)
    if not is_known:
        # It may be late or there already; less is certain, and nothing is said of a delay that nobody told.
        percent = ARRIVING[calm][1]
    return _Estimate(state=state, outcome=Outcome.ARRIVING, percent=percent, next_step_at=next_step_at)


def _reached(
    steps: tuple[Step, ...], *, since: datetime, origin: Calendar, now: datetime
) -> tuple[int, datetime | None]:
    """How many steps are behind us, and the instant of the next one."""
    for reached, step in enumerate(steps):
        at = origin.after_business_days(since, step.business_days).astimezone(UTC)
        if at > now:
            return reached, at
    return len(steps), None


def _percent(steps: tuple[Step, ...], reached: int, *, is_late: bool) -> int:
    """The last step's per cent; the next one's once the promise is past, but never lost by a date alone."""
    own = steps[reached - 1].percent if reached else 0
    if not is_late or own >= LOST_FROM_PERCENT:
        return own
    raised = steps[min(reached, len(steps) - 1)].percent
    return max(own, min(raised, LOST_FROM_PERCENT - 1))


def _evidence(
    journey: Journey,
    estimate: _Estimate,
    cleared: Cleared,
    silence: Listening,
    *,
    label_at: datetime,
    passed_at: datetime | None,
) -> tuple[Evidence, ...]:
    """Everything the verdict rests on, the weightiest first."""
    found: list[Evidence] = []
    if not silence.is_known or silence.by_denial:
        found.append(Evidence(key=EvidenceKey.NOT_HEARD, at=_last_heard_at(journey, silence)))
    if estimate.silent:
        found.append(estimate.silent)
    if estimate.state is Verdict.NOT_RECEIVED:
        found.append(Evidence(key=EvidenceKey.SAID_NOT_RECEIVED))
    if journey.decisive is None:
        found.append(Evidence(key=EvidenceKey.LABEL_MADE, at=label_at))
    elif journey.kind is ScanKind.LOST:
        found.append(of_scan(EvidenceKey.CARRIER_SAYS, journey.decisive))
    else:
        found.append(of_scan(EvidenceKey.LAST_SCAN, journey.decisive))
    if estimate.silent and journey.decisive is None and silence.is_whole:
        found.append(shipped_and_unseen(label_at=label_at))
    found += cleared.contradictions
    if journey.last_words and not estimate.is_settled:
        found.append(of_scan(EvidenceKey.CARRIER_SAYS, journey.last_words))
    if passed_at and not estimate.is_settled:
        found.append(Evidence(key=EvidenceKey.DATE_PASSED, at=passed_at))
    found += [of_scan(EvidenceKey.UNKNOWN_CODE, scan) for scan in journey.unexplained]
    found += cleared.asides
    return tuple(found)


def _last_heard_at(journey: Journey, silence: Listening) -> datetime | None:
    """When we last heard of it: its last scan, or an answer that knew no later one; None where we never did."""
    if silence.until > silence.since and silence.is_whole:
        return silence.until
    return journey.decisive.happened_at if journey.decisive else None


def _claim_window(
    state: Verdict,
    journey: Journey,
    rule: ClaimRule | None,
    label_at: datetime,
    promised_at: datetime | None,
    origin: Calendar,
) -> ClaimWindow | None:
    """The carrier's window for a parcel in danger, from the day it took the box, or else the day of the label."""
    if rule is None or state not in IN_DANGER:
        return None
    shipped_date = origin.local(journey.first_seen.happened_at if journey.first_seen else label_at).date()
    closes_date = shipped_date + timedelta(days=rule.closes_days)
    opens_date = shipped_date + timedelta(days=rule.opens_days)
    if state is Verdict.DAMAGED:
        opens_date = shipped_date + timedelta(days=rule.damaged_opens_days)
    elif rule.days_after_promise is not None and promised_at is not None:
        opens_date = origin.local(promised_at).date() + timedelta(days=rule.days_after_promise)
    return ClaimWindow(opens_date=min(opens_date, closes_date), closes_date=closes_date, source=rule.source)


def _look_again_at(
    estimate: _Estimate, ahead: Scan | None, promised_at: datetime | None, settles_at: datetime | None, now: datetime
) -> datetime | None:
    """The earliest of: the next step of silence, the promised instant, a scan dated in the future, a backlog's end."""
    instants = [ahead.happened_at.astimezone(UTC)] if ahead else []
    if settles_at:
        instants.append(settles_at)
    if estimate.next_step_at:
        instants.append(estimate.next_step_at)
    if promised_at and promised_at > now and not estimate.is_settled:
        instants.append(promised_at)
    return min(instants, default=None)
