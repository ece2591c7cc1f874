"""Trying once more to tell what could not be told."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from makegood.cases.actions import CaseIsClosed, reconsider, settle_unreached, unreached_on
from makegood.cases.correcting import tell_corrected, tell_turned_up
from makegood.cases.grant_letters import GRANT_LETTERS
from makegood.cases.locks import lock_case
from makegood.cases.models import Case, MessageSubject
from makegood.cases.notifications import (
    confirm_grant,
    tell,
    tell_corrected_number,
    tell_replacements_left,
    told_of,
)
from makegood.cases.refunding import tell_came_back, tell_settled
from makegood.cases.rules import CaseState
from makegood.cases.telling_money import tell_cancelled, tell_left, tell_short
from makegood.channels.actions import drop_message, send_again
from makegood.channels.models import Message
from makegood.parcels.models import Parcel
from makegood.remedies.models import Grant
from makegood.replies.rules.values import NewsKind


def try_again(*, case_id: int, now: datetime) -> Case:
    """Let what did not reach the customer of a case go once more; where there is nothing of the kind, nothing happens.

    What we tell by ourselves is written anew from what is true now, and dropped where it is no news any more. The own
    words of a person, which nobody took, are handed over again as they are.

    Raises:
        Case.DoesNotExist, CaseIsClosed
    """
    with transaction.atomic():
        case = lock_case(case_id)
        if case.state == CaseState.CLOSED:
            raise CaseIsClosed
        if case.unreached is None:
            return case
        for message in unreached_on(case):
            if message.news in TELL:
                _tell_anew(case, message, now=now)
            else:
                send_again(message_id=message.pk, now=now)
        settle_unreached(case)
        reconsider(case, now=now)
    return case


def _tell_anew(case: Case, message: Message, *, now: datetime) -> None:
    """Tell anew what a letter told that nobody read; what is no news any more is not told."""
    drop_message(message_id=message.pk)
    MessageSubject.objects.filter(message=message).delete()
    TELL[NewsKind(message.news)](case, sorted(told_of(message)), now)


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


def _done(case: Case, ids: list[int], now: datetime) -> None:
    tell_settled(case.customer_id, ids, now=now)


def _came_back(case: Case, ids: list[int], now: datetime) -> None:
    tell_came_back(case.customer_id, ids, now=now)


def _cancelled(case: Case, ids: list[int], now: datetime) -> None:
    tell_cancelled(case.customer_id, ids, now=now)


def _left(case: Case, ids: list[int], now: datetime) -> None:
    tell_left(case.customer_id, ids, now=now)


def _short(case: Case, ids: list[int], now: datetime) -> None:
    tell_short(case.customer_id, ids, now=now)


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
    NewsKind.REFUND_DONE: _done,
    NewsKind.REFUND_CAME_BACK: _came_back,
    NewsKind.ORDER_CANCELLED: _cancelled,
    NewsKind.MONEY_LEFT: _left,
    NewsKind.MONEY_SHORT: _short,
    NewsKind.SIGN_IN: _nothing,
}
