"""What a change would come to, before anybody makes it: it is made, looked at, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from makegood.changes.actions import change_order
from makegood.changes.locks import lock_to_change
from makegood.changes.rules.values import ChangeRequest
from makegood.orders.models import Order, OrderChange
from makegood.orders.paying import OrderAccount
from makegood.orders.words import address_words
from makegood.payments.models import Refund
from makegood.staff.rules import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class GoesBack:
    """What would go back to one tender, and by when; at once where that is None."""

    amount_minor: int
    tender_kind: str
    tender: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would do to an order: what it costs before and after, postage apart, what is then due, and what
    goes where. `change` is as it would be written down, and is not.

    `goes_to` is where it goes then, `given_up` are the addresses that nothing of these orders goes to any more.
    `stays_minor` is what comes free by it and stays on the account. Of a merge the sums before are of all its orders.
    """

    change: OrderChange
    goes_to: str
    given_up: tuple[str, ...]
    currency: str
    before_minor: int
    after_minor: int
    postage_before_minor: int
    postage_after_minor: int
    due_minor: int
    stays_minor: int
    goes_back: tuple[GoesBack, ...]
    waits_for_goods: bool

    @property
    def difference_minor(self) -> int:
        return self.after_minor - self.before_minor


def preview_change(*, reference: str, request: ChangeRequest, by: Actor, now: datetime) -> Preview:
    """What the very change would do, which is not made.

    Raises:
        As `change_order`.
    """
    with transaction.atomic():
        orders = lock_to_change(reference, also=request.orders)
        if reference not in orders:
            raise Order.DoesNotExist
        addresses = dict.fromkeys(address_words(each.ship_to, with_name=True) for each in orders.values())
        before = sum(order.charged_minor for order in orders.values())
        postage = sum(order.postage_minor for order in orders.values())
        was_free = sum(receipt.free_minor for receipt in OrderAccount.held(orders[reference]).receipts)
        change = change_order(reference=reference, request=request, by=by, now=now)
        after = Order.objects.get(reference=reference)
        account = OrderAccount.held(after)
        goes_to = address_words(after.ship_to, with_name=True)
        found = Preview(
            change=change,
            goes_to=goes_to,
            given_up=tuple(each for each in addresses if each not in {goes_to, ""}),
            currency=after.currency,
            before_minor=before,
            after_minor=after.charged_minor + (change.delta_minor if change.settled_at is None else 0),
            postage_before_minor=postage,
            postage_after_minor=0 if after.cancelled_at else after.postage_minor - change.request["postage_minor"],
            due_minor=account.due_minor,
            stays_minor=max(sum(receipt.free_minor for receipt in account.receipts) - was_free, 0),
            goes_back=_goes_back(change),
            waits_for_goods=change.settled_at is None,
        )
        transaction.set_rollback(True)
    return found


def _goes_back(change: OrderChange) -> tuple[GoesBack, ...]:
    rows: Sequence[Refund] = [each.refund for each in change.refunds.select_related("refund__promise").order_by("id")]
    return tuple(
        GoesBack(
            amount_minor=row.amount_minor,
            tender_kind=row.tender_kind,
            tender=row.tender,
            due_at=row.promise.due_at if row.promise else None,
        )
        for row in rows
    )
