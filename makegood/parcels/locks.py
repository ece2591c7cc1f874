"""How parcels, dispatches and their notices are locked."""

from collections.abc import Collection
from datetime import datetime

from makegood.kit.locks import locked
from makegood.orders.models import DeliveryUnits, Order
from makegood.parcels.models import (
    CarrierHearing,
    Dispatch,
    DispatchNotice,
    DispatchState,
    NoticeState,
    Parcel,
    PollState,
    UnmatchedScan,
)


def lock_parcels(parcel_ids: Collection[int]) -> None:
    """These parcels, held until the transaction ends.

    What is believed of them must be read after it, by a statement of its own: one that waits for the lock still sees
    estimates as they were when it began.
    """
    list(locked(Parcel.objects.filter(id__in=parcel_ids)).values_list("id"))


def lock_due_parcels(now: datetime, *, limit: int) -> list[int]:
    """Parcels whose silence means something by now, that nobody else holds."""
    due = Parcel.objects.filter(estimate__look_at__lte=now)
    return list(locked(due, by="estimate__look_at", skips=True).values_list("id", flat=True)[:limit])


def lock_hearings() -> list[CarrierHearing]:
    """Since when each carrier tells us."""
    return list(locked(CarrierHearing.objects.all()))


def lock_unmatched_scans(numbers: Collection[str]) -> list[UnmatchedScan]:
    return list(locked(UnmatchedScan.objects.filter(number__in=numbers)))


def lock_dispatch(dispatch_id: int) -> Dispatch:
    """One dispatch, held until the transaction ends.

    Raises:
        Dispatch.DoesNotExist: there is none.
    """
    return locked(Dispatch.objects.all()).get(id=dispatch_id)


def lock_requested_dispatches(order_id: int) -> list[Dispatch]:
    """What an order still waits for."""
    rows = Dispatch.objects.filter(order_id=order_id, state=DispatchState.REQUESTED)
    return list(locked(rows.prefetch_related("delivery", "place")))


def lock_to_pack(order_id: int) -> None:
    """What says of an order what is to be packed: it, its units, and what places were asked to send."""
    list(locked(Order.objects.filter(id=order_id)).values_list("pk"))
    list(locked(DeliveryUnits.objects.filter(delivery__order=order_id)).values_list("pk"))
    lock_requested_dispatches(order_id)


def lock_notice(notice_id: int) -> DispatchNotice:
    """One notice, held until the transaction ends.

    Raises:
        DispatchNotice.DoesNotExist: there is none.
    """
    return locked(DispatchNotice.objects.all()).get(id=notice_id)


def lock_due_notices(at: datetime, *, limit: int) -> list[DispatchNotice]:
    """Notices that are due to be told again, that nobody else holds."""
    due = DispatchNotice.objects.filter(state=NoticeState.WAITING, next_try_at__lte=at).prefetch_related("dispatch")
    return list(locked(due, by="next_try_at", skips=True)[:limit])


def lock_poll_state(carrier: str) -> PollState:
    """How far we are with asking one carrier, held until the transaction ends.

    Raises:
        PollState.DoesNotExist: it was never asked.
    """
    return locked(PollState.objects.all()).get(carrier=carrier)
