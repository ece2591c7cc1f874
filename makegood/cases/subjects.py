"""What cases and messages are about: from their links to the deliveries behind them, and what was told of each."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from django.db.models import Q

from makegood.cases.models import Case, CaseMessage, CaseSubject, MessageSubject, NamedOrder
from makegood.cases.rules import Subject, SubjectKind
from makegood.channels.models import Message
from makegood.orders.models import Delivery, Order
from makegood.orders.queries import deliveries_of_promises, deliveries_of_receipts
from makegood.parcels.models import Parcel
from makegood.payments.queries import refunds_of_promises
from makegood.remedies.models import GrantUnits
from makegood.remedies.queries import deliveries_moved
from makegood.remedies.refunds import deliveries_of_refunds
from makegood.replies.rules.values import NewsKind

# Which rooms owe, by what their promises are about: each holds the keys to its own.
OWING: Mapping[SubjectKind, Callable[[Iterable[int]], Mapping[int, int]]] = {
    SubjectKind.DELIVERY: deliveries_of_promises,
    SubjectKind.REFUND: refunds_of_promises,
}


def subjects(kind: SubjectKind, ids: Iterable[int]) -> list[Subject]:
    """Rows of one kind as subjects, in the order given."""
    return [Subject(kind, each) for each in ids]


def key_of(subject: Subject) -> dict[str, int]:
    """The one key that a link to this subject sets."""
    return {f"{subject.kind.value}_id": subject.id}


def heard_of(kind: SubjectKind, ids: Iterable[int]) -> dict[int, dict[NewsKind, datetime]]:
    """When the customer heard which news of each of these rows; rows of which nothing was told are missing."""
    rows = MessageSubject.objects.filter(**{f"{kind.value}__in": list(ids)})
    found: dict[int, dict[NewsKind, datetime]] = defaultdict(dict)
    for row_id, topic, at in rows.order_by("id").values_list(f"{kind.value}_id", "topic", "message__written_at"):
        found[row_id][NewsKind(topic)] = at
    return dict(found)


def not_heard(topic: NewsKind, kind: SubjectKind, ids: Iterable[int]) -> list[int]:
    """Those of these rows of which such news was not told yet, in the order given."""
    rows = list(ids)
    heard = heard_of(kind, rows)
    return [each for each in rows if topic not in heard.get(each, {})]


def deliveries_behind(found: Iterable[Subject]) -> dict[Subject, list[int]]:
    """The deliveries that each subject is about: itself, a parcel's own, those that a grant makes good or moves, those
    for which money goes back, or came.
    """
    by_kind: dict[SubjectKind, list[int]] = defaultdict(list)
    for subject in set(found):
        by_kind[subject.kind].append(subject.id)
    behind: dict[Subject, list[int]] = {}
    for kind, ids in by_kind.items():
        for row_id, delivery_id in _deliveries_of(kind, ids):
            behind.setdefault(Subject(kind, row_id), []).append(delivery_id)
    return behind


def _deliveries_of(kind: SubjectKind, ids: Sequence[int]) -> Iterable[tuple[int, int]]:
    match kind:
        case SubjectKind.DELIVERY:
            return [(each, each) for each in ids]
        case SubjectKind.PARCEL:
            return Parcel.objects.filter(id__in=ids).values_list("id", "delivery_id")
        case SubjectKind.GRANT:
            rows = GrantUnits.objects.filter(grant__in=ids).order_by("grant_id", "lost__delivery_id")
            return [*rows.values_list("grant_id", "lost__delivery_id").distinct(), *deliveries_moved(ids)]
        case SubjectKind.REFUND:
            return deliveries_of_refunds(ids)
        case SubjectKind.ORDER:
            return Delivery.objects.filter(order__in=ids).order_by("id").values_list("order_id", "id")
        case SubjectKind.RECEIPT:
            return deliveries_of_receipts(ids)
        case _:
            assert_never(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What a message is about: its case, and the orders and parcels that its news covers."""

    case_id: int | None
    orders: tuple[str, ...]
    parcels: tuple[str, ...]


def concerns_of(messages: Sequence[Message]) -> dict[int, Concern]:
    """What each message is about, by its id; words that tell no news and name no order are about their case alone."""
    ids = [each.pk for each in messages]
    cases = dict(CaseMessage.objects.filter(message__in=ids).values_list("message_id", "case_id"))
    links = list(MessageSubject.objects.filter(message__in=ids))
    behind = deliveries_behind(link.subject for link in links)
    covered: dict[int, set[int]] = {each: set() for each in ids}
    for link in links:
        covered[link.message_id].update(behind.get(link.subject, ()))
    names = _names_of({delivery for deliveries in covered.values() for delivery in deliveries})
    named = orders_named_by_message(ids)
    return {
        message_id: Concern(
            case_id=cases.get(message_id),
            orders=tuple(
                dict.fromkeys(
                    [
                        *(names[each][0] for each in sorted(deliveries)),
                        *(order.reference for order in named.get(message_id, ())),
                    ]
                )
            ),
            parcels=tuple(parcel for each in sorted(deliveries) if (parcel := names[each][1])),
        )
        for message_id, deliveries in covered.items()
    }


def subjects_of_promises(promise_ids: Iterable[int]) -> dict[int, Subject]:
    """What each promise is about, as the room that owes it says; answers owed are about their case alone."""
    ids = list(promise_ids)
    return {
        promise: Subject(kind, row_id)
        for kind, rows_of_promises in OWING.items()
        for promise, row_id in rows_of_promises(ids).items()
    }


def orders_of_promises(promise_ids: Iterable[int]) -> dict[int, str]:
    """The order that each promise is about, by the promise's id; those about none are missing."""
    about = subjects_of_promises(promise_ids)
    behind = deliveries_behind(about.values())
    names = _names_of({each for ids in behind.values() for each in ids})
    return {promise: names[behind[subject][0]][0] for promise, subject in about.items() if subject in behind}


def _names_of(deliveries: Iterable[int]) -> Mapping[int, tuple[str, str | None]]:
    """Each delivery's order and parcel, by their references."""
    ids = list(deliveries)
    parcels = dict(Parcel.objects.filter(delivery__in=ids).values_list("delivery_id", "reference"))
    orders = Delivery.objects.filter(id__in=ids).values_list("id", "order__reference")
    return {delivery: (order, parcels.get(delivery)) for delivery, order in orders}


def cases_with_order(reference: str) -> Q:
    """Narrows cases to those that gather a delivery of an order, or on which words name it."""
    gathered = CaseSubject.objects.filter(delivery__order__reference=reference).values("case_id")
    named = NamedOrder.objects.filter(order__reference=reference).values("case_message__case_id")
    return Q(id__in=gathered) | Q(id__in=named)


def orders_named_by_case(case_ids: Iterable[int]) -> dict[int, list[Order]]:
    """The orders that the words on each case are about, the first named first; cases without any are missing."""
    rows = NamedOrder.objects.filter(case_message__case__in=list(case_ids)).select_related("order", "case_message")
    found: dict[int, dict[int, Order]] = {}
    for row in rows.order_by("id"):
        found.setdefault(row.case_message.case_id, {}).setdefault(row.order_id, row.order)
    return {case_id: list(orders.values()) for case_id, orders in found.items()}


def orders_named_by_message(message_ids: Iterable[int]) -> dict[int, list[Order]]:
    """The orders that each customer's message is about; those that name none are missing."""
    rows = NamedOrder.objects.filter(case_message__message__in=list(message_ids))
    found: dict[int, list[Order]] = {}
    for row in rows.select_related("order", "case_message").order_by("id"):
        found.setdefault(row.case_message.message_id, []).append(row.order)
    return found


def messages_on(*, order: str | None, case_id: int | None) -> Q:
    """Narrows messages to those on the cases that gather an order, or on one case."""
    rows = CaseMessage.objects.all()
    if order is None and case_id is None:
        return Q()
    if order is not None:
        rows = rows.filter(case__in=Case.objects.filter(cases_with_order(order)).values("id"))
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return Q(id__in=rows.values("message_id"))
