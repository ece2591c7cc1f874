"""Units go from a place that has them, at our cost."""

from collections import Counter

from makegood.orders.delivering import SentUnits, promise_replacement
from makegood.orders.models import Delivery, OrderLine
from makegood.orders.rules import share_minor
from makegood.parcels.addresses import addresses_now
from makegood.parcels.dispatching import request_dispatch
from makegood.parcels.models import Dispatch
from makegood.remedies.booking import bear_cost
from makegood.remedies.handlers.handler import Doing
from makegood.remedies.progress import write_step
from makegood.remedies.rules.steps.sending import Sending
from makegood.remedies.rules.steps.states import StepState
from makegood.remedies.rules.values import Situation


class Sends:
    def carry_out(self, step: Sending, doing: Doing) -> None:
        """Promise and request one dispatch; the stock is kept aside by now: nobody outside has to agree to that."""
        dispatch = _request(step, doing, key=doing.key)
        for units in dispatch.units.select_related("reservation").order_by("id"):
            write_step(doing.grant, units.reservation, key=units.reservation.key, state=StepState.DONE, now=doing.now)
        write_step(doing.grant, dispatch, key=doing.key, amount=step.route.rate, now=doing.now)
        bear_cost(doing.grant, step, doing.situation, key=doing.key, now=doing.now)


def _request(step: Sending, doing: Doing, *, key: str) -> Dispatch:
    """Several lost boxes with one address travel together."""
    route = step.route
    lost = Delivery.objects.get(pk=route.goes_to)
    delivery = promise_replacement(
        lost=lost,
        to=addresses_now([lost])[lost.pk],
        units=_units_of(step, doing.situation),
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


def _units_of(step: Sending, situation: Situation) -> list[SentUnits]:
    """What goes of each line: as it was ordered, or as something else, with what went back of its price for that."""
    units = {unit.delivery_units_id: unit for unit in situation.units}
    lines = OrderLine.objects.filter(id__in={unit.line_id for unit in situation.units})
    ordered = dict(lines.values_list("id", "product_id"))
    quantities: Counter[tuple[int, int]] = Counter()
    less: Counter[tuple[int, int]] = Counter()
    for units_id, quantity in step.units:
        unit, instead, more = units[units_id], step.instead_of(units_id), step.less_of(units_id)
        key = unit.line_id, instead.product_id if instead else unit.product_id
        quantities[key] += quantity
        less[key] += more.amount_minor if more else 0
        if unit.less:
            less[key] += share_minor(total_minor=unit.less.amount_minor, quantity=unit.quantity, count=quantity)
    return [
        SentUnits(
            line_id=line_id,
            quantity=quantity,
            instead_id=product_id if product_id != ordered[line_id] else None,
            less_minor=less[line_id, product_id],
        )
        for (line_id, product_id), quantity in quantities.items()
    ]
