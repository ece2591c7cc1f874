"""Money goes back to where it came from."""

from makegood.remedies.booking import draw
from makegood.remedies.handlers.handler import Doing
from makegood.remedies.progress import write_step
from makegood.remedies.rules.steps.money_back import MoneyBack
from makegood.remedies.rules.steps.states import StepState


class PaysBack:
    def carry_out(self, step: MoneyBack, doing: Doing) -> None:
        """Ask for it; what goes to a balance that we keep is there at once."""
        refund = draw(doing.grant, step, key=doing.key, by=doing.by, now=doing.now)
        state = StepState.DONE if refund.is_settled else StepState.REQUESTED
        write_step(doing.grant, refund, key=doing.key, state=state, amount=step.amount, now=doing.now)
