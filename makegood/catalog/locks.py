"""How stock is locked: the reservation first, then the stock it holds."""

from collections.abc import Collection

from makegood.catalog.models import Stock, StockReservation
from makegood.catalog.rules import ReservationState
from makegood.kit.locks import locked


def lock_stock(*, place_id: int, product_id: int) -> Stock:
    """What one place has of one product, held until the transaction ends.

    Raises:
        Stock.DoesNotExist: it was never counted there.
    """
    return locked(Stock.objects.all()).get(place_id=place_id, product_id=product_id)


def lock_stocks(*, place_ids: Collection[int], product_ids: Collection[int]) -> list[Stock]:
    return list(locked(Stock.objects.filter(place__in=place_ids, product__in=product_ids)))


def lock_held_reservations(reservation_ids: Collection[int]) -> list[StockReservation]:
    """Those of them that still hold their units."""
    return list(locked(StockReservation.objects.filter(id__in=reservation_ids, state=ReservationState.HELD)))


def lock_reservations_not_shipped(reservation_ids: Collection[int]) -> list[StockReservation]:
    """Those of them whose units did not leave yet, be they held or let go."""
    rows = StockReservation.objects.filter(id__in=reservation_ids)
    return list(locked(rows.exclude(state=ReservationState.SHIPPED)))
