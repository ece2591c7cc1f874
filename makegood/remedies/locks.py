"""How what was granted is locked, and what is locked to grant it."""

from collections.abc import Collection, Iterable

from django.db.models import Model

from makegood.catalog.models import Stock, StockReservation, Substitute
from makegood.kit.locks import locked
from makegood.kit.sql import take_turns
from makegood.orders.models import Allocation, Delivery, DeliveryUnits, Order, OrderLine
from makegood.parcels.models import Dispatch, DispatchNotice, DispatchState, DispatchUnits
from makegood.payments.locks import lock_receipts_of_all
from makegood.promises.models import Promise
from makegood.remedies.models import OPEN_STOP, GrantStep, StopTask


def lock_for_grants(order_ids: Collection[int]) -> None:
    """All that remedies for these orders write, held until the transaction ends: one choice may be for several.

    Their stock too, so that what is found possible under it stays so.
    """
    lock_what_is_granted(order_ids)
    owed = DeliveryUnits.objects.filter(delivery__order__in=order_ids).values("delivery__promise_id")
    list(locked(Promise.objects.filter(id__in=owed)).values_list("pk"))


def take_turns_for(customer_ids: Iterable[int]) -> None:
    """Hold off, until the transaction ends, whoever else would grant something to these customers: what was granted
    before is summed up, and two at once would both find room for theirs. Comes before every row.
    """
    for each in sorted(set(customer_ids)):
        take_turns(f"grants of customer {each}")


def lock_what_is_granted(order_ids: Collection[int]) -> None:
    """Of what remedies for these orders write, all that comes before a case: for who locks that too."""
    customers = set(Order.objects.filter(id__in=order_ids).values_list("customer_id", flat=True))
    take_turns_for(customers)
    list(locked(Order.objects.filter(id__in=order_ids)).values_list("pk"))
    lock_receipts_of_all(customers)
    units = DeliveryUnits.objects.filter(delivery__order__in=order_ids)
    waiting = Dispatch.objects.filter(order__in=order_ids, state=DispatchState.REQUESTED)
    packed = DispatchUnits.objects.filter(dispatch__in=waiting)
    held = StockReservation.objects.filter(id__in=packed.values("reservation_id"))
    sold = {each for pair in units.values_list("line__product_id", "instead_id") for each in pair if each}
    instead = Substitute.objects.filter(product__in=sold).values_list("stands_in_id", flat=True)
    stock = Stock.objects.filter(product__in=sold | set(instead))
    notices = DispatchNotice.objects.filter(dispatch__in=waiting)
    deliveries = Delivery.objects.filter(order__in=order_ids)
    lines, paid = OrderLine.objects.filter(order__in=order_ids), Allocation.objects.filter(order__in=order_ids)
    for rows in (lines, paid, units, waiting, notices, deliveries, held, stock):
        list(locked(rows).values_list("pk"))


def lock_steps(**made: Model) -> list[GrantStep]:
    """The step that made a row, named by its link, held until the transaction ends; none where nothing was granted."""
    return list(locked(GrantStep.objects.filter(**made)))


def lock_stop_task(task_id: int) -> StopTask:
    """One delivery that a person stops, held until the transaction ends.

    Raises:
        StopTask.DoesNotExist: there is none.
    """
    return locked(StopTask.objects.all()).get(id=task_id)


def lock_stops_of(delivery_ids: Collection[int]) -> list[StopTask]:
    """What is still to be stopped of these deliveries."""
    return list(locked(StopTask.objects.filter(OPEN_STOP, delivery__in=delivery_ids)))


def lock_stops_not_left(delivery_ids: Collection[int]) -> list[StopTask]:
    """What is not to leave any more of these deliveries and, as far as we heard, did not: stopped, or still to be."""
    return list(locked(StopTask.objects.filter(delivery__in=delivery_ids, left_as=None)))
