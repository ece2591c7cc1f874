"""Which numbers a new parcel can't have: those of what left before it was asked for."""

from django.db.models import Q

from makegood.kit.errors import Conflict
from makegood.parcels.models import Dispatch, Parcel


class NumberOfEarlierParcel(Conflict):
    """The number is on a label that was made before this dispatch was asked for: on the lost parcel's, most likely."""

    slug, title = "number-of-earlier-parcel", "The number is of a parcel that left before"

    def __init__(self, number: str, reference: str) -> None:
        super().__init__(
            f"number: {number} is on parcel {reference}, which was labelled before this was asked for; scan the label "
            "of the new parcel"
        )


def refuse_earlier_number(dispatch: Dispatch, carrier: str, number: str) -> None:
    """Refuse what its customer's earlier parcels are called. Two that leave together may share a number.

    Raises:
        NumberOfEarlierParcel: one is called so.
    """
    before = Q(label_at__lt=dispatch.requested_at)
    # The shop's own box of this order, labelled at that very instant, is what was lost.
    before |= Q(label_at=dispatch.requested_at, delivery__order=dispatch.order_id, delivery__is_replacement=False)
    earlier = Parcel.objects.filter(before, customer_id=dispatch.customer_id, carrier=carrier, number=number)
    found = earlier.exclude(delivery_id=dispatch.delivery_id).order_by("id").first()
    if found is not None:
        raise NumberOfEarlierParcel(number, found.reference)
