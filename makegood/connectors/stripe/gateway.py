"""Stripe, asked by its own SDK: PaymentIntents, Refunds, Disputes and BalanceTransactions.

Stripe keeps an idempotency key for 24 hours, a 500 under it too (https://docs.stripe.com/api/idempotent_requests), and
forgets it then. So our key also stands with each refund, and the payment's refunds are looked through before another is
made: within the 24 hours Stripe's key holds, for ever after ours.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import stripe

from makegood.connectors.stripe import events, reading
from makegood.connectors.stripe.amounts import amount_for_stripe
from makegood.connectors.stripe.errors import translated
from makegood.connectors.stripe.evidence import fields_of, file_of
from makegood.connectors.stripe.reading import Said
from makegood.connectors.stripe.transport import BoundedClient
from makegood.kit.outside import TIMEOUT_SECONDS
from makegood.money.rules import Money
from makegood.payments.gateway import KeyConflict
from makegood.payments.rules.events import GatewayEvent
from makegood.payments.rules.values import (
    BalanceEntry,
    DisputeStatus,
    Evidence,
    GatewayDispute,
    GatewayPayment,
    GatewayRefund,
    PaymentStatus,
    RefundReason,
)

AT_ONCE = 100


class StripeGateway:
    """Stripe behind the port of `payments.gateway`; its methods raise what stands there.

    `url`: where its API is, if not at Stripe. Several threads may ask at once.
    """

    code = "stripe"

    def __init__(
        self, *, key: str, webhook_secret: str = "", url: str = "", timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._webhook_secret = webhook_secret
        client = stripe.StripeClient(
            key,
            base_addresses={"api": url, "files": url} if url else {},
            max_network_retries=0,
            http_client=BoundedClient(timeout_seconds=timeout_seconds),
        )
        self._api = client.v1

    def payment(self, reference: str) -> GatewayPayment:
        with translated():
            said = self._api.payment_intents.retrieve(reference, {"expand": ["latest_charge"]})
            refunds = list(self._refunds(reference))
            listed = self._api.disputes.list({"payment_intent": reference, "limit": AT_ONCE})
            disputes = [each.to_dict() for each in listed.auto_paging_iter()]
        return reading.read(lambda whole: reading.payment(whole, refunds=refunds, disputes=disputes), said.to_dict())

    def capture(self, *, payment: str, amount: Money, key: str) -> GatewayPayment:
        minor = amount_for_stripe(amount)
        known = self.payment(payment)
        if known.status is PaymentStatus.CAPTURED and known.captured == amount:
            return known
        with translated():
            self._api.payment_intents.capture(payment, {"amount_to_capture": minor}, {"idempotency_key": key})
        return self.payment(payment)

    def cancel(self, *, payment: str, key: str) -> GatewayPayment:
        known = self.payment(payment)
        if known.status is PaymentStatus.CANCELLED:
            return known
        with translated():
            self._api.payment_intents.cancel(payment, options={"idempotency_key": key})
        return self.payment(payment)

    def refund(self, *, payment: str, amount: Money, reason: RefundReason, key: str) -> GatewayRefund:
        minor = amount_for_stripe(amount)
        with translated():
            known = next((each for each in self._refunds(payment) if reading.key_of(each) == key), None)
            made = known or self._make_refund(payment, minor, reason, key)
        refund = reading.read(reading.refund, made)
        if refund.amount != amount:
            raise KeyConflict(f"under this key {refund.amount} went back, and now it should be {amount}")
        return refund

    def _make_refund(self, payment: str, minor: int, reason: RefundReason, key: str) -> Said:
        metadata = {reading.OUR_KEY: key}
        return self._api.refunds.create(
            {"payment_intent": payment, "amount": minor, "reason": reason.value, "metadata": metadata},
            {"idempotency_key": key},
        ).to_dict()

    def _refunds(self, payment: str) -> Iterator[Said]:
        listed = self._api.refunds.list({"payment_intent": payment, "limit": AT_ONCE})
        return (each.to_dict() for each in listed.auto_paging_iter())

    def read_refund(self, reference: str) -> GatewayRefund:
        with translated():
            said = self._api.refunds.retrieve(reference)
        return reading.read(reading.refund, said.to_dict())

    def dispute(self, reference: str) -> GatewayDispute:
        with translated():
            said = self._api.disputes.retrieve(reference)
        return reading.read(reading.dispute, said.to_dict())

    def submit_evidence(self, *, dispute: str, evidence: Evidence, key: str) -> GatewayDispute:
        known = self.dispute(dispute)
        if known.is_evidence_submitted:
            return known
        with translated():
            file = self._api.files.create(file_of(evidence), {"idempotency_key": f"{key}-file"})
            said = self._api.disputes.update(
                dispute,
                {"evidence": fields_of(evidence, file=file.id), "submit": True},
                {"idempotency_key": key},
            )
        return reading.read(reading.dispute, said.to_dict())

    def accept_dispute(self, *, dispute: str, key: str) -> GatewayDispute:
        known = self.dispute(dispute)
        if known.status is DisputeStatus.LOST:
            return known
        with translated():
            said = self._api.disputes.close(dispute, options={"idempotency_key": key})
        return reading.read(reading.dispute, said.to_dict())

    def entries(self, *, since: datetime) -> Iterator[BalanceEntry]:
        with translated():
            listed = self._api.balance_transactions.list(
                {"created": {"gte": int(since.timestamp())}, "expand": ["data.source"], "limit": AT_ONCE}
            )
            for each in listed.auto_paging_iter():
                yield reading.read(reading.entry, each.to_dict())

    def events(self, *, since: datetime) -> Iterator[GatewayEvent]:
        with translated():
            listed = self._api.events.list(
                {"created": {"gte": int(since.timestamp())}, "types": sorted(events.READERS), "limit": AT_ONCE}
            )
            for each in listed.auto_paging_iter():
                yield reading.read(events.event_of, each.to_dict())

    def read_event(self, *, headers: Mapping[str, str], raw: bytes) -> GatewayEvent:
        return events.proven(headers=headers, raw=raw, secret=self._webhook_secret)
