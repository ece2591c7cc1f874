"""Whether silence means anything: since when, and until when, we would have heard of a parcel.

A carrier that tells us by itself tells what happens from then on, and mostly nothing of before. A carrier that we ask
tells everything, up to the answer. What is told of one parcel's past (an import, a first push) comes in pieces, so that
the first piece is not believed to be all of it at once.

A carrier that has told us of parcels every day and falls silent about all of them at once says nothing about any one of
them: what fell silent is most likely the way by which it tells us. A file of scans tells up to its newest one.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from makegood.kit.calendars import Calendar
from makegood.parcels.rules.boxes import LABELLED_LATE

SETTLES = timedelta(hours=1)
"""How long after we began to hear of a parcel what happened before is still being told: an import's files follow each
other, and pushes of a backlog come in any order."""

YOUNG_BUSINESS_DAYS = 1
"""A box that left no longer ago than this when we began to hear can't have arrived before, unheard."""

QUIET_BUSINESS_DAYS = 1
MANY_CUSTOMERS = 20
FRESH = timedelta(days=5)
"""A carrier has fallen silent where a business day brought no word of any parcel, although boxes of so many customers
that were labelled lately were on their way: of one customer's they may all be lost together."""

TOLD_AT_LEAST = timedelta(days=1)
"""For how long it must have told us before: whoever has only begun may tell us little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How we hear of one parcel.

    `told_since`: from when on its carrier told us by itself of whatever happened to it; `answered_at`: when its carrier
    last answered when asked about it; `denied_at`: when its customer said that it had not come. None: never. All are
    aware. `told_until`: until when it told us so; None: to this day.
    """

    told_since: datetime | None = None
    told_until: datetime | None = None
    answered_at: datetime | None = None
    denied_at: datetime | None = None


NEVER = Heard()
ALWAYS = Heard(told_since=datetime.min.replace(tzinfo=UTC))


def told_since(*, carrier_since: datetime | None, label_at: datetime, known_at: datetime | None) -> datetime | None:
    """From when on a carrier that pushes since `carrier_since` tells us of a parcel that we know since `known_at`.

    None: never, as of what we know as history alone.

    It tells of parcels that we know, and those that are told to us soon after their label were never unknown to it. One
    that comes with an import was on its way before, and what was said of it then went to somebody else.
    """
    if carrier_since is None or known_at is None:
        return None
    return max(carrier_since, known_at) if known_at - label_at > LABELLED_LATE else carrier_since


def has_fallen_silent(*, heard_since: datetime, newest_at: datetime, shop: Calendar, now: datetime) -> bool:
    """Whether a carrier that told us of nothing after `newest_at` is silent for so long that it should have spoken.

    Only if there was something to tell, which is for the caller to find out.
    """
    has_told = newest_at - heard_since >= TOLD_AT_LEAST
    return has_told and shop.after_business_days(newest_at, QUIET_BUSINESS_DAYS) <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What the silence after a parcel's last scan, or its label, comes to.

    It counts from `since` to `until`, which are UTC. `is_whole`: we would have heard of everything in between, from
    that scan on. `is_known`: we would know if it had arrived by now. `by_denial`: from its customer alone.
    `settles_at`: when that changes without any news.
    """

    since: datetime
    until: datetime
    is_whole: bool
    is_known: bool
    by_denial: bool = False
    settles_at: datetime | None = None


def listen(
    heard: Heard, *, quiet_from: datetime, is_scanned: bool, due_at: datetime | None, origin: Calendar, now: datetime
) -> Listening:
    """How much of the silence since `quiet_from`, the last scan that shows the box or else its label, was heard.

    A customer who says after its day that it had not come is believed, and ends our not knowing; of the carrier that
    proves nothing.

    `due_at` is when the parcel is promised: once that has passed, only who was heard after it knows that it was late.
    """
    listening = _listen(heard, quiet_from=quiet_from, is_scanned=is_scanned, due_at=due_at, origin=origin, now=now)
    if listening.is_known or heard.denied_at is None or heard.denied_at < max(quiet_from, due_at or quiet_from):
        return listening
    return Listening(since=quiet_from, until=quiet_from, is_whole=False, is_known=True, by_denial=True)


def _listen(
    heard: Heard, *, quiet_from: datetime, is_scanned: bool, due_at: datetime | None, origin: Calendar, now: datetime
) -> Listening:
    told, answered = heard.told_since, heard.answered_at
    complete_until = max(quiet_from, answered) if answered else quiet_from
    if told is not None:
        if told <= complete_until:
            listening = Listening(since=quiet_from, until=now, is_whole=True, is_known=True)
        else:
            listening = _after_a_gap(told.astimezone(UTC), quiet_from, is_scanned=is_scanned, origin=origin, now=now)
        return _as_far_as_told(listening, heard, due_at=due_at, now=now)
    if answered is None or answered < quiet_from:
        # A scan is news too, and whoever told it may tell no more.
        return Listening(since=quiet_from, until=quiet_from, is_whole=True, is_known=False)
    until = min(answered.astimezone(UTC), now)
    is_known = due_at is None or due_at > now or until >= due_at
    return Listening(since=quiet_from, until=until, is_whole=True, is_known=is_known)


def _as_far_as_told(listening: Listening, heard: Heard, *, due_at: datetime | None, now: datetime) -> Listening:
    """The same where the carrier has fallen silent about everything: no silence counts that was not heard."""
    if heard.told_until is None:
        return listening
    last_at = max(filter(None, (heard.told_until, heard.answered_at))).astimezone(UTC)
    return replace(
        listening,
        until=max(listening.since, min(last_at, listening.until)),
        is_known=listening.is_known and (due_at is None or due_at > now or last_at >= due_at),
    )


def _after_a_gap(
    told: datetime, quiet_from: datetime, *, is_scanned: bool, origin: Calendar, now: datetime
) -> Listening:
    """We began to hear after the parcel was last seen: from then on silence counts, if it can't have arrived before."""
    until = max(now, told)
    if not is_scanned:
        is_young = origin.after_business_days(quiet_from, YOUNG_BUSINESS_DAYS) >= told
        since = told if is_young else until
        return Listening(since=since, until=until, is_whole=False, is_known=is_young)
    settles_at = told + SETTLES
    is_settled = settles_at <= now
    return Listening(
        since=told,
        until=until,
        is_whole=False,
        is_known=is_settled,
        settles_at=None if is_settled else settles_at,
    )
