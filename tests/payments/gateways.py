"""Gateways as a test plays them: what happens at their side, by the same names for the double and for Stripe."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from makegood.connectors.stripe.gateway import StripeGateway
from makegood.connectors.stripe.reading import FAILURES
from makegood.money.rules import Money
from makegood.payments.console_gateway import ConsoleGateway
from makegood.payments.gateway import Gateway
from makegood.payments.rules.events import GatewayEvent, OtherEvent
from makegood.payments.rules.values import DisputeStatus, RefundFailure
from tests.stripe_server import disputes, payments, refunds
from tests.stripe_server.books import Object
from tests.stripe_server.server import KEY, SECRET, StripeServer, running

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
PDF = b"%PDF-1.7 what speaks for us"


def usd(minor: int) -> Money:
    return Money(amount_minor=minor, currency="USD")


class Side(Protocol):
    """One gateway and what happens at its side; each way to pay gives the payment's reference."""

    @property
    def gateway(self) -> Gateway: ...
    def pay(self, amount: Money, *, order: str = "", refunds_arrive: bool = True) -> str: ...
    def authorise(self, amount: Money) -> str: ...
    def settle_refund(self, refund: str) -> None: ...
    def fail_refund(self, refund: str, failure: RefundFailure) -> None: ...
    def open_dispute(self, payment: str, *, is_inquiry: bool = False) -> str: ...
    def decide(self, dispute: str, status: DisputeStatus) -> None: ...
    def pay_out(self, amount: Money) -> None: ...
    def now(self) -> datetime: ...
    def events(self) -> list[GatewayEvent]: ...


class ConsoleSide:
    def __init__(self) -> None:
        self._seconds = itertools.count()
        self.gateway: ConsoleGateway = ConsoleGateway(now=self.now)
        self._serial = itertools.count(1)

    def pay(self, amount: Money, *, order: str = "", refunds_arrive: bool = True) -> str:
        reference = f"pi_{next(self._serial)}"
        self.gateway.books.pay(reference=reference, amount=amount, order=order, refunds_arrive=refunds_arrive)
        return reference

    def authorise(self, amount: Money) -> str:
        return self.gateway.books.authorise(reference=f"pi_{next(self._serial)}", amount=amount).reference

    def settle_refund(self, refund: str) -> None:
        self.gateway.books.settle_refund(refund)

    def fail_refund(self, refund: str, failure: RefundFailure) -> None:
        self.gateway.books.fail_refund(refund, failure)

    def open_dispute(self, payment: str, *, is_inquiry: bool = False) -> str:
        return self.gateway.books.open_dispute(payment, is_inquiry=is_inquiry).reference

    def decide(self, dispute: str, status: DisputeStatus) -> None:
        self.gateway.books.decide_dispute(dispute, status)

    def pay_out(self, amount: Money) -> None:
        self.gateway.books.pay_out(reference="po_1", amount=amount)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=next(self._seconds))

    def events(self) -> list[GatewayEvent]:
        return list(self.gateway.books.told)


class StripeSide:
    def __init__(self, server: StripeServer, *, timeout_seconds: float = 5) -> None:
        self.server, self.books = server, server.books
        self.gateway: StripeGateway = StripeGateway(
            key=KEY, webhook_secret=SECRET, url=server.url, timeout_seconds=timeout_seconds
        )

    def pay(self, amount: Money, *, order: str = "", refunds_arrive: bool = True, **more: str) -> str:
        card = "pm_card_visa" if refunds_arrive else "pm_card_pendingRefund"
        return self._made(amount, **{"payment_method": card, **more}, metadata={"order_reference": order})

    def authorise(self, amount: Money) -> str:
        return self._made(amount, capture_method="manual")

    def _made(self, amount: Money, **said: object) -> str:
        asked = {"amount": amount.amount_minor, "currency": amount.currency.lower(), **said}
        return str(payments.create(self.books, asked)["id"])

    def settle_refund(self, refund: str) -> None:
        refunds.settle(self.books, self.books.get("refund", refund))

    def fail_refund(self, refund: str, failure: RefundFailure) -> None:
        reason = next(word for word, meaning in FAILURES.items() if meaning is failure)
        refunds.fail(self.books, self.books.get("refund", refund), reason)

    def open_dispute(self, payment: str, *, is_inquiry: bool = False) -> str:
        intent = self.books.get("payment_intent", payment)
        return str(disputes.open_dispute(self.books, intent, is_inquiry=is_inquiry)["id"])

    def decide(self, dispute: str, status: DisputeStatus) -> None:
        said = "warning_closed" if status is DisputeStatus.INQUIRY_CLOSED else status.value
        disputes.decide(self.books, self.books.get("dispute", dispute), said)

    def pay_out(self, amount: Money) -> None:
        disputes.pay_out(self.books, amount.amount_minor, amount.currency.lower())

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.books.now, UTC)

    def events(self) -> list[GatewayEvent]:
        return [each for each in map(self.pushed, self.books.events) if not isinstance(each, OtherEvent)]

    def pushed(self, event: Object) -> GatewayEvent:
        raw, headers = self.server.signed(event)
        return self.gateway.read_event(headers=headers, raw=raw)


@contextmanager
def console() -> Iterator[Side]:
    yield ConsoleSide()


@contextmanager
def stripe() -> Iterator[Side]:
    with running() as server:
        yield StripeSide(server)
