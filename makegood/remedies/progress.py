"""How far each step of what was granted is, and the row that it made.

What happens here alone is done when it is written; the outside is asked by reactions, and what it answers comes back as
facts (`reactions.py`).
"""

from datetime import datetime
from typing import assert_never

from makegood.catalog.models import StockReservation
from makegood.money.rules import Money
from makegood.parcels.models import Dispatch
from makegood.payments.models import Refund
from makegood.promises.models import Promise
from makegood.remedies.booking import turn_cost
from makegood.remedies.locks import lock_steps
from makegood.remedies.models import Grant, GrantStep, StopTask
from makegood.remedies.rules.steps.states import MADE_BY, StepKind, StepState, costs_otherwise, leads_to

Made = Dispatch | Promise | Refund | StockReservation | StopTask


def advance_step(made: Made, news: StepState, *, now: datetime) -> None:
    """Say how far the step is that made this row; one that nothing was granted for has none.

    What came before is old news and changes nothing, however often and in whatever order it comes.
    """
    for step in lock_steps(**{MADE_BY[_kind_of(made)]: made}):
        was = StepState(step.state)
        if leads_to(was, news):
            set_step(step, news, now=now)
            if costs_otherwise(was, news):
                turn_cost(step, now=now)


def set_step(step: GrantStep, state: StepState, *, now: datetime) -> None:
    """Write down how far a step is, locked, and since when."""
    if step.state != state:
        step.state, step.changed_at = state, now
        step.save(update_fields=["state", "changed_at"])


def _kind_of(made: Made) -> StepKind:
    match made:
        case StopTask():
            return StepKind.STOP
        case Promise():
            return StepKind.NEW_DATE
        case StockReservation():
            return StepKind.RESERVE_STOCK
        case Dispatch():
            return StepKind.DISPATCH
        case Refund():
            return StepKind.REFUND
        case _:
            assert_never(made)


def write_step(
    grant: Grant,
    made: Made,
    *,
    key: str,
    now: datetime,
    state: StepState = StepState.REQUESTED,
    amount: Money | None = None,
) -> None:
    """Write down a step that a grant does, with the row that it made."""
    kind = _kind_of(made)
    GrantStep.objects.create(
        grant=grant,
        customer_id=grant.customer_id,
        kind=kind,
        key=key,
        state=state,
        amount_minor=amount.amount_minor if amount else None,
        currency=amount.currency if amount else None,
        changed_at=now,
        **{MADE_BY[kind]: made},
    )
