"""The port to whoever holds the money of cards, and the ways in which a call to it fails.

Each call that changes something carries a `key`, our row's id. The same key may be asked again however late and however
often, by several at once too: it has its effect once, and says so the same way.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from makegood.journal.actions import Away
from makegood.money.rules import Money
from makegood.payments.rules.events import GatewayEvent
from makegood.payments.rules.values import (
    BalanceEntry,
    Decline,
    Evidence,
    GatewayDispute,
    GatewayPayment,
    GatewayRefund,
    RefundReason,
)


class GatewayError(Exception):
    """A call did not bring what was asked; its kinds say what to do about it."""


class Unreachable(GatewayError, Away):
    """Nobody knows what was done: no answer, a broken one, or the same key is still being worked on.

    Ask again under the same key. `wait`: for how long at least to leave the gateway alone, where it says so.
    """

    def __init__(self, text: str, *, wait: timedelta | None = None) -> None:
        super().__init__(text)
        self.wait = wait


class Declined(GatewayError):
    """The card's bank said no, as `decline` tells; asking again would bring the same."""

    def __init__(self, decline: Decline) -> None:
        super().__init__(f"{decline.code}: {decline.text}")
        self.decline = decline


class Rejection(StrEnum):
    """Why a gateway will never do what was asked."""

    ALREADY_REFUNDED = "already_refunded"
    MORE_THAN_IS_LEFT = "more_than_is_left"
    DISPUTED = "disputed"
    NOT_FOUND = "not_found"
    WRONG_STATE = "wrong_state"
    BAD_AMOUNT = "bad_amount"
    OTHER = "other"


class Rejected(GatewayError):
    """What was asked will never be done, and nothing was; `rejection` says why for programs, the text for helpers."""

    def __init__(self, rejection: Rejection, text: str) -> None:
        super().__init__(text)
        self.rejection = rejection


class KeyConflict(GatewayError):
    """The key was used before for something else: a fault of ours, and nothing was done this time."""


class NotLetIn(GatewayError):
    """The gateway does not know us, or does not allow us this, and did nothing: look at the credentials."""


class UnreadableAnswer(GatewayError):
    """The gateway said something that is not as it publishes; what was asked may have been done."""


class BadSignature(Exception):
    """An event is not proven to be the gateway's, or was signed too long ago."""


class Gateway(Protocol):
    """Who holds the money of cards.

    Every method raises:
        Unreachable: nothing is known; ask again.
        Rejected: it will never be done.
        NotLetIn: the credentials don't do.
        UnreadableAnswer: the answer makes no sense.
    """

    @property
    def code(self) -> str:
        """Our code of the gateway, as in stripe."""

    def payment(self, reference: str) -> GatewayPayment:
        """One payment as it stands now."""

    def capture(self, *, payment: str, amount: Money, key: str) -> GatewayPayment:
        """Take `amount` of what was authorised, once; the rest is released. A payment captured so before is as wanted.

        Raises:
            Declined: the bank no longer gives what it had held.
            KeyConflict: the key was used for something else.
        """

    def cancel(self, *, payment: str, key: str) -> GatewayPayment:
        """Let go of what was authorised and not captured. A payment cancelled before is as wanted.

        Raises:
            KeyConflict: the key was used for something else.
        """

    def refund(self, *, payment: str, amount: Money, reason: RefundReason, key: str) -> GatewayRefund:
        """Send `amount` of what was captured back to where it came from; what the gateway says of it.

        Raises:
            Declined: the gateway can't send it back to this card.
            KeyConflict: the key was used for something else.
        """

    def read_refund(self, reference: str) -> GatewayRefund:
        """One refund as it stands now."""

    def dispute(self, reference: str) -> GatewayDispute:
        """One dispute as it stands now."""

    def submit_evidence(self, *, dispute: str, evidence: Evidence, key: str) -> GatewayDispute:
        """Answer a dispute, once and for good. One that was answered before stays as it is.

        Raises:
            KeyConflict: the key was used for something else.
        """

    def accept_dispute(self, *, dispute: str, key: str) -> GatewayDispute:
        """Let the customer have the money: the dispute is lost. One that is lost already is as wanted.

        Raises:
            KeyConflict: the key was used for something else.
        """

    def entries(self, *, since: datetime) -> Iterator[BalanceEntry]:
        """What the gateway's books say happened since then, the newest first; read in pages as it is asked for."""

    def events(self, *, since: datetime) -> Iterator[GatewayEvent]:
        """What was told since then, the newest first, the same events as those that were pushed; read in pages.

        A gateway keeps them for a while (Stripe for thirty days): by it a push that never reached us is made up for.
        """

    def read_event(self, *, headers: Mapping[str, str], raw: bytes) -> GatewayEvent:
        """What it pushed to us, proven; calls nobody.

        Raises:
            BadSignature: it is not proven.
            UnreadableAnswer: it is proven, and not as the gateway publishes; nothing else of the above.
        """


Receive = Callable[[GatewayEvent], None]


@dataclass(slots=True)
class Port:
    """Which gateway is asked, and who takes its events in; `wiring` binds both. Without them, None.

    `is_polled`: whether it lives outside, and is asked what it told where a push may not have reached us.
    """

    gateway: Gateway | None = None
    receive: Receive | None = None
    is_polled: bool = False


PORT = Port()
