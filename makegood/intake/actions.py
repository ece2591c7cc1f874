"""Taking in what shops tell."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from makegood.intake.labelling import label_parcels
from makegood.intake.locks import lock_told_again
from makegood.kit.rows import BadRows, UpsertResult
from makegood.orders.actions import cancel_told, put_orders
from makegood.orders.records import OrderRecord
from makegood.orders.rules import version_batches
from makegood.orders.versions import lock_standing
from makegood.parcels.queries import packed_deliveries


def take_in_orders(
    records: Sequence[OrderRecord], *, now: datetime, history_before: datetime | None = None
) -> UpsertResult:
    """Take in orders with the parcels they name; in whatever order an order's versions come, the newest stands.

    New ones that were placed before `history_before` are history: we don't know how they ended, and nothing comes of
    them by itself.

    Raises:
        BadRows: a row can't be taken; then none is.
    """
    try:
        return _take_in_batches(records, now=now, history_before=history_before)
    except IntegrityError:
        # Somebody took one of them in at the same time: it is known now.
        return _take_in_batches(records, now=now, history_before=history_before)


def _take_in_batches(records: Sequence[OrderRecord], *, now: datetime, history_before: datetime | None) -> UpsertResult:
    """Several versions of one order follow each other as they were made."""
    taken = UpsertResult()
    with transaction.atomic():
        for indexes in version_batches([(record.id, record.version_at) for record in records]):
            try:
                taken += _take_in([records[index] for index in indexes], now=now, history_before=history_before)
            except BadRows as bad:
                raise BadRows([replace(error, index=indexes[error.index]) for error in bad.errors]) from bad
    return taken


def _take_in(records: Sequence[OrderRecord], *, now: datetime, history_before: datetime | None) -> UpsertResult:
    """What stands, what changes of the orders, their parcels, and last what is cancelled: what left of it stays."""
    standing = lock_standing(records)
    lock_told_again(standing)
    taken, known = put_orders(
        standing, packed=packed_deliveries(standing.told_again), now=now, history_before=history_before
    )
    gained = label_parcels(known, now=now) | cancel_told(known, now=now)
    changed_anyway = [
        each.record.id for each in known if not each.is_new and not each.is_changed and each.order.pk in gained
    ]
    return taken + UpsertResult.of(0, changed=changed_anyway)
