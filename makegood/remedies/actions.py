"""Granting a remedy and carrying it out, completely or not at all."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, assert_never

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from makegood.journal.actions import announce
from makegood.kit.errors import AlreadyResolved, Conflict, Forbidden
from makegood.orders.delivering import promise_replacement
from makegood.orders.models import Delivery, DeliveryUnits, Order
from makegood.parcels.dispatching import UnitsToSend, request_dispatch
from makegood.promises.actions import fulfil_promise, make_promise, make_promises_good
from makegood.promises.rules import PromiseKind
from makegood.remedies.conditions import conditions_of
from makegood.remedies.facts import RefundDone, RemedyGranted
from makegood.remedies.models import Authority, Grant, GrantUnits, RefundTask
from makegood.remedies.planner import NothingLost, plan
from makegood.remedies.queries import situation_of
from makegood.remedies.rules.authority import NotYoursToGrant
from makegood.remedies.rules.values import AuthorityLimit, MoneyBack, Remedy, RemedyKind, Sending, Situation
from makegood.staff.rules import Actor, Standpoint

log = structlog.get_logger()


class NotPossibleNow(Conflict):
    """The clock or the stock no longer allow this remedy."""

    slug, title = "not-possible-now", "This remedy is not possible now"

    def __init__(self, kind: RemedyKind, possible: Sequence[RemedyKind]) -> None:
        self.possible = tuple(possible)
        ways = ", ".join(each.value for each in possible)
        super().__init__(f"remedy: {kind.value} is not possible now; possible: {ways}")

    @property
    def members(self) -> Mapping[str, object]:
        return {"possible": [each.value for each in self.possible]}


def grant_remedy(
    *, order_id: int, kind: RemedyKind, by: Actor, now: datetime, chosen_with: Grant | None = None
) -> Grant:
    """Make an order's lost units good in the way chosen: all steps in one transaction, at our cost, each unit once.

    `chosen_with` is the first grant of the same choice, where one choice is for several orders.

    Asking again, however often and from wherever, grants nothing twice: the units are made good already.

    Raises:
        Order.DoesNotExist: there is none.
        NothingLost: nothing is in danger, or all of it was made good.
        NotPossibleNow: the stock or the clock no longer allow it.
        NotYoursToGrant: beyond this standpoint's authority.
        StockShort: somebody else was given the last units at the same moment.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(id=order_id)
        situation = situation_of(order, now=now)
        remedy = _chosen(situation, kind)
        if by.standpoint not in remedy.may_grant:
            raise NotYoursToGrant(by.standpoint, kind, remedy.may_grant)
        grant = _write_down(order, situation, remedy, chosen_with=chosen_with, by=by, now=now)
        _carry_out(grant, remedy, by=by, now=now)
        _owe_no_more(grant, now=now)
        announce(
            [RemedyGranted(customer_id=order.customer_id, grant_id=grant.pk, order_id=order.pk, kind=kind)], now=now
        )
    return grant


def _chosen(situation: Situation, kind: RemedyKind) -> Remedy:
    options = plan(situation)
    if not options:
        raise NothingLost
    remedy = options.of_kind(kind)
    if remedy is None:
        raise NotPossibleNow(kind, options.kinds)
    return remedy


def _write_down(
    order: Order, situation: Situation, remedy: Remedy, *, chosen_with: Grant | None, by: Actor, now: datetime
) -> Grant:
    count = Grant.objects.filter(order=order).count()
    grant = Grant.objects.create(
        key=f"order:{order.pk}/{count + 1}",
        customer_id=order.customer_id,
        order=order,
        kind=remedy.kind,
        chosen_with=chosen_with,
        granted_at=now,
        granted_by=str(by),
        standpoint=by.standpoint,
        currency=remedy.cost.currency,
        cost_minor=remedy.cost.amount_minor,
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
    """The situation as it was seen, and of the table of authority the rows that decided."""
    seen = asdict(replace(situation, limits=remedy.decided_by))
    seen["lost"] = sorted({unit.delivery_units_id for unit in situation.units})
    return json.loads(json.dumps(seen, cls=DjangoJSONEncoder))


def _carry_out(grant: Grant, remedy: Remedy, *, by: Actor, now: datetime) -> None:
    for number, step in enumerate(remedy.steps, start=1):
        match step:
            case Sending():
                _send(grant, step, key=f"{grant.key}/{number}", by=by, now=now)
            case MoneyBack():
                _pay_back(grant, step, by=by, now=now)
            case _:
                assert_never(step)


def _owe_no_more(grant: Grant, *, now: datetime) -> None:
    """Promises of deliveries that are made good wholly now; the grant's own take their place."""
    lost = list(
        Delivery.objects.filter(id__in=grant.units.values("lost__delivery_id")).select_related("promise").order_by("id")
    )
    conditions = conditions_of(lost, now=now)
    made_good = [delivery.promise_id for delivery in lost if conditions[delivery.pk].is_made_good]
    make_promises_good(promise_ids=made_good, now=now)


def _pay_back(grant: Grant, step: MoneyBack, *, by: Actor, now: datetime) -> None:
    promise = make_promise(
        customer_id=grant.customer_id, kind=PromiseKind.REFUND, due_at=step.due_at, by=str(by), now=now
    )
    RefundTask.objects.create(
        grant=grant,
        customer_id=grant.customer_id,
        order_id=grant.order_id,
        promise=promise,
        currency=step.amount.currency,
        amount_minor=step.amount.amount_minor,
        tender=_tender_of(grant.order),
    )


def _tender_of(order: Order) -> str:
    """The tender that most of the order was paid with, as the customer knows it."""
    tenders: list[dict[str, Any]] = sorted(order.paid, key=lambda each: -each["amount_minor"])
    return (tenders[0]["label"] or tenders[0]["tender"]) if tenders else ""


def _send(grant: Grant, sending: Sending, *, key: str, by: Actor, now: datetime) -> None:
    """Promise and request one dispatch; several lost boxes with one address travel together."""
    rows = {
        row.pk: row
        for row in DeliveryUnits.objects.filter(id__in=[units_id for units_id, _ in sending.units]).select_related(
            "line"
        )
    }
    by_line = _by_line((rows[units_id], quantity) for units_id, quantity in sending.units)
    lost = Delivery.objects.get(pk=sending.route.goes_to)
    delivery = promise_replacement(
        lost=lost,
        units=[(line_id, quantity) for line_id, (_, quantity) in by_line.items()],
        by_date=sending.route.arrives_date,
        due_at=sending.route.due_at,
        by=str(by),
        now=now,
    )
    request_dispatch(
        key=key,
        delivery=delivery,
        place_id=sending.route.place_id,
        service_id=sending.route.service_id,
        units=[
            UnitsToSend(line_id=line_id, product_id=product_id, quantity=quantity)
            for line_id, (product_id, quantity) in by_line.items()
        ],
        leaves_date=sending.route.leaves_date,
        currency=grant.currency,
        now=now,
    )


def _by_line(units: Iterable[tuple[DeliveryUnits, int]]) -> dict[int, tuple[int, int]]:
    """Line id to product id and quantity."""
    found: dict[int, tuple[int, int]] = {}
    for row, quantity in units:
        before = found.get(row.line_id, (row.line.product_id, 0))[1]
        found[row.line_id] = (row.line.product_id, before + quantity)
    return found


class RefundDoneBefore(AlreadyResolved):
    """Somebody has paid it back already."""

    slug, title = "refund-done", "The money was paid back before"

    def __init__(self) -> None:
        super().__init__("this refund was marked as paid before")


def finish_refund(*, task_id: int, by: Actor, note: str, now: datetime) -> RefundTask:
    """Say that the money is back; its promise is kept.

    Raises:
        RefundTask.DoesNotExist: there is none.
        RefundDoneBefore: it was marked before.
    """
    with transaction.atomic():
        task = RefundTask.objects.select_for_update().get(id=task_id)
        if task.done_at is not None:
            raise RefundDoneBefore
        task.done_at, task.done_by, task.note = now, str(by), note.strip()
        task.save(update_fields=["done_at", "done_by", "note"])
        fulfil_promise(promise_id=task.promise_id, fulfilled_at=now, now=now)
        announce([RefundDone(customer_id=task.customer_id, grant_id=task.grant_id, order_id=task.order_id)], now=now)
    return task


# A program sets limits with a token of the scope admin alone, which the API sees to; such a token could make a lead.
MAY_SET_LIMITS = frozenset({Standpoint.LEAD, Standpoint.TOKEN})


class OnlyALead(Forbidden):
    """The table of authority is a lead's to change."""

    slug, title = "only-a-lead", "Only a lead may do this"

    def __init__(self) -> None:
        super().__init__("only a lead may change the table of authority")


def set_limit(
    *, standpoint: Standpoint, remedy: RemedyKind, currency: str, up_to_minor: int | None, by: Actor
) -> Authority:
    """Say up to what sum a standpoint may grant a remedy alone. None is no limit; a row not there yet is added.

    Raises:
        OnlyALead: a helper or a customer asks.
        ValueError: the sum is below zero, or the limit of any currency (`*`) is a sum, which would compare currencies.
    """
    if by.standpoint not in MAY_SET_LIMITS:
        raise OnlyALead
    if up_to_minor is not None and (up_to_minor < 0 or currency == "*"):
        raise ValueError("up_to_minor: a sum of nothing or more, in one currency")
    row, _ = Authority.objects.update_or_create(
        standpoint=standpoint, remedy=remedy, currency=currency, defaults={"up_to_minor": up_to_minor}
    )
    log.info("limit set", standpoint=standpoint, remedy=remedy, currency=currency, up_to_minor=up_to_minor, by=str(by))
    return row


def set_limits(limits: Sequence[AuthorityLimit], *, by: Actor) -> None:
    """Set many limits at once, or none.

    Raises:
        OnlyALead, ValueError: as `set_limit`.
    """
    with transaction.atomic():
        for limit in limits:
            set_limit(
                standpoint=limit.standpoint,
                remedy=limit.remedy,
                currency=limit.currency,
                up_to_minor=limit.up_to.amount_minor if limit.up_to else None,
                by=by,
            )
