"""Which receipt pays for how much of an order, and what of them goes back."""

from collections.abc import Iterable
from datetime import datetime

from makegood.money.rules import Money
from makegood.orders.models import Allocation, Order, OrderChange, OrderRefund
from makegood.payments.locks import lock_receipts_of
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.queries import open_credits
from makegood.payments.receiving import spend
from makegood.payments.refunding import request_refund


class NotThatMuch(ValueError):
    """More is to be taken from a receipt than it pays for."""


class OrderAccount:
    """An order with all that its customer ever paid in its currency, held until the transaction ends.

    The caller holds the order. `allocations` are by receipt.
    """

    def __init__(self, order: Order, receipts: list[Receipt]) -> None:
        self.order = order
        self.receipts = receipts
        self.allocations = {row.receipt_id: row for row in Allocation.objects.filter(order=order)}

    @classmethod
    def held(cls, order: Order) -> "OrderAccount":
        return cls(order, lock_receipts_of(order.customer_id, order.currency))

    @property
    def allocated_minor(self) -> int:
        return sum(row.amount_minor for row in self.allocations.values())

    @property
    def due_minor(self) -> int:
        """What is still to be paid for it; below zero, what was paid too much."""
        return self.order.charged_minor - self.allocated_minor

    def of_order(self) -> list[Receipt]:
        """What pays for it, or did: the one that pays most comes first, of equals the one that came first."""
        rows = [each for each in self.receipts if each.pk in self.allocations]
        return sorted(rows, key=lambda each: (-self.allocations[each.pk].amount_minor, each.pk))

    def take_in(self, receipts: Iterable[Receipt]) -> None:
        """Let what came in for this order be of it, also where nothing is due any more."""
        for receipt in receipts:
            self.receipts.append(receipt)
            self._move(receipt, 0)

    def let_go(self) -> None:
        """Let all that pays for it be free."""
        for receipt in self.of_order():
            self._move(receipt, -self.allocations[receipt.pk].amount_minor)

    def pay(self, *, now: datetime) -> None:
        """Pay what is due with what is free: first by what paid for it before, of that the most first, then by what
        came in first, then by credits that we gave and that have not expired. A cancelled order is paid no more.
        """
        before = sorted(self.of_order(), key=lambda each: -each.amount_minor)
        for receipt in [*before, *(each for each in self.receipts if each.pk not in self.allocations)]:
            self.pay_by(receipt)
        if self.due_minor > 0:
            self._pay_by_credit(now=now)

    def pay_by(self, receipt: Receipt, *, most: int | None = None) -> int:
        """Pay what is due as far as this receipt is free, and with no more of it than `most`; how much."""
        part = max(min(self.due_minor, receipt.free_minor, receipt.free_minor if most is None else most), 0)
        if part:
            self._move(receipt, part)
        return part

    def _pay_by_credit(self, *, now: datetime) -> None:
        order = self.order
        for tender, held in open_credits(customer_id=order.customer_id, currency=order.currency, now=now):
            part = min(self.due_minor, held.amount_minor)
            if part <= 0:
                return
            spent = Receipt.objects.filter(customer_id=order.customer_id, tender=tender).count()
            key = f"order:{order.pk}/credit/{tender.pk}/{spent}"
            receipt = spend(tender, Money(amount_minor=part, currency=order.currency), key=key, now=now)
            self.receipts.append(receipt)
            self.pay_by(receipt)

    def release(self, *, prefers: Tender | None = None) -> list[tuple[Receipt, int]]:
        """Let what was paid too much be free again; how much of which receipt, as it goes back: first what came by the
        tender that is to get it, then the one that paid most.
        """
        freed = []
        for receipt in sorted(self.of_order(), key=lambda each: prefers is None or each.tender_id != prefers.pk):
            part = min(-self.due_minor, self.allocations[receipt.pk].amount_minor)
            if part > 0:
                self._move(receipt, -part)
                freed.append((receipt, part))
        return freed

    def release_from(self, receipt_id: int, minor: int) -> Receipt:
        """Let so much of one receipt be free again.

        Raises:
            NotThatMuch: it pays for less of this order.
        """
        receipt = next((each for each in self.receipts if each.pk == receipt_id), None)
        row = self.allocations.get(receipt_id)
        if receipt is None or row is None or row.amount_minor < minor:
            raise NotThatMuch(minor)
        self._move(receipt, -minor)
        return receipt

    def _move(self, receipt: Receipt, minor: int) -> None:
        row = self.allocations.get(receipt.pk)
        if row is None:
            row = Allocation(order=self.order, customer_id=self.order.customer_id, receipt=receipt, amount_minor=0)
            self.allocations[receipt.pk] = row
        row.amount_minor += minor
        receipt.allocated_minor += minor
        receipt.save(update_fields=["allocated_minor"])
        row.save()


def repay(
    order: Order,
    parts: Iterable[tuple[Receipt, int]],
    *,
    key: str,
    by: str,
    now: datetime,
    to: Tender | None = None,
    reason: str = "",
    change: OrderChange | None = None,
    due_at: datetime | None = None,
) -> list[Refund]:
    """Let what is free of these receipts go back, a refund for each; or to another tender on file."""
    found = []
    for receipt, minor in parts:
        refund = request_refund(
            receipt,
            Money(amount_minor=minor, currency=order.currency),
            key=f"{key}/{receipt.pk}",
            by=by,
            now=now,
            to=to,
            reason=reason,
            due_at=due_at,
        )
        OrderRefund.objects.get_or_create(
            order=order, refund=refund, defaults={"customer_id": order.customer_id, "change": change}
        )
        found.append(refund)
    return found
