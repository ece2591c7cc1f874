"""How far money that goes back is, and what may follow what."""

from collections.abc import Mapping
from enum import StrEnum

from makegood.payments.rules.values import RefundStatus


class RefundKind(StrEnum):
    """A refund goes back to the tender that the money came by, a payout to another one on file (law 6)."""

    REFUND = "refund"
    PAYOUT = "payout"


class RefundState(StrEnum):
    """Asked for, handed to whoever carries it out, with the customer, or come back to us."""

    REQUESTED = "requested"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"


class RefundRoute(StrEnum):
    """Who carries it out: we ourselves, at once; a gateway that we call; or a person, by hand."""

    AT_ONCE = "at_once"
    GATEWAY = "gateway"
    BY_HAND = "by_hand"


OPEN = (RefundState.REQUESTED, RefundState.SENT)

# News comes at least once and in any order. What settled can still come back: a bank may say so days later.
_FOLLOWS: Mapping[RefundState, frozenset[RefundState]] = {
    RefundState.REQUESTED: frozenset({RefundState.SENT, RefundState.SETTLED, RefundState.FAILED}),
    RefundState.SENT: frozenset({RefundState.SETTLED, RefundState.FAILED}),
    RefundState.SETTLED: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
}


def leads_to(was: RefundState, news: RefundState) -> bool:
    """Whether a refund that is `was` becomes `news`; the same again, and what it has left behind, change nothing."""
    return news in _FOLLOWS[was]


# What waits for the customer to say where it is to go (`REQUIRES_ACTION`) has left us, too.
STATES: Mapping[RefundStatus, RefundState] = {
    RefundStatus.PENDING: RefundState.SENT,
    RefundStatus.REQUIRES_ACTION: RefundState.SENT,
    RefundStatus.SUCCEEDED: RefundState.SETTLED,
    RefundStatus.FAILED: RefundState.FAILED,
    RefundStatus.CANCELLED: RefundState.FAILED,
}
