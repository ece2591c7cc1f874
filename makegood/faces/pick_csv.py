"""A place's pick list as CSV: one line for each product in each dispatch, in columns that stay (docs/webhooks.md)."""

from django.http import HttpResponse

from makegood.catalog.models import Place
from makegood.kit.tables import written
from makegood.parcels.queries import pick_list

# New columns are added at the end; none is renamed or taken away.
COLUMNS = (
    "dispatch",
    "order",
    "leaves_date",
    "arrives_date",
    "carrier",
    "service",
    "sku",
    "title",
    "quantity",
    "name",
    "address",
    "postcode",
    "country",
)
MOST = 10_000


def pick_csv(place: Place) -> HttpResponse:
    """What a place has to send, the next to leave first, as a file to download."""
    rows = [
        (
            f"D{each.pk}",
            each.order.reference,
            each.leaves_date,
            each.delivery.by_date,
            each.service.carrier,
            each.service.name,
            units.product.sku,
            units.title,
            units.quantity,
            each.delivery.name,
            ", ".join(each.delivery.address_lines),
            each.delivery.postcode,
            each.delivery.country,
        )
        for each in pick_list(place_id=place.pk, limit=MOST)
        for units in each.units.all()
    ]
    answer = HttpResponse(written(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="pick-list-{place.pk}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
