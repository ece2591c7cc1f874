"""Changing an order, completely or not at all, and what follows when goods are back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from makegood.changes.kinds.registry import KINDS
from makegood.changes.locks import lock_to_change
from makegood.changes.rules.values import ChangeRequest, Outcome, Shop
from makegood.changes.situations import Seen, seen, shop_for, situation_for
from makegood.changes.writing import (
    charge_for,
    pay_otherwise,
    settle_money,
    take_over,
    write_order,
)
from makegood.kit.errors import AlreadyResolved, Conflict, IdempotencyConflict, InvalidField
from makegood.orders.actions import cancel_order
from makegood.orders.charging import TakenOff, left_of, share_of, take_off
from makegood.orders.models import Order, OrderChange
from makegood.orders.paying import OrderAccount
from makegood.payments.models import Receipt, Tender
from makegood.payments.queries import tender_to_use
from makegood.policies.queries import shop_decision
from makegood.policies.rules.deciding import Allowed, RefusedFor
from makegood.policies.rules.deciding import Refused as PolicyRefused
from makegood.policies.rules.values import POSTAGE_GOES_BACK, ChangeKind
from makegood.staff.rules import Actor, Standpoint


class NotAllowed(Conflict):
    """The shop's policy refuses this change."""

    slug, title = "not-allowed", "The shop does not allow this change now"

    def __init__(self, refused: PolicyRefused, *, language: str) -> None:
        said = refused.words.said_in(language).text if refused.words else ""
        super().__init__(said or "somebody has to look at this; write to us, and we answer")
        self.refused = refused

    @property
    def members(self) -> Mapping[str, object]:
        return {
            "rules": [each.rule for each in self.refused.by],
            "failed": [each.rule for each in self.refused.by if each.because is RefusedFor.FAILED],
        }


class MergedBefore(Conflict):
    """What was merged into another order changes there."""

    slug, title = "merged-before", "This order is part of another one"

    def __init__(self, order: Order, into: str) -> None:
        super().__init__(f"order {order.reference} was merged into {into}; change that one")


def change_order(*, reference: str, request: ChangeRequest, by: Actor, now: datetime, key: str = "") -> OrderChange:
    """Change an order as somebody asks, if the shop's policy allows it as the order stands: lines, parcels and money.

    Everything is written in one transaction, under the lock of the order: whoever comes second finds it changed. The
    same `key` with the same request changes it once.

    Raises:
        Order.DoesNotExist: there is none.
        InvalidField: the request names what is not there.
        NotAllowed: the policy refuses it, in its words.
        MergedBefore: it is part of another order.
        IdempotencyConflict: the key stands for another change.
        Insufficient: the gift card or credit that is to pay does not hold so much.
    """
    with transaction.atomic():
        orders = lock_to_change(reference, also=request.orders)
        if reference not in orders:
            raise Order.DoesNotExist
        known = OrderChange.objects.filter(customer_id=orders[reference].customer_id, key=key).first() if key else None
        if known is not None:
            if known.digest != _digest(request) or known.order_id != orders[reference].pk:
                raise IdempotencyConflict(f"{key} is another change")
            return known
        found = seen([order.pk for order in orders.values()])
        target = found[reference]
        _refuse_merged(target)
        others = [found[each] for each in request.orders if each in found and each != reference]
        tender = _tender(target.order, request, now=now)
        outcome = KINDS[request.kind].outcome(target.now, request, _shop(others, request))
        allowed = [_refuse_forbidden(order, request, outcome, tender, now=now) for order in (target, *others)]
        _refuse_below_what_went_back(target, outcome, others)
        postage_minor = _postage_back(target.order, outcome, allowed[0])
        change = _write_down(target, request, outcome, postage_minor=postage_minor, by=by, key=key, now=now)
        _carry_out(target, others, request, outcome, change, tender=tender, now=now)
    return change


def _shop(others: Sequence[Seen], request: ChangeRequest) -> Shop:
    skus = {each.sku for each in request.units if each.sku} | {each.sku for each in request.added}
    mergeable = [each.now for each in others if each.order.merged_into_id is None and not each.now.is_cancelled]
    return shop_for(skus, others=mergeable)


def _tender(order: Order, request: ChangeRequest, *, now: datetime) -> Tender | None:
    if not request.tender:
        return None
    return tender_to_use(order.customer_id, request.tender, order.currency, now=now)


def _refuse_merged(order: Seen) -> None:
    if order.order.merged_into_id is not None:
        into = Order.objects.get(pk=order.order.merged_into_id)
        raise MergedBefore(order.order, into.reference)


def _refuse_forbidden(
    order: Seen, request: ChangeRequest, outcome: Outcome, tender: Tender | None, *, now: datetime
) -> Allowed:
    try:
        decision = shop_decision(situation_for(order, request, outcome, tender, now=now))
    except ValueError as error:
        raise InvalidField("units", "the sums of this order are beyond what can be counted") from error
    if isinstance(decision, PolicyRefused):
        raise NotAllowed(decision, language=translation.get_language() or "en")
    return decision


def _refuse_below_what_went_back(target: Seen, outcome: Outcome, others: Sequence[Seen]) -> None:
    """No line comes to less than went back of it already, short of cancelling all; and what went back of an order stays
    known there, so that it is not taken over, and charged again.
    """
    for other in others:
        if any(line.taken_off_minor for line in other.snapshot.lines.values()):
            reference = other.order.reference
            raise InvalidField("orders", f"some of order {reference} was paid back, so that it can't be merged")
    left = {line.reference: line.total_minor for line in outcome.after.lines}
    for line in target.snapshot.lines.values():
        if line.taken_off_minor > left.get(line.reference, 0) and not outcome.after.is_cancelled:
            reason = f"some of line {line.reference} was paid back; cancel the whole order, or ask us"
            raise InvalidField("units", reason)


def _postage_back(order: Order, outcome: Outcome, allowed: Allowed) -> int:
    """How much of its postage goes back with the last of an order's goods, where the shop's policy says so."""
    if outcome.leaves_nothing and allowed.values.get(POSTAGE_GOES_BACK) is True:
        return order.postage_minor - order.postage_off_minor
    return 0


def _write_down(
    target: Seen,
    request: ChangeRequest,
    outcome: Outcome,
    *,
    postage_minor: int,
    by: Actor,
    key: str,
    now: datetime,
) -> OrderChange:
    kind = KINDS[request.kind]
    order = target.order
    number = len(target.changes) + 1
    return OrderChange.objects.create(
        order=order,
        customer_id=order.customer_id,
        number=number,
        key=key or f"order:{order.pk}/{number}",
        digest=_digest(request),
        kind=request.kind,
        made_at=now,
        made_by=str(by),
        made_through=f"{Standpoint.TOKEN.value}:{by.through}" if by.through else "",
        reason=request.reason,
        request={**_asked(request, outcome), "postage_minor": postage_minor},
        before=target.now.plain(),
        after=outcome.after.plain(),
        delta_minor=outcome.difference_minor - postage_minor
        if kind.waits_for_goods
        else outcome.after.total_minor - target.now.total_minor,
        settled_at=None if kind.waits_for_goods else now,
        settled_by="" if kind.waits_for_goods else str(by),
    )


def _asked(request: ChangeRequest, outcome: Outcome) -> dict[str, Any]:
    """The request with the units that it came to be about."""
    return {
        "units": [
            {
                "line": part.reference,
                "quantity": part.quantity,
                "was_sku": part.sku,
                "was_minor": part.total_minor,
                "tax_minor": part.tax_minor,
                "sku": sold.sku if sold else "",
                "price_minor": sold.price_minor if sold else None,
            }
            for part, sold in outcome.touched
        ],
        "added": [{"sku": sold.sku, "quantity": quantity} for sold, quantity in outcome.added],
        "ship_to": dict(request.ship_to),
        "orders": list(request.orders),
        "tender": request.tender,
        "stays_on_account": request.stays_on_account,
    }


def _digest(request: ChangeRequest) -> str:
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True, default=str).encode()).hexdigest()


def _carry_out(
    target: Seen,
    others: Sequence[Seen],
    request: ChangeRequest,
    outcome: Outcome,
    change: OrderChange,
    *,
    tender: Tender | None,
    now: datetime,
) -> None:
    kind = KINDS[request.kind]
    if kind.waits_for_goods:
        return
    account = OrderAccount.held(target.order)
    if kind.pays_otherwise and tender is not None:
        pay_otherwise(account, change, tender, now=now)
        return
    first: list[tuple[Receipt, int]] = []
    for other in others:
        taken = _write_taken_over(other, request, change, renamed=outcome.renamed[other.order.reference], now=now)
        first += take_over(target.order, other, taken, receipts=account.receipts, now=now)
    before = left_of(target.order, target.snapshot.lines.values())
    write_order(target, outcome, also=others, by=change.made_by, now=now)
    is_cancelled = outcome.after.is_cancelled
    if is_cancelled:
        difference = -share_of(before, target.order.charged_minor)
    else:
        difference = left_of(target.order, target.snapshot.lines.values()) - before
    charge_for(target.order, difference, change, now=now)
    settle_money(account, change, tender=tender, stays_on_account=request.stays_on_account, first=first, now=now)
    if is_cancelled:
        cancel_order(target.order, told_at=now, now=now)


def _write_taken_over(
    other: Seen, request: ChangeRequest, change: OrderChange, *, renamed: Mapping[str, str], now: datetime
) -> OrderChange:
    """Of an order that is merged into another: what it was, and that nothing is charged for it by itself any more."""
    order = other.order
    number = len(other.changes) + 1
    return OrderChange.objects.create(
        order=order,
        customer_id=order.customer_id,
        number=number,
        key=f"order:{order.pk}/{number}",
        digest=change.digest,
        kind=request.kind,
        made_at=now,
        made_by=change.made_by,
        made_through=change.made_through,
        reason=change.reason,
        request={"into": change.order.reference, "lines": dict(renamed), "units": []},
        before=other.now.plain(),
        after={**other.now.plain(), "lines": [], "postage_minor": 0},
        delta_minor=-order.charged_minor,
        settled_at=now,
        settled_by=change.made_by,
    )


class SettledBefore(AlreadyResolved):
    """The goods of a return came back once."""

    slug, title = "settled-before", "This was settled before"

    def __init__(self) -> None:
        super().__init__("this change was settled before")


def settle_change(*, reference: str, number: int, by: Actor, now: datetime) -> OrderChange:
    """Say that the goods of a return or an exchange are back: their money goes where it was asked to, or what takes
    their place is owed and charged.

    Raises:
        Order.DoesNotExist, OrderChange.DoesNotExist: there is none.
        SettledBefore: it was settled before, or waits for nothing.
    """
    with transaction.atomic():
        orders = lock_to_change(reference)
        if reference not in orders:
            raise Order.DoesNotExist
        change = OrderChange.objects.get(order=orders[reference], number=number)
        if change.settled_at is not None:
            raise SettledBefore
        target = seen([change.order_id])[reference]
        _take_back(target, change, by=str(by), now=now)
        change.settled_at, change.settled_by = now, str(by)
        change.save(update_fields=["settled_at", "settled_by"])
    return change


def _take_back(target: Seen, change: OrderChange, *, by: str, now: datetime) -> None:
    account = OrderAccount.held(target.order)
    units = change.request["units"]
    after = KINDS[ChangeKind(change.kind)].once_back(target.now, units)
    if after != target.now:
        before = left_of(target.order, target.snapshot.lines.values())
        write_order(target, Outcome(after=after, difference_minor=0), by=by, now=now)
        more = left_of(target.order, target.snapshot.lines.values()) - before
        charge_for(target.order, more, change, now=now)
    off, postage_minor = _left_of_it(target, change)
    take_off(target.order, off, postage_minor=postage_minor, key=f"change/{change.number}/back", now=now)
    settle_money(
        account,
        change,
        tender=_tender_still(target.order, change, now=now),
        stays_on_account=change.request["stays_on_account"],
        may_fall_short=True,
        now=now,
    )


def _left_of_it(target: Seen, change: OrderChange) -> tuple[list[TakenOff], int]:
    """What is charged no more of each line, now that its goods are back, and of the postage.

    Some of it may have been paid back while they travelled, and a cancelled order costs no more than was paid for it:
    what is not there any more is not given twice, and the goods are back all the same.
    """
    order, lines = target.order, target.snapshot.lines
    left_minor, off = order.charged_minor, []
    for each in change.request["units"]:
        line = lines[each["line"]]
        part = min(each["was_minor"], line.total_minor - line.taken_off_minor, left_minor)
        off.append(TakenOff(line_id=line.pk, amount_minor=part))
        left_minor -= part
    asked_minor: int = change.request.get("postage_minor", 0)
    return off, min(asked_minor, order.postage_minor - order.postage_off_minor, left_minor)


def _tender_still(order: Order, change: OrderChange, *, now: datetime) -> Tender | None:
    """The tender that was named then; where it is gone since, money goes back to where it came from."""
    named = Tender.objects.filter(customer_id=order.customer_id, reference=change.request["tender"]).first()
    return named if named is not None and not named.is_over(now=now) else None
