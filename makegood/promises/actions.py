"""Making, revising, keeping, withdrawing and breaking promises."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from django.db import transaction

from makegood.journal.actions import announce, publish_from_sql
from makegood.kit import sql
from makegood.kit.bulk import store_new
from makegood.promises.facts import (
    PromiseAtRisk,
    PromiseBroken,
    PromiseFact,
    PromiseKept,
    PromiseMade,
    PromiseMadeGood,
    PromiseRevised,
    PromiseWithdrawn,
)
from makegood.promises.locks import lock_due_at_risk, lock_promise, lock_promises
from makegood.promises.models import Promise, Revision
from makegood.promises.rules import PromiseClosed, PromiseKind, PromiseState, check_revision

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromise:
    """What is about to be promised. `at_risk_at`: when to start worrying, if nothing has happened by then.

    `awaits_news`: nobody can say whether it was kept.
    """

    customer_id: int
    kind: PromiseKind
    due_at: datetime
    at_risk_at: datetime | None = None
    awaits_news: bool = False


def make_promises(new: Sequence[NewPromise], *, by: str, now: datetime) -> list[Promise]:
    """Make promises in bulk, in the order given; one already due is broken by the next sweep, like any other."""
    with transaction.atomic():
        promises = [
            Promise(
                customer_id=each.customer_id,
                kind=each.kind,
                made_at=now,
                made_by=by,
                due_at=each.due_at,
                original_due_at=each.due_at,
                at_risk_at=each.at_risk_at,
                awaits_news=each.awaits_news,
            )
            for each in new
        ]
        store_new(promises)
        announce([PromiseMade(**_said(promise)) for promise in promises], now=now)
    return promises


def make_promise(
    *, customer_id: int, kind: PromiseKind, due_at: datetime, by: str, now: datetime, at_risk_at: datetime | None = None
) -> Promise:
    """Promise one thing."""
    new = NewPromise(customer_id=customer_id, kind=kind, due_at=due_at, at_risk_at=at_risk_at)
    return make_promises([new], by=by, now=now)[0]


def revise_promise(*, promise_id: int, due_at: datetime, reason: str, by: str, now: datetime) -> Promise:
    """Give an open promise a new date, with the reason the customer is told.

    Raises:
        Promise.DoesNotExist, PromiseClosed, RevisionInThePast, RevisionWithoutReason
    """
    with transaction.atomic():
        promise = lock_promise(promise_id)
        check_revision(state=PromiseState(promise.state), due_at=due_at, reason=reason, now=now)
        _move(promise, due_at, reason=reason.strip(), by=by, now=now)
    return promise


def _move(promise: Promise, due_at: datetime, *, reason: str, by: str, now: datetime) -> None:
    """Let a promise fall due then, which is a revision where there is a reason."""
    was_due_at, worried_at = promise.due_at, promise.at_risk_at or promise.at_risk_since
    promise.due_at, promise.at_risk_since = due_at, None
    if worried_at is not None:
        # We start to worry as long before the new date as before the old one; who knows better says it.
        promise.at_risk_at = worried_at + (due_at - was_due_at)
    if not reason:
        promise.original_due_at = due_at
    promise.save(update_fields=["due_at", "at_risk_at", "at_risk_since", "original_due_at"])
    if reason:
        Revision.objects.create(
            promise=promise,
            customer_id=promise.customer_id,
            was_due_at=was_due_at,
            due_at=due_at,
            reason=reason,
            revised_at=now,
            revised_by=by,
        )
    announce([PromiseRevised(**_said(promise), was_due_at=was_due_at)], now=now)


def correct_due_date(*, promise_id: int, due_at: datetime, reason: str, by: str, now: datetime) -> None:
    """Let a promise fall due when somebody else has told the customer already, be that instant past or not.

    An open one moves, and `reason` is kept with the revision; without a reason it was never due when we believed. One
    that was fulfilled is judged by the right date. A withdrawn one stays so, and so does one broken for want of news,
    since we have said so.

    Raises:
        Promise.DoesNotExist: there is none.
    """
    with transaction.atomic():
        promise = lock_promise(promise_id)
        if promise.state == PromiseState.WITHDRAWN or promise.due_at == due_at:
            return
        if promise.fulfilled_at is None and promise.state != PromiseState.OPEN:
            return
        _move(promise, due_at, reason=reason, by=by, now=now)
        if promise.fulfilled_at is not None:
            fulfil_promise(promise_id=promise_id, fulfilled_at=promise.fulfilled_at, now=now)


def promise_anew(*, promise_id: int, due_at: datetime, reason: str, by: str, now: datetime) -> Promise:
    """What was promised for a day is promised for a later one, which whoever waits accepts; the promise that stands.

    An open one moves. One that broke stays broken and owes nothing any more: another takes its place.

    Raises:
        Promise.DoesNotExist, RevisionInThePast, RevisionWithoutReason
        PromiseClosed: nobody waits for it any more.
    """
    with transaction.atomic():
        promise = lock_promise(promise_id)
        if promise.state == PromiseState.OPEN:
            return revise_promise(promise_id=promise_id, due_at=due_at, reason=reason, by=by, now=now)
        if not promise.is_owed:
            raise PromiseClosed(PromiseState(promise.state))
        check_revision(state=PromiseState.OPEN, due_at=due_at, reason=reason, now=now)
        kind = PromiseKind(promise.kind)
        anew = make_promise(customer_id=promise.customer_id, kind=kind, due_at=promise.due_at, by=by, now=now)
        anew.original_due_at = promise.original_due_at
        anew.save(update_fields=["original_due_at"])
        _move(anew, due_at, reason=reason.strip(), by=by, now=now)
        make_promises_good(promise_ids=[promise_id], now=now)
    return anew


def mark_at_risk(*, promise_ids: Sequence[int], now: datetime) -> int:
    """Mark open promises as in danger; how many were not before."""
    if not promise_ids:
        return 0
    with transaction.atomic():
        return publish_from_sql(
            sql.load(HERE, "mark_at_risk"),
            kinds={PromiseAtRisk.__name__},
            now=now,
            parameters={"ids": sql.array(promise_ids)},
        )


def worry_from(instants: Mapping[int, datetime], *, still_worrying: Collection[int] = ()) -> None:
    """Say anew from when to worry about open promises, by their ids: nobody worries before.

    `still_worrying`: those of them that worry us already go on to, and are looked at once more at their instant.
    """
    for promise in lock_promises(instants):
        still_open = Promise.objects.filter(id=promise.pk, state=PromiseState.OPEN, awaits_news=False)
        calmed: dict[str, object] = {} if promise.pk in still_worrying else {"at_risk_since": None}
        still_open.update(at_risk_at=instants[promise.pk], **calmed)


def clear_risk(*, promise_ids: Sequence[int]) -> None:
    """Take open promises out of danger: what worried us is over. Those that worried nobody are not written."""
    if promise_ids:
        sql.run(sql.load(HERE, "clear_risk"), ids=sql.array(promise_ids))


def await_news(awaited: Mapping[int, bool]) -> None:
    """Whether promises wait for somebody to hear if they were kept, by their ids; none of those breaks meanwhile."""
    for does_wait in (True, False):
        ids = sorted(each for each, waits in awaited.items() if waits is does_wait)
        if ids:
            lock_promises(ids)
            Promise.objects.filter(id__in=ids).update(awaits_news=does_wait)


def fulfil_promises(instants: Mapping[int, datetime], *, now: datetime) -> None:
    """Say when promises were fulfilled, by their ids: kept if in time, broken if late, in whatever order the news came.

    What is known already changes nothing and is not said again.
    """
    if not instants:
        return
    ids = sorted(instants)
    with transaction.atomic():
        publish_from_sql(
            sql.load(HERE, "fulfil"),
            kinds={PromiseKept.__name__, PromiseBroken.__name__},
            now=now,
            parameters={"ids": sql.array(ids), "instants": sql.array(instants[each] for each in ids)},
        )


def fulfil_promise(*, promise_id: int, fulfilled_at: datetime, now: datetime) -> PromiseState:
    """Say when one promise was fulfilled; what it is now.

    Raises:
        Promise.DoesNotExist: there is none.
    """
    with transaction.atomic():
        fulfil_promises({promise_id: fulfilled_at}, now=now)
        return PromiseState(Promise.objects.values_list("state", flat=True).get(id=promise_id))


def reopen_promises(*, promise_ids: Sequence[int], now: datetime) -> None:
    """Take back that promises were fulfilled: what was reported did not happen.

    A kept one is open and in danger again, and broken by the next sweep where it is overdue; a withdrawn one stays so,
    and one that was made good or called off stays as it is: whatever happened, nothing is owed.
    """
    if not promise_ids:
        return
    with transaction.atomic():
        promises = lock_promises(promise_ids)
        was_kept = [
            each
            for each in promises
            if each.state == PromiseState.KEPT and each.made_good_at is None and each.called_off_at is None
        ]
        Promise.objects.filter(id__in=promise_ids).update(fulfilled_at=None)
        Promise.objects.filter(id__in=[promise.pk for promise in was_kept]).update(
            state=PromiseState.OPEN, closed_at=None, at_risk_since=now
        )
        announce([PromiseAtRisk(**_said(promise)) for promise in was_kept], now=now)


def withdraw_promise(*, promise_id: int, now: datetime) -> None:
    """Let a promise go that no longer stands.

    Raises:
        Promise.DoesNotExist, PromiseClosed
    """
    with transaction.atomic():
        promise = lock_promise(promise_id)
        if promise.state != PromiseState.OPEN:
            raise PromiseClosed(PromiseState(promise.state))
        promise.state, promise.closed_at = PromiseState.WITHDRAWN, now
        promise.save(update_fields=["state", "closed_at"])
        announce([PromiseWithdrawn(**_said(promise))], now=now)


def call_off(*, promise_ids: Sequence[int], now: datetime) -> None:
    """What was promised is cancelled: an open promise is withdrawn, and for a broken one nobody waits any more.

    What was kept, fulfilled late or made good has had its day.
    """
    if not promise_ids:
        return
    with transaction.atomic():
        promises = lock_promises(promise_ids)
        still_open = [each for each in promises if each.state == PromiseState.OPEN]
        broken = [each.pk for each in promises if each.state == PromiseState.BROKEN and each.is_owed]
        Promise.objects.filter(id__in=[each.pk for each in still_open]).update(
            state=PromiseState.WITHDRAWN, closed_at=now
        )
        Promise.objects.filter(id__in=broken).update(called_off_at=now)
        announce([PromiseWithdrawn(**_said(promise)) for promise in still_open], now=now)


def promise_again(*, promise_id: int, due_at: datetime, now: datetime) -> None:
    """What was called off happens all the same: it is promised anew, by `due_at`; what broke before is owed again.

    What was made good stays so, and what is open is promised already.

    Raises:
        Promise.DoesNotExist: there is none.
    """
    with transaction.atomic():
        promise = lock_promise(promise_id)
        if promise.made_good_at is not None:
            return
        if promise.state == PromiseState.WITHDRAWN:
            promise.state, promise.closed_at, promise.due_at = PromiseState.OPEN, None, due_at
            announce([PromiseMade(**_said(promise))], now=now)
        promise.called_off_at = None
        promise.save(update_fields=["state", "closed_at", "due_at", "called_off_at"])


def make_promises_good(*, promise_ids: Sequence[int], now: datetime) -> None:
    """What was promised is sent again or paid back: an open promise no longer stands, and no other is owed any more."""
    with transaction.atomic():
        for promise in [each for each in lock_promises(promise_ids) if each.made_good_at is None]:
            fact: type[PromiseFact] = PromiseMadeGood
            if promise.state == PromiseState.OPEN:
                promise.state, promise.closed_at, fact = PromiseState.WITHDRAWN, now, PromiseWithdrawn
            promise.made_good_at = now
            promise.save(update_fields=["state", "closed_at", "made_good_at"])
            announce([fact(**_said(promise))], now=now)


def sweep(now: datetime, limit: int = 10_000) -> int:
    """Break what fell due and mark what is in danger, at most `limit` of each; how many there were."""
    return break_overdue(now=now, limit=limit) + mark_due_at_risk(now=now, limit=limit)


def break_overdue(*, now: datetime, limit: int = 10_000) -> int:
    """Mark what fell due as broken and say so, at most `limit` promises; how many there were.

    Rows, facts and their jobs are written in one transaction, so that a promise can't break in silence; two
    sweepers that meet skip each other's rows (FOR UPDATE SKIP LOCKED). The cost follows what is due, not what is open.
    """
    with transaction.atomic():
        return publish_from_sql(
            sql.load(HERE, "break_overdue"), kinds={PromiseBroken.__name__}, now=now, parameters={"limit": limit}
        )


def mark_due_at_risk(*, now: datetime, limit: int = 10_000) -> int:
    """Mark open promises whose at-risk instant has come, at most `limit`; how many there were."""
    with transaction.atomic():
        return mark_at_risk(promise_ids=lock_due_at_risk(now, limit=limit), now=now)


class _Said(TypedDict):
    """What every fact about a promise says."""

    promise_id: int
    customer_id: int
    kind: PromiseKind
    due_at: datetime


def _said(promise: Promise) -> _Said:
    return {
        "promise_id": promise.pk,
        "customer_id": promise.customer_id,
        "kind": PromiseKind(promise.kind),
        "due_at": promise.due_at,
    }
