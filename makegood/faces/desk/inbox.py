"""The inbox: promises in danger first, then whoever waits for us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from makegood.cases.models import Case
from makegood.cases.queries import (
    count_unmatched,
    denied_by_case,
    grants_by_case,
    inbox,
    inbox_counts,
    last_words_by_case,
    not_left_by_case,
    orders_by_case,
    parcels_by_case,
    unanswered_by_case,
    unmatched_due_at,
)
from makegood.cases.rules import Attention
from makegood.channels.models import Message
from makegood.channels.rules import Direction
from makegood.faces.desk.frame import helper_of, part, shown
from makegood.faces.desk.headlines import headline
from makegood.faces.desk.time_left import TimeLeft, time_left
from makegood.faces.words import without_keys
from makegood.kit import clock
from makegood.kit.records import number_of

LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case as the list shows it; `unanswered` is what the customer wrote and nobody answered yet."""

    case: Case
    title: str
    last: Message | None
    unanswered: str
    left: TimeLeft | None

    @property
    def is_theirs(self) -> bool:
        """Whether the customer had the last word."""
        return self.last is not None and self.last.direction == Direction.IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Both lists, how many more there are than are shown, and how many words nobody knows whose they are."""

    danger: Sequence[Row]
    waiting: Sequence[Row]
    more: int
    unmatched: int
    unmatched_left: TimeLeft | None


def inbox_now(*, now: datetime, zone: str) -> Inbox:
    """What needs a person, in as many queries for a hundred cases as for one; `zone` is the reader's."""
    counts = inbox_counts()
    rows = rows_of(inbox(limit=LIMIT), now=now)
    return Inbox(
        danger=[row for row in rows if row.case.attention == Attention.DANGER],
        waiting=[row for row in rows if row.case.attention == Attention.WAITING],
        more=max(0, sum(counts.values()) - len(rows)),
        unmatched=count_unmatched(),
        unmatched_left=time_left(unmatched_due_at(), now=now, zone=zone),
    )


def rows_of(cases: Sequence[Case], *, now: datetime) -> list[Row]:
    """Cases with their headline and last words."""
    ids = [case.pk for case in cases]
    parcels, orders = parcels_by_case(ids), orders_by_case(ids)
    grants, words, not_left = grants_by_case(ids), last_words_by_case(ids), not_left_by_case(ids, now=now)
    unanswered, denied = unanswered_by_case(ids), denied_by_case(ids)
    return [
        Row(
            case=case,
            title=headline(
                case,
                parcels=parcels.get(case.pk, []),
                orders=orders.get(case.pk, []),
                grant=grants.get(case.pk),
                not_left=not_left.get(case.pk, []),
                now=now,
            ),
            last=words.get(case.pk),
            unanswered=" · ".join(
                [
                    *(without_keys(each.body) for each in unanswered.get(case.pk, [])),
                    *(_("It never came.") for _parcel in denied.get(case.pk, ())),
                ]
            ),
            left=None if case.waits_for_nothing_but_news else time_left(case.due_at, now=now, zone=case.customer.zone),
        )
        for case in cases
    ]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return shown(request, "desk/inbox.html", {"inbox": inbox_now(now=clock.now(), zone=helper_of(request).zone)})


@require_safe
def refresh(request: HttpRequest) -> HttpResponse:
    """The list alone, for pages that are open; `at` is the case beside it."""
    counts, listed = inbox_counts(), inbox_now(now=clock.now(), zone=helper_of(request).zone)
    words = {
        "inbox": listed,
        "at": number_of(request.GET.get("at", "")),
        "in_danger": counts["danger"],
        "in_inbox": sum(counts.values()) + listed.unmatched,
    }
    return part(request, "desk/parts/inbox_refresh.html", words)
