"""Refunds that a gateway makes: asked of it outside any transaction, under a key that is the refund's for ever.

Whoever dies between the question and its answer leaves the refund requested; it is asked for again under the same key,
which has its effect once.
"""

import structlog
from django.db import transaction

from makegood.kit import clock
from makegood.kit.sql import give_back
from makegood.money.rules import Money
from makegood.payments.gateway import PORT, Declined, Gateway, KeyConflict, NotLetIn, Rejected, Unreachable
from makegood.payments.locks import lock_refund
from makegood.payments.models import Receipt, Refund
from makegood.payments.queries import GATEWAY, key_of
from makegood.payments.refunding import advance, announce_news, book_news, draw
from makegood.payments.rules.refunds import STATES, RefundKind, RefundRoute, RefundState
from makegood.payments.rules.values import GatewayRefund, RefundReason
from makegood.payments.words import failure_of, no_gateway

log = structlog.get_logger()


def by_gateway() -> str:
    """Who it was, where the gateway said or did it."""
    return f"{GATEWAY}{PORT.gateway.code if PORT.gateway else ''}"


def send(refund_id: int) -> None:
    """Ask the gateway for a refund, and write down what it says of it.

    Raises:
        Away: nobody knows what was done, or our key does not do; it is asked again under the same key.
        UnreadableAnswer: the answer makes no sense; likewise, by a person in the end.
    """
    refund = Refund.objects.select_related("receipt").get(id=refund_id)
    if refund.state != RefundState.REQUESTED or refund.route != RefundRoute.GATEWAY or refund.gateway_reference:
        return
    if PORT.gateway is None:
        leave_to_people(refund_id)
        return
    give_back()
    try:
        said = _ask(PORT.gateway, refund)
    except (Declined, Rejected, KeyConflict) as error:
        _give_up(refund_id, str(error))
    else:
        record(refund_id, said)


def _ask(gateway: Gateway, refund: Refund) -> GatewayRefund:
    try:
        return gateway.refund(
            payment=refund.receipt.gateway_reference,
            amount=Money(amount_minor=refund.amount_minor, currency=refund.currency),
            reason=RefundReason.REQUESTED_BY_CUSTOMER,
            key=key_of(refund.pk),
        )
    except NotLetIn as error:
        # Nothing was done, and whoever puts the key right needs not know what waited for it.
        raise Unreachable(str(error)) from error


def leave_to_people(refund_id: int) -> None:
    """No gateway is set up any more: a person sends it, as if none had ever been."""
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if refund.state == RefundState.REQUESTED and refund.route == RefundRoute.GATEWAY:
            refund.route, refund.note = RefundRoute.BY_HAND, no_gateway()
            refund.save(update_fields=["route", "note"])
            log.warning("a refund is left to people", refund_id=refund_id)


def _give_up(refund_id: int, failure: str) -> None:
    """The gateway will never make it: the money is free again, and needs another way."""
    with transaction.atomic():
        refund = lock_refund(refund_id)
        # A push may have told in between that it was made after all.
        if refund.state == RefundState.REQUESTED:
            advance(refund, RefundState.FAILED, by=by_gateway(), now=clock.now(), failure=failure)


def record(refund_id: int, said: GatewayRefund) -> bool:
    """Write down how far a refund is, as the gateway says; whether that was news. Older news changes nothing."""
    with transaction.atomic():
        refund = lock_refund(refund_id)
        if not refund.gateway_reference:
            refund.gateway_reference = said.reference
            refund.save(update_fields=["gateway_reference"])
        return advance(refund, STATES[said.status], by=by_gateway(), now=clock.now(), failure=failure_of(said))


def take_in_made(receipt: Receipt, minor: int, said: GatewayRefund) -> Refund:
    """Write down a refund that somebody made at the gateway itself, so that our books say what its books say.

    The caller holds the receipt, of which so much is free. Nobody is asked for it, and nobody was promised it.
    """
    now = clock.now()
    money = Money(amount_minor=minor, currency=receipt.currency)
    refund = Refund(
        customer_id=receipt.customer_id,
        key=f"{by_gateway()}/{said.reference}/{receipt.pk}",
        kind=RefundKind.REFUND,
        route=RefundRoute.GATEWAY,
        receipt=receipt,
        to=receipt.tender,
        tender_kind=receipt.kind,
        tender=receipt.name,
        currency=money.currency,
        amount_minor=money.amount_minor,
        state=RefundState.REQUESTED,
        requested_at=now,
        requested_by=by_gateway(),
        gateway_reference=said.reference,
    )
    draw(refund, money, now=now)
    book_news(refund, STATES[said.status], by=by_gateway(), now=now, failure=failure_of(said))
    refund.save(force_insert=True)
    announce_news(refund, now=now)
    return refund
