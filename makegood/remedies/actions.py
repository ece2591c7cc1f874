"""Granting a remedy and carrying it out, completely or not at all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit.errors import AlreadyResolved, Conflict
from makegood.orders.models import Delivery, Order
from makegood.payments.locks import lock_refund
from makegood.payments.models import Refund
from makegood.payments.refunding import finish_by_hand
from makegood.policies.rules.values import ASKS_FIRST, Authority, RemedyKind
from makegood.promises.actions import make_promises_good
from makegood.remedies.carrying_out import carry_out
from makegood.remedies.conditions import conditions_of
from makegood.remedies.facts import RemedyGranted, StopDone
from makegood.remedies.gate import use_authority, wait_for_own_grants
from makegood.remedies.locks import lock_for_grants, lock_stop_task, lock_stops_of
from makegood.remedies.models import Grant, GrantUnits, StopTask
from makegood.remedies.planner import NothingLost, plan
from makegood.remedies.progress import advance_step
from makegood.remedies.queries import situation_of
from makegood.remedies.rules.asked import Asked
from makegood.remedies.rules.authority import check_authority
from makegood.remedies.rules.remedy import Remedy
from makegood.remedies.rules.steps.states import StepState
from makegood.remedies.rules.values import Situation
from makegood.staff.rules import SYSTEM, Actor, Standpoint


class NotPossibleNow(Conflict):
    """The clock or the stock no longer allow this remedy."""

    slug, title = "not-possible-now", "This remedy is not possible now"

    def __init__(self, kind: RemedyKind, possible: Sequence[RemedyKind]) -> None:
        self.possible = tuple(possible)
        ways = ", ".join(each.value for each in possible) or "nothing"
        super().__init__(f"remedy: {kind.value} is not possible now; possible: {ways}")

    @property
    def members(self) -> Mapping[str, object]:
        return {"possible": [each.value for each in self.possible]}


class OfferChanged(Conflict):
    """This remedy is possible, but no longer as whoever chose it saw it."""

    slug, title = "offer-changed", "The remedy is not as it was seen any more"

    def __init__(self) -> None:
        super().__init__("remedy: its units, its day or its sum have changed since it was looked at; look again")


class AskFirst(Conflict):
    """It is not what they ordered, and they did not say that they want it."""

    slug, title = "ask-first", "Ask the customer first"

    def __init__(self) -> None:
        super().__init__("remedy: it is not what they ordered; let them choose it, or say how they agreed to it")


def grant_remedy(
    *,
    order_id: int,
    kind: RemedyKind,
    by: Actor,
    now: datetime,
    chosen_with: Grant | None = None,
    seen: str | None = None,
    agreed: str = "",
) -> Grant:
    """Make an order's lost units good in the way chosen: all steps in one transaction, at our cost, each unit once.

    `chosen_with` is the first grant of the same choice, where one choice is for several orders; `seen` is the
    fingerprint of the remedy that was looked at, where only that very one was chosen; `agreed` is how its customer said
    yes to what is not what they ordered, where somebody else chooses it for them.

    Asking again, however often and from wherever, grants nothing twice: the units are made good already.

    Raises:
        Order.DoesNotExist: there is none.
        NothingLost: nothing is in danger, or all of it was made good.
        NotPossibleNow: the stock or the clock no longer allow it.
        OfferChanged: they allow it otherwise than it was seen.
        NotYoursToGrant: beyond this standpoint's authority.
        AskFirst: its customer did not say that they want it.
        StockShort: somebody else was given the last units at the same moment.
    """
    with transaction.atomic():
        lock_for_grants([order_id])
        order = Order.objects.get(id=order_id)
        wait_for_own_grants(by, now=now)
        situation = situation_of(order, now=now, by=by)
        remedy = _chosen(situation, kind, seen)
        check_authority(remedy.granting, remedy=kind, standpoints=by.standpoints)
        if kind in ASKS_FIRST and by.standpoint is not Standpoint.CUSTOMER and not agreed.strip():
            raise AskFirst
        grant = _write_down(order, situation, remedy, chosen_with=chosen_with, agreed=agreed.strip(), by=by, now=now)
        asked = Asked(proposed=remedy.proposed, trouble=situation.trouble, customer=situation.claims.customer)
        use_authority(customer_id=order.customer_id, key=grant.key, asked=asked, by=by, now=now)
        # Before what comes of it: that it was chosen is told first.
        announce(
            [RemedyGranted(customer_id=order.customer_id, grant_id=grant.pk, order_id=order.pk, kind=kind)], now=now
        )
        carry_out(grant, remedy, situation, by=by, now=now)
        _owe_no_more(grant, now=now)
    return grant


def _chosen(situation: Situation, kind: RemedyKind, seen: str | None) -> Remedy:
    if not situation.units:
        raise NothingLost
    options = plan(situation)
    remedy = options.of_kind(kind)
    if remedy is None:
        raise NotPossibleNow(kind, options.kinds)
    if seen is None:
        return remedy
    found = next((each for each in options if each.kind is kind and each.fingerprint == seen), None)
    if found is None:
        raise OfferChanged
    return found


def _write_down(
    order: Order,
    situation: Situation,
    remedy: Remedy,
    *,
    chosen_with: Grant | None,
    agreed: str,
    by: Actor,
    now: datetime,
) -> Grant:
    count = Grant.objects.filter(order=order).count()
    grant = Grant.objects.create(
        key=f"order:{order.pk}/{count + 1}",
        customer_id=order.customer_id,
        order=order,
        kind=remedy.kind,
        chosen_with=chosen_with,
        agreed=agreed,
        granted_at=now,
        granted_by=str(by),
        granted_through=f"{Standpoint.TOKEN.value}:{by.through}" if by.through else "",
        standpoint=by.standpoint,
        currency=remedy.cost.currency,
        cost_minor=remedy.cost.amount_minor,
        unpaid_minor=remedy.unpaid.amount_minor if remedy.unpaid else 0,
        arrives_date=remedy.arrives_date,
        situation=_as_seen(situation, remedy),
    )
    GrantUnits.objects.bulk_create(
        [
            GrantUnits(
                grant=grant,
                customer_id=order.customer_id,
                lost_id=each.delivery_units_id,
                quantity=each.quantity,
                treatment=each.treatment,
                refund_minor=each.refund.amount_minor if each.refund else 0,
            )
            for each in remedy.makes_good
        ]
    )
    return grant


def _as_seen(situation: Situation, remedy: Remedy) -> Any:
    """The situation as it was seen, and of the policy what it said of who may grant this."""
    seen = asdict(replace(situation, authority=Authority()))
    seen["authority"] = {each.grantor.value: each.rule for each in remedy.granting.decisions if each.may}
    seen["lost"] = sorted({unit.delivery_units_id for unit in situation.units})
    return json.loads(json.dumps(seen, cls=DjangoJSONEncoder))


def _owe_no_more(grant: Grant, *, now: datetime) -> None:
    """Promises of deliveries that are made good wholly now; the grant's own take their place."""
    lost = list(
        Delivery.objects.filter(id__in=grant.units.values("lost__delivery_id")).select_related("promise").order_by("id")
    )
    conditions = conditions_of(lost, now=now)
    made_good = [delivery.promise_id for delivery in lost if conditions[delivery.pk].is_made_good]
    make_promises_good(promise_ids=made_good, now=now)


def finish_refund(*, refund_id: int, by: Actor, note: str, now: datetime) -> Refund:
    """Say that a person has sent money back; its promise is kept, and whoever follows it hears of it.

    Raises:
        Refund.DoesNotExist: there is none.
        RefundDoneBefore: it was marked before, or came back.
        GatewaySendsIt: no person does.
    """
    with transaction.atomic():
        refund = lock_refund(refund_id)
        finish_by_hand(refund, by=str(by), note=note, now=now)
    return refund


class StoppedBefore(AlreadyResolved):
    """Somebody has stopped it already, or it left all the same."""

    slug, title = "stopped-before", "It was dealt with before"

    def __init__(self) -> None:
        super().__init__("this was stopped before, or has left all the same")


def finish_stop(*, task_id: int, by: Actor, now: datetime) -> StopTask:
    """Say that what something else took the place of can't leave any more.

    Raises:
        StopTask.DoesNotExist: there is none.
        StoppedBefore: it was marked before, or it left.
    """
    with transaction.atomic():
        task = lock_stop_task(task_id)
        if not task.is_open:
            raise StoppedBefore
        _stopped(task, by=by, now=now)
    return task


def stop_with_order(*, order_id: int, now: datetime) -> None:
    """A cancelled order leaves no more, so that of it nothing is to be stopped any longer."""
    with transaction.atomic():
        for task in lock_stops_of(Delivery.objects.filter(order=order_id).values_list("id", flat=True)):
            _stopped(task, by=SYSTEM, now=now)


def _stopped(task: StopTask, *, by: Actor, now: datetime) -> None:
    task.done_at, task.done_by = now, str(by)
    task.save(update_fields=["done_at", "done_by"])
    advance_step(task, StepState.DONE, now=now)
    order_id = task.grant.order_id
    announce([StopDone(customer_id=task.customer_id, grant_id=task.grant_id, order_id=order_id)], now=now)
