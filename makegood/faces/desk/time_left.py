"""How long there is until an instant, as short as a list wants it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from makegood.faces.words import local_date

SOON = timedelta(hours=2)
TODAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`words` as in "19 h"; `tone` is late, soon, today or calm."""

    words: str
    tone: str


def time_left(due_at: datetime | None, *, now: datetime, zone: str) -> TimeLeft | None:
    """What is left until `due_at`, or by how much it is late; days are the calendar's in the customer's `zone`."""
    if due_at is None:
        return None
    left = due_at - now
    if left <= timedelta(0):
        return TimeLeft(_("%(time)s late") % {"time": length(due_at, now, zone)}, "late")
    tone = "soon" if left <= SOON else "today" if left <= TODAY else "calm"
    return TimeLeft(length(now, due_at, zone), tone)


def length(start: datetime, end: datetime, zone: str) -> str:
    """42 m, 19 h, 3 d."""
    minutes = int((end - start).total_seconds() // 60)
    if minutes < 60:
        return _("%(count)s m") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    return _("%(count)s d") % {"count": calendar_days(start, end, zone)}


def calendar_days(start: datetime, end: datetime, zone: str) -> int:
    """How many midnights lie between, by the clocks of `zone`: what people count as days."""
    first, last = (local_date(each, zone) for each in (start, end))
    return (last - first).days
