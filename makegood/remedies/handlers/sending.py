"""Units go from a place that has them, at our cost."""

from collections import Counter

from makegood.orders.delivering import promise_replacement
from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.addresses import addresses_now
from makegood.parcels.dispatching import request_dispatch
from makegood.parcels.models import Dispatch
from makegood.remedies.booking import bear_cost
from makegood.remedies.handlers.handler import Doing
from makegood.remedies.progress import write_step
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.steps.states import StepState


class Sends:
    def carry_out(self, step: Sending, doing: Doing) -> None:
        """Promise and request one dispatch; the stock is kept aside by now: nobody outside has to agree to that."""
        dispatch = _request(step, doing, key=doing.key)
        for units in dispatch.units.select_related("reservation").order_by("id"):
            key = f"{doing.key}/{units.line_id}"
            write_step(doing.grant, units.reservation, key=key, state=StepState.DONE, now=doing.now)
        write_step(doing.grant, dispatch, key=doing.key, amount=step.route.rate, now=doing.now)
        bear_cost(doing.grant, step, doing.situation, key=doing.key, now=doing.now)


def _request(step: Sending, doing: Doing, *, key: str) -> Dispatch:
    """Several lost boxes with one address travel together."""
    route = step.route
    lost = Delivery.objects.get(pk=route.goes_to)
    delivery = promise_replacement(
        lost=lost,
        to=addresses_now([lost])[lost.pk],
        units=_by_line(step).items(),
        by_date=route.arrives_date,
        due_at=route.due_at,
        by=str(doing.by),
        now=doing.now,
    )
    return request_dispatch(
        key=key,
        delivery=delivery,
        place_id=route.place_id,
        service_id=route.service_id,
        leaves_date=route.leaves_date,
        currency=doing.grant.currency,
        now=doing.now,
    )


def _by_line(step: Sending) -> Counter[int]:
    """How many units of each line go."""
    rows = DeliveryUnits.objects.filter(id__in=[units_id for units_id, _ in step.units])
    line_of = dict(rows.values_list("id", "line_id"))
    found: Counter[int] = Counter()
    for units_id, quantity in step.units:
        found[line_of[units_id]] += quantity
    return found
