"""Parcels: labelled, said not to have come, and looked at again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef

from makegood.journal.actions import announce
from makegood.kit.bulk import store_new
from makegood.parcels.assessing import assess_status, first_estimates
from makegood.parcels.facts import ParcelLabelled
from makegood.parcels.hearing import awaiting_news, note_fallen_silent, wake_waiting
from makegood.parcels.locks import lock_due_parcels, lock_parcels, lock_unmatched_scans
from makegood.parcels.models import Parcel, StatusEstimate
from makegood.parcels.rules.verdicts import Verdict
from makegood.parcels.scanning import adopt_unmatched, find_anothers, hear_of_one_box
from makegood.promises.actions import await_news


def store_parcels(parcels: Sequence[Parcel], *, now: datetime) -> None:
    """Write parcels with what is to be believed of them, say so, and give them the scans that came before them."""
    if not parcels:
        return
    store_new(parcels)
    estimates = first_estimates(parcels, now=now)
    store_new(estimates)
    unheard = awaiting_news(estimates)
    promises = {parcel.delivery.promise: parcel.pk in unheard for parcel in parcels}
    await_news({promise.pk: waits for promise, waits in promises.items() if promise.awaits_news is not waits})
    announce(
        [
            ParcelLabelled(
                customer_id=parcel.customer_id,
                parcel_id=parcel.pk,
                order_id=parcel.delivery.order_id,
                label_at=parcel.label_at,
                is_replacement=parcel.delivery.is_replacement,
            )
            for parcel in parcels
        ],
        now=now,
    )
    numbers = {(parcel.carrier, parcel.number) for parcel in parcels}
    lock_unmatched_scans({number for _, number in numbers})
    find_anothers([parcel.pk for parcel in parcels], now=now)
    adopt_unmatched(numbers, now=now)
    hear_of_one_box([parcel.pk for parcel in parcels], now=now)
    # Once more when everybody can see the parcels: a scan that came meanwhile may not have seen them. Two ids a batch
    # are kept until then, and not its numbers, so that an import of any length keeps its memory flat.
    ids = sorted(parcel.pk for parcel in parcels)
    transaction.on_commit(partial(_adopt_between, ids[0], ids[-1], now=now))


def _adopt_between(first_id: int, last_id: int, *, now: datetime) -> None:
    rows = Parcel.objects.filter(id__gte=first_id, id__lte=last_id)
    in_company = Parcel.objects.filter(carrier=OuterRef("carrier"), number=OuterRef("number")).exclude(
        id=OuterRef("id")
    )
    hear_of_one_box(list(rows.filter(Exists(in_company)).values_list("id", flat=True)), now=now)
    adopt_unmatched(set(rows.values_list("carrier", "number")), now=now)


def say_not_received(*, parcel_id: int, now: datetime) -> None:
    """The customer says it never came: believed at the first word.

    Raises:
        Parcel.DoesNotExist: there is none.
    """
    with transaction.atomic():
        lock_parcels([parcel_id])
        parcel = Parcel.objects.get(id=parcel_id)
        # Who said so before the carrier called it delivered, and says so again, is believed again.
        if parcel.estimate.verdict != Verdict.NOT_RECEIVED:
            parcel.said_not_received_at = now
            parcel.save(update_fields=["said_not_received_at"])
            assess_status([parcel_id], now=now)


def look_soon(*, delivery_ids: Collection[int], now: datetime) -> None:
    """Let the parcels of these deliveries be judged by the next sweep: something else than scans has changed."""
    if not delivery_ids:
        return
    concerned = list(Parcel.objects.filter(delivery__in=delivery_ids).values_list("id", flat=True))
    lock_parcels(concerned)
    StatusEstimate.objects.filter(parcel__in=concerned).update(look_at=now)


def sweep(now: datetime, limit: int = 10_000) -> int:
    """Judge anew the parcels whose silence has lasted long enough to mean something; how many there were."""
    # Before any silence is counted.
    woken = note_fallen_silent(now=now) + wake_waiting(now=now)
    with transaction.atomic():
        free = lock_due_parcels(now, limit=limit)
        # Asked once more now that they are held: somebody may have looked at some of them a moment ago.
        due = list(StatusEstimate.objects.filter(parcel__in=free, look_at__lte=now).values_list("parcel_id", flat=True))
        assess_status(due, now=now)
    return len(due) + woken
