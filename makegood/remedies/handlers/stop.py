"""What takes the place of a delivery lets that one stay."""

from makegood.orders.models import Delivery
from makegood.parcels.dispatching import stop_dispatch
from makegood.remedies.handlers.handler import Doing
from makegood.remedies.models import StopTask
from makegood.remedies.progress import write_step
from makegood.remedies.rules.steps.states import StepState
from makegood.remedies.rules.steps.stop import Stop
from makegood.staff.rules import SYSTEM


class Stops:
    def carry_out(self, step: Stop, doing: Doing) -> None:
        """What we had asked a place for is cancelled there at once; what the shop sends by itself a person stops."""
        delivery = Delivery.objects.get(pk=step.delivery_id)
        is_done = stop_dispatch(delivery, now=doing.now)
        task = StopTask.objects.create(
            grant=doing.grant,
            customer_id=doing.grant.customer_id,
            delivery=delivery,
            asked_at=doing.now,
            done_at=doing.now if is_done else None,
            done_by=str(SYSTEM) if is_done else "",
        )
        state = StepState.DONE if is_done else StepState.REQUESTED
        write_step(doing.grant, task, key=doing.key, state=state, now=doing.now)
