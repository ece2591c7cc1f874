"""In what condition deliveries are, read for any number of them in as many queries as for one."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from makegood.orders.models import Delivery, DeliveryUnits
from makegood.parcels.models import Parcel
from makegood.parcels.queries import short_among
from makegood.parcels.rules.verdicts import Verdict
from makegood.promises.rules import PromiseState
from makegood.remedies.models import GrantUnits
from makegood.remedies.rules.trouble import DeliveryCondition


def conditions_of(deliveries: Iterable[Delivery], *, now: datetime) -> dict[int, DeliveryCondition]:
    """By their ids; deliveries come with their promises, which are read one by one otherwise."""
    rows = {delivery.pk: delivery for delivery in deliveries}
    verdicts = dict(Parcel.objects.filter(delivery__in=rows).values_list("delivery_id", "estimate__verdict"))
    units = dict(DeliveryUnits.objects.filter(delivery__in=rows).values_list("delivery_id").annotate(Sum("quantity")))
    granted = GrantUnits.objects.filter(lost__delivery__in=rows)
    made_good = dict(granted.values_list("lost__delivery_id").annotate(Sum("quantity")))
    short = short_among(each for pk, each in rows.items() if pk not in verdicts)
    return {
        pk: DeliveryCondition(
            promise=PromiseState(delivery.promise.state),
            due_at=delivery.promise.due_at,
            verdict=Verdict(verdicts[pk]) if pk in verdicts else None,
            units=units.get(pk, 0),
            # A part of what was made good leaves all the same with no grant of its own.
            made_good=units.get(pk, 0) if delivery.promise.made_good_at else made_good.get(pk, 0),
            now=now,
            was_called_off=delivery.promise.called_off_at is not None,
            at_risk=delivery.promise.at_risk_since is not None,
            awaits_news=delivery.promise.awaits_news,
            is_short=pk in short,
        )
        for pk, delivery in rows.items()
    }
