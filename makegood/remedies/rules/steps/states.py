"""What a granted remedy does, step by step, and how far each step is."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from makegood.payments.rules.refunds import RefundState


class StepKind(StrEnum):
    """One thing that a granted remedy does."""

    STOP = "stop"
    RESERVE_STOCK = "reserve_stock"
    DISPATCH = "dispatch"
    REFUND = "refund"
    NEW_DATE = "new_date"


class StepState(StrEnum):
    """How far a step is. One that `failed` needs a person, and may go on; what is `compensated` was taken back, and is
    done after all where it happened all the same.
    """

    REQUESTED = "requested"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    COMPENSATED = "compensated"


# The column of a step's row that links what it made: exactly the one of its kind is set.
MADE_BY: Mapping[StepKind, str] = MappingProxyType(
    {
        StepKind.STOP: "stop_task",
        StepKind.RESERVE_STOCK: "reservation",
        StepKind.DISPATCH: "dispatch",
        StepKind.REFUND: "refund",
        StepKind.NEW_DATE: "promise",
    }
)

# News of a step comes at least once and in any order: what leads back is old news.
_FOLLOWS: Mapping[StepState, frozenset[StepState]] = MappingProxyType(
    {
        StepState.REQUESTED: frozenset({StepState.UNDER_WAY, StepState.DONE, StepState.FAILED, StepState.COMPENSATED}),
        StepState.UNDER_WAY: frozenset({StepState.DONE, StepState.FAILED, StepState.COMPENSATED}),
        StepState.FAILED: frozenset({StepState.UNDER_WAY, StepState.DONE, StepState.COMPENSATED}),
        StepState.DONE: frozenset({StepState.COMPENSATED}),
        StepState.COMPENSATED: frozenset({StepState.DONE}),
    }
)


def leads_to(was: StepState, news: StepState) -> bool:
    """Whether a step that is `was` becomes `news`; the same again, and what it has left behind, change nothing."""
    return news in _FOLLOWS[was]


def costs_otherwise(was: StepState, news: StepState) -> bool:
    """Whether what a step costs us falls away by this news, or stands again."""
    return StepState.COMPENSATED in {was, news}


# How far the step of a refund is, by how far the refund is, which alone decides what may follow what.
STEP_OF_REFUND: Mapping[RefundState, StepState] = MappingProxyType(
    {
        RefundState.REQUESTED: StepState.REQUESTED,
        RefundState.SENT: StepState.UNDER_WAY,
        RefundState.SETTLED: StepState.DONE,
        RefundState.FAILED: StepState.FAILED,
    }
)
