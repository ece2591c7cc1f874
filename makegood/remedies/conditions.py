"""In what condition deliveries are, read for any number of them in as many queries as for one."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.models import Parcel
from makegood.parcels.rules.verdicts import Verdict
from makegood.promises.rules import PromiseState
from makegood.remedies.models import GrantUnits
from makegood.remedies.rules.trouble import DeliveryCondition


def conditions_of(deliveries: Iterable[Delivery], *, now: datetime) -> dict[int, DeliveryCondition]:
    """By their ids; deliveries come with their promises, which are read one by one otherwise."""
    rows = {delivery.pk: delivery for delivery in deliveries}
    verdicts = dict(Parcel.objects.filter(delivery__in=rows).values_list("delivery_id", "estimate__verdict"))
    units = _counted(DeliveryUnits.objects.filter(delivery__in=rows).values_list("delivery_id", "quantity"))
    made_good = _counted(
        GrantUnits.objects.filter(lost__delivery__in=rows).values_list("lost__delivery_id", "quantity")
    )
    return {
        pk: DeliveryCondition(
            promise=PromiseState(delivery.promise.state),
            due_at=delivery.promise.due_at,
            verdict=Verdict(verdicts[pk]) if pk in verdicts else None,
            units=units[pk],
            made_good=made_good[pk],
            now=now,
        )
        for pk, delivery in rows.items()
    }


def _counted(rows: Iterable[tuple[int, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for key, quantity in rows:
        found[key] += quantity
    return found
