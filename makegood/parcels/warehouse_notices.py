"""Telling a place's own system what to send and what not to, until it says yes or a helper must see to it.

Attempts are technical: they keep system time, and no promise depends on when they are made.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from makegood.catalog.rules import DispatchMethod
from makegood.journal.actions import announce
from makegood.kit import clock, sql
from makegood.kit.errors import AlreadyResolved
from makegood.parcels.facts import DispatchAccepted, DispatchFact, DispatchNoticeDue, DispatchRefused
from makegood.parcels.locks import lock_due_notices, lock_notice
from makegood.parcels.models import Dispatch, DispatchNotice, DispatchState, NoticeKind, NoticeState
from makegood.parcels.warehouse import PORT, Notice, NotTaken, NotWanted

# How long after each failed attempt the next one is made, as Standard Webhooks recommends: over three days in all.
AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
# An attempt whose worker died is made again after this: longer than any hand-over takes.
LEASE = timedelta(minutes=2)
LONGEST_WORDS = 500


# What a place answers at last; while it is asked again it has answered nothing.
_ANSWERS: Mapping[NoticeState, type[DispatchFact]] = {
    NoticeState.ACCEPTED: DispatchAccepted,
    NoticeState.GIVEN_UP: DispatchRefused,
}


def said_of(dispatch: Dispatch) -> dict[str, int]:
    """What every fact about a dispatch says."""
    return {
        "customer_id": dispatch.customer_id,
        "dispatch_id": dispatch.pk,
        "order_id": dispatch.order_id,
        "place_id": dispatch.place_id,
    }


def queue_notice(dispatch: Dispatch, kind: NoticeKind) -> None:
    """Write down that the place's system is to be told, in the transaction in which that became true.

    A cancelled dispatch is not asked for any more; whether an earlier attempt was heard we can't know, so it is told.
    Another address is told where the request may have been heard with the old one; whoever was not told yet, or would
    not hear, reads the new one with the request.
    """
    if dispatch.place.dispatch_method != DispatchMethod.WEBHOOK:
        return
    if kind is NoticeKind.CANCELLED:
        rows = DispatchNotice.objects.filter(dispatch=dispatch, state__in=[NoticeState.WAITING, NoticeState.GIVEN_UP])
        rows.update(state=NoticeState.DROPPED, next_try_at=None)
    told = DispatchNotice.objects.filter(dispatch=dispatch)
    if (
        kind is NoticeKind.READDRESSED
        and not told.filter(Q(state=NoticeState.ACCEPTED) | Q(state=NoticeState.WAITING, attempts__gt=0)).exists()
    ):
        return
    key = quote(dispatch.key, safe=":/-_")
    suffix = {
        NoticeKind.REQUESTED: "",
        NoticeKind.READDRESSED: f"/readdressed/{told.filter(kind=NoticeKind.READDRESSED).count() + 1}",
        NoticeKind.CANCELLED: "/cancelled",
    }[kind]
    DispatchNotice.objects.create(
        dispatch=dispatch,
        customer_id=dispatch.customer_id,
        kind=kind,
        key=key + suffix,
        next_try_at=clock.system_now() + LEASE,
    )


def tell_waiting(*, dispatch_id: int, attempts: int = 0) -> None:
    """Tell the place what waits to be told of a dispatch after so many attempts, in the order in which it came.

    Where others have attempted it meanwhile there is nothing to do: its next time is set. Outside transactions.
    """
    waiting = DispatchNotice.objects.filter(dispatch_id=dispatch_id, state=NoticeState.WAITING, attempts=attempts)
    for notice_id in list(waiting.order_by("id").values_list("id", flat=True)):
        _tell(notice_id, attempts)


def _tell(notice_id: int, attempts: int) -> None:
    taken = _begin(notice_id, attempts)
    if taken is None:
        return
    row, notice = taken
    sql.give_back()
    try:
        PORT.warehouse.tell(notice)
    except NotTaken as error:
        is_last = row.attempts > len(AFTER)
        _end(row, NoticeState.GIVEN_UP if is_last else NoticeState.WAITING, words=str(error))
    except NotWanted as error:
        _end(row, NoticeState.GIVEN_UP, words=str(error))
    else:
        _end(row, NoticeState.ACCEPTED, words="")


def _begin(notice_id: int, attempts: int) -> tuple[DispatchNotice, Notice] | None:
    """Count the attempt before it is made, so that one cut off counts too; None where there is nothing to tell."""
    with transaction.atomic():
        row = lock_notice(notice_id)
        if row.state != NoticeState.WAITING or row.attempts != attempts:
            return None
        if row.kind != NoticeKind.CANCELLED and row.dispatch.state != DispatchState.REQUESTED:
            # It has left, which says more than a yes; or it was cancelled, which is told by itself.
            row.state, row.next_try_at = NoticeState.DROPPED, None
            row.save(update_fields=["state", "next_try_at"])
            return None
        row.attempts += 1
        row.next_try_at = clock.system_now() + LEASE
        row.save(update_fields=["attempts", "next_try_at"])
    place = row.dispatch.place
    return row, Notice(key=row.key, url=place.dispatch_url, secret=place.dispatch_secret, body=body_of(row))


def _end(row: DispatchNotice, state: NoticeState, *, words: str) -> None:
    """Record what came of an attempt, unless it was dropped meanwhile; what the place said at last is a fact."""
    now = clock.system_now()
    again = now + AFTER[row.attempts - 1] if state is NoticeState.WAITING else None
    with transaction.atomic():
        is_ours = DispatchNotice.objects.filter(id=row.pk, state=NoticeState.WAITING).update(
            state=state, next_try_at=again, last_words=words[:LONGEST_WORDS], last_tried_at=now
        )
        fact = _ANSWERS.get(state)
        if is_ours and fact and row.kind == NoticeKind.REQUESTED:
            announce([fact(**said_of(row.dispatch))], now=clock.now())


def body_of(row: DispatchNotice) -> dict[str, object]:
    """What the place's system reads (docs/webhooks.md): the same for every attempt at one notice."""
    dispatch, delivery = row.dispatch, row.dispatch.delivery
    told: dict[str, object] = {"id": dispatch.pk, "key": dispatch.key, "order": dispatch.order.reference}
    told["place"] = dispatch.place.reference
    if row.kind != NoticeKind.CANCELLED:
        told["ship_to"] = {
            "name": delivery.name,
            "lines": delivery.address_lines,
            "postcode": delivery.postcode,
            "country": delivery.country,
        }
    if row.kind == NoticeKind.REQUESTED:
        told |= {
            "service": dispatch.service.reference,
            "carrier": dispatch.service.carrier,
            "leaves_date": dispatch.leaves_date.isoformat(),
            "arrives_date": delivery.by_date.isoformat(),
            "units": [
                {"sku": units.product.sku, "title": units.title, "quantity": units.quantity}
                for units in dispatch.units.select_related("product", "line").order_by("id")
            ],
            "announce_to": f"{settings.BASE_URL}/inlets/dispatches/{quote(dispatch.place.reference, safe='')}",
        }
    return {"type": f"dispatch.{row.kind}", "timestamp": dispatch.requested_at.isoformat(), "data": told}


def sweep(_now: datetime, limit: int = 10_000) -> int:
    """Let what is due to be told again be told, by the machine's clock; how many notices there were."""
    now = clock.system_now()
    with transaction.atomic():
        due = lock_due_notices(now, limit=limit)
        DispatchNotice.objects.filter(id__in=[row.pk for row in due]).update(next_try_at=now + LEASE)
        facts = [DispatchNoticeDue(**said_of(row.dispatch), attempts=row.attempts) for row in due]
        announce(facts, now=clock.now())
    return len(due)


def retry_notice(*, notice_id: int) -> None:
    """Tell the place again what it would not take, from the beginning of the schedule.

    Raises:
        DispatchNotice.DoesNotExist: there is none.
        AlreadyResolved: it is not one that was given up.
    """
    with transaction.atomic():
        row = lock_notice(notice_id)
        if row.state != NoticeState.GIVEN_UP:
            raise AlreadyResolved("this notice was accepted, or is being tried again by itself")
        row.state, row.attempts, row.next_try_at = NoticeState.WAITING, 0, clock.system_now()
        row.save(update_fields=["state", "attempts", "next_try_at"])
