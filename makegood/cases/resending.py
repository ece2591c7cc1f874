"""Trying once more to tell what could not be told."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from makegood.cases.actions import CaseIsClosed, forget_unreached, reconsider
from makegood.cases.correcting import tell_corrected
from makegood.cases.grant_letters import GRANT_LETTERS
from makegood.cases.locks import lock_case
from makegood.cases.models import Case
from makegood.cases.notifications import (
    confirm_grant,
    tell,
    tell_corrected_number,
    tell_replacements_left,
    tell_turned_up,
)
from makegood.cases.rules import CaseState
from makegood.channels.actions import send_again
from makegood.channels.models import Message
from makegood.channels.rules import MessageState
from makegood.parcels.models import Parcel
from makegood.remedies.models import Grant
from makegood.replies.rules.values import NewsKind


def try_again(*, case_id: int, now: datetime) -> Case:
    """Let what did not reach the customer of a case go once more; where there is nothing of the kind, nothing happens.

    Words that were held back are written anew from what is true now; a letter that nobody took is handed over again.

    Raises:
        Case.DoesNotExist, CaseIsClosed
    """
    with transaction.atomic():
        case = lock_case(case_id)
        if case.state == CaseState.CLOSED:
            raise CaseIsClosed
        message = case.unreached
        if message is None:
            return case
        forget_unreached(case)
        if message.state == MessageState.HELD:
            _tell_anew(case, message, now=now)
        else:
            send_again(message_id=message.pk, now=now)
        reconsider(case, now=now)
    return case


def _tell_anew(case: Case, message: Message, *, now: datetime) -> None:
    """Word held news again; its key says what it is about, as `send_letter` wrote it."""
    news, _, about = message.key.partition("/")
    ids = [int(each) for each in about.partition(":")[2].partition("/")[0].split("-")]
    TELL[NewsKind(news)](case, ids, now)


def _trouble(kind: NewsKind) -> Callable[[Case, list[int], datetime], object]:
    return lambda case, _ids, now: tell(case, kind, now=now)


def _grants(case: Case, ids: list[int], now: datetime) -> None:
    for grant in Grant.objects.filter(id__in=ids).select_related("order").order_by("id"):
        confirm_grant(case, grant, now=now)


def _rows(ids: list[int]) -> list[Parcel]:
    return list(Parcel.objects.filter(id__in=ids).select_related("delivery__order", "delivery__promise").order_by("id"))


def _parcels(kind: Callable[..., None]) -> Callable[[Case, list[int], datetime], None]:
    def tell_each(case: Case, ids: list[int], now: datetime) -> None:
        for parcel in _rows(ids):
            kind(case, parcel, now=now)

    return tell_each


def _corrected(case: Case, ids: list[int], now: datetime) -> None:
    tell_corrected(case, _rows(ids), now=now)


def _nothing(_case: Case, _ids: list[int], _now: datetime) -> None:
    """A door is asked for anew by whoever stands before it."""


# How news of each kind is told from the ids of what it is about.
TELL: Mapping[NewsKind, Callable[[Case, list[int], datetime], object]] = {
    **{kind: _grants for kind, _ in GRANT_LETTERS.values()},
    NewsKind.IN_DANGER: _trouble(NewsKind.IN_DANGER),
    NewsKind.BROKEN: _trouble(NewsKind.BROKEN),
    NewsKind.REPLACEMENT_LEFT: _parcels(tell_replacements_left),
    NewsKind.TURNED_UP: _parcels(tell_turned_up),
    NewsKind.CORRECTED: _corrected,
    NewsKind.NUMBER_CORRECTED: _parcels(tell_corrected_number),
    NewsKind.SIGN_IN: _nothing,
}
