"""A box that left Reno on Monday 5 October 2026 at 9:00, and the calendar there."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from makegood.kit.calendars import Calendar
from makegood.parcels.rules.clocks import USPS
from makegood.parcels.rules.hearing import ALWAYS
from makegood.parcels.rules.polling import URGENCIES, Urgency
from makegood.parcels.rules.scans import Scan
from makegood.parcels.rules.verdicts import assess

RENO = Calendar(
    zone=ZoneInfo("America/Los_Angeles"),
    holidays=frozenset({date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26)}),
)
LABEL_AT = datetime(2026, 10, 5, 16, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def october(day, hour=16, minute=0):
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def scan(kind, at, *, code="", words="", place=""):
    return Scan(
        carrier="usps", number="1", code=code or kind.value, kind=kind, happened_at=at, place=place, words=words
    )


def believe(*scans, now, promised_at=None, clock=USPS, **more):
    return assess(label_at=LABEL_AT, scans=scans, promised_at=promised_at, clock=clock, origin=RENO, now=now, **more)


def denied(at):
    """Heard of from the beginning, and said by its customer not to have come."""
    return replace(ALWAYS, denied_at=at)


def keys(estimate):
    return [one.key for one in estimate.evidence]


def urgency_of(*, state, promised_at, now):
    """What the table of urgencies says of one parcel, read in Python: PostgreSQL is held against it."""
    for rule in URGENCIES:
        is_of_state = rule.states is None or state in rule.states
        if is_of_state and (rule.within is None or promised_at <= now + rule.within):
            return rule.urgency
    return Urgency.CALM
