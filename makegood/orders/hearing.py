"""What a gateway tells by itself, taken in: what touches an order here, all else in `payments`.

It comes at least once and in any order, and is written only: nobody is asked anything.
"""

from collections.abc import Sequence

import structlog

from makegood.kit import clock
from makegood.kit.errors import NotNow
from makegood.kit.sql import take_turns
from makegood.money.rules import Money
from makegood.orders.charging import bear, is_booked
from makegood.orders.locks import lock_orders, lock_orders_paid_by
from makegood.orders.models import Allocation
from makegood.orders.paying import OrderAccount
from makegood.orders.rules import DISPUTE
from makegood.payments.hearing import hear_dispute, hear_refund, lost_of
from makegood.payments.locks import lock_receipts_of
from makegood.payments.models import Dispute, Receipt
from makegood.payments.queries import receipts_by
from makegood.payments.receiving import NewReceipt, heard_as, receive
from makegood.payments.rules.events import (
    DisputeClosed,
    DisputeOpened,
    DisputeUpdated,
    GatewayEvent,
    PaymentCancelled,
    PaymentCaptured,
    PaymentFailed,
    RefundFailed,
    RefundUpdated,
)
from makegood.payments.rules.refunds import STATES, RefundState
from makegood.payments.rules.tenders import TenderKind, rule_of
from makegood.payments.rules.values import GatewayRefund
from makegood.payments.sending import take_in_made

log = structlog.get_logger()


class PaidMeanwhile(NotNow):
    """Another order was paid with it while we looked; told again, it can be taken in."""

    slug, title = "paid-meanwhile", "An order was paid with this money a moment ago"
    retry_after_seconds = 1


def hear(event: GatewayEvent) -> None:
    """Take in one thing that a gateway tells, in the caller's transaction.

    Raises:
        PaidMeanwhile: tell it again.
    """
    match event:
        case RefundUpdated() | RefundFailed():
            if not hear_refund(event.refund):
                _take_in_made(event.refund)
        case DisputeOpened() | DisputeUpdated() | DisputeClosed():
            hear_dispute(event.dispute, told_at=event.created_at)
        case PaymentCaptured():
            _take_in_payment(event)
        case PaymentFailed() | PaymentCancelled():
            known = [receipt.pk for receipt in receipts_by(event.payment)]
            say = log.warning if known else log.info
            say("a payment came to nothing", payment=event.payment, receipts=known)


def _take_in_made(said: GatewayRefund) -> None:
    """A refund that somebody made at the gateway itself. What pays for orders is let go as far as it went back: it
    pays for nothing any more, whatever the orders cost.
    """
    known = receipts_by(said.payment)
    if not known:
        log.warning("a refund of a payment that we don't know", refund=said.reference, payment=said.payment)
        return
    # Two who hear of it first take turns.
    take_turns(f"refund {said.reference}")
    if hear_refund(said):
        return
    orders = lock_orders_paid_by([receipt.pk for receipt in known])
    receipts = lock_receipts_of(known[0].customer_id, known[0].currency)
    accounts = [OrderAccount(order, receipts) for order in orders]
    left = said.amount.amount_minor
    for receipt in (each for each in receipts if each.gateway_reference == said.payment):
        part = min(left, receipt.amount_minor - receipt.back_minor - receipt.returned_minor)
        if part > 0:
            _free(receipt, part, accounts)
            take_in_made(receipt, part, said)
            left -= part
    if left:
        log.warning("more went back than came in", refund=said.reference, payment=said.payment, left_minor=left)
    if STATES[said.status] is RefundState.FAILED:
        # It is written down so that older news of it can't count any more; the money pays as before.
        _pay_again(accounts)


def bear_lost(dispute_id: int) -> None:
    """A dispute was decided: what a bank keeps pays for nothing any more, and nobody is asked for it again.

    As long as it is open, its order counts as paid. What went back of the same payment otherwise pays for no order, and
    is not borne twice.
    """
    dispute = Dispute.objects.get(id=dispute_id)
    orders = lock_orders_paid_by([dispute.receipt_id])
    receipts = lock_receipts_of(dispute.customer_id, orders[0].currency) if orders else []
    receipt = next((each for each in receipts if each.pk == dispute.receipt_id), None)
    if receipt is None:
        return
    left = lost_of(receipt) - receipt.loose_minor
    # What pays for the newest order goes first.
    for account in [OrderAccount(order, receipts) for order in orders][::-1]:
        part = min(left, account.allocations[receipt.pk].amount_minor)
        if part > 0:
            account.release_from(receipt.pk, part)
            bear(account.order, part, key=f"{DISPUTE}/{dispute.pk}", now=clock.now())
            left -= part


def _free(receipt: Receipt, minor: int, accounts: Sequence[OrderAccount]) -> None:
    """Let so much of a receipt be free: what pays for the newest order goes first."""
    for account in accounts[::-1]:
        row = account.allocations.get(receipt.pk)
        part = min(minor - receipt.loose_minor, row.amount_minor if row else 0)
        if part > 0:
            account.release_from(receipt.pk, part)
    if receipt.loose_minor < minor:
        raise PaidMeanwhile("an order was paid with this payment while we looked; tell it again")


def _pay_again(accounts: Sequence[OrderAccount]) -> None:
    for account in accounts:
        for receipt in account.receipts:
            receipt.refresh_from_db(fields=["back_minor"])
        account.pay(now=clock.now())


def _take_in_payment(event: PaymentCaptured) -> None:
    """Money that was captured for an order. The shop mostly told it with the order; else it pays for it from now on."""
    if not event.order_reference or receipts_by(event.payment):
        return
    order = next(iter(lock_orders([event.order_reference])), None)
    if order is None or not is_booked(order) or order.currency != event.captured.currency:
        log.warning("a payment for no order of ours", payment=event.payment, order=event.order_reference)
        return
    account = OrderAccount.held(order)
    if receipts_by(event.payment):
        return
    told = _told_without_payment(account, event.captured)
    if told is not None:
        told.gateway_reference = event.payment
        told.save(update_fields=["gateway_reference"])
    elif order.paid is None:
        # All of it counts as paid, in a way that nobody knows: this may be part of that, and more it is not.
        log.warning("a payment is not what an order costs", payment=event.payment, order=event.order_reference)
    else:
        _pay_with(account, event)


def _told_without_payment(account: OrderAccount, captured: Money) -> Receipt | None:
    """What the shop told of this very sum without naming the payment."""
    return next(
        (
            receipt
            for receipt in account.of_order()
            if not receipt.gateway_reference
            and not rule_of(receipt.kind).holds_balance
            and receipt.amount_minor == captured.amount_minor
        ),
        None,
    )


def _pay_with(account: OrderAccount, event: PaymentCaptured) -> None:
    now, order = clock.now(), account.order
    new = NewReceipt(
        customer_id=order.customer_id,
        kind=TenderKind.CARD,
        label="",
        money=event.captured,
        received_at=now,
        reference=heard_as(event.payment),
        gateway_reference=event.payment,
    )
    (receipt,) = receive([new], now=now)
    account.receipts.append(receipt)
    # However much of it pays, it is known as this order's.
    Allocation.objects.create(order=order, customer_id=order.customer_id, receipt=receipt, amount_minor=0)
    account.allocations = OrderAccount(order, account.receipts).allocations
    account.pay(now=now)
