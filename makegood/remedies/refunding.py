"""Money back by itself, for units, a part of one, or postage: within authority, and never more than it cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from makegood.kit.errors import Conflict, InvalidField
from makegood.money.rules import Money
from makegood.orders.charging import TakenOff, take_off
from makegood.orders.models import Order, OrderLine
from makegood.orders.paying import OrderAccount, repay
from makegood.orders.rules import share_minor
from makegood.payments.models import Refund
from makegood.payments.queries import tender_to_use
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.gate import pass_gate
from makegood.remedies.locks import lock_what_is_granted
from makegood.staff.rules import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPart:
    """So many units of a line, by its reference, or a sum of it where `amount_minor` says one."""

    line: str
    quantity: int = 0
    amount_minor: int | None = None


class NothingToRefund(Conflict):
    """Nothing was paid that could go back."""

    slug, title = "nothing-to-refund", "There is nothing to pay back"

    def __init__(self) -> None:
        super().__init__("nothing of it was paid, or all of it went back before")


def refund_order(
    *,
    order_id: int,
    parts: Sequence[RefundPart],
    postage_minor: int = 0,
    tender: str = "",
    reason: str,
    by: Actor,
    now: datetime,
) -> list[Refund]:
    """Pay back units, a part of a unit or postage of an order: to where its money came from, or to the tender on file
    that is named. What was never paid of it is owed no more, and does not go back.

    Raises:
        Order.DoesNotExist: there is none.
        InvalidField: nothing is asked back, a line is unknown, or no reason is given.
        NotYoursToGrant: beyond this standpoint's authority to pay back.
        TooMuchOff: more than a line, or the postage, still costs.
        NothingToRefund: nothing of it was paid.
    """
    if not reason.strip():
        raise InvalidField("reason", "say why: it is kept with the refund")
    with transaction.atomic():
        lock_what_is_granted([order_id])
        order = Order.objects.get(id=order_id)
        to = tender_to_use(order.customer_id, tender, order.currency, now=now) if tender else None
        off = _parts(order, parts)
        total = Money(amount_minor=sum(each.amount_minor for each in off) + postage_minor, currency=order.currency)
        if total.amount_minor <= 0:
            raise InvalidField("units", "name units, a sum of a line, or postage; nothing would go back")
        key = f"refund/{order.refunds.count() + 1}"
        pass_gate(
            customer_id=order.customer_id,
            key=f"order:{order.pk}/{key}",
            remedy=RemedyKind.REFUND,
            cost=total,
            refund=total,
            by=by,
            now=now,
        )
        take_off(order, off, postage_minor=postage_minor, key=key, now=now)
        account = OrderAccount.held(order)
        freed = account.release(prefers=to)
        if not freed:
            raise NothingToRefund
        return repay(order, freed, key=f"order:{order.pk}/{key}", by=str(by), now=now, to=to, reason=reason.strip())


def _parts(order: Order, parts: Sequence[RefundPart]) -> list[TakenOff]:
    """What is asked back of each line: units by their share of it, the last of them what is left."""
    lines = {line.reference: line for line in OrderLine.objects.filter(order=order)}
    found = []
    for place, part in enumerate(parts):
        line = lines.get(part.line)
        if line is None:
            raise InvalidField(f"units.{place}.line", f"order {order.reference} has no line {part.line!r}")
        if part.amount_minor is None and not 1 <= part.quantity <= line.quantity:
            raise InvalidField(f"units.{place}.quantity", f"line {part.line} has {line.quantity}")
        minor = _share(line, part.quantity) if part.amount_minor is None else part.amount_minor
        found.append(TakenOff(line_id=line.pk, amount_minor=minor))
    return found


def _share(line: OrderLine, quantity: int) -> int:
    """Cents that don't divide go to the first units. Who asks for one after the other gets a first one's share each
    time, so that for the last ones a cent less is left for each before them.
    """
    share = share_minor(total_minor=line.total_minor, quantity=line.quantity, count=quantity)
    left = line.total_minor - line.taken_off_minor
    return left if 0 < share - left < line.quantity else share
