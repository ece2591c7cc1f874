"""Reads."""

from collections.abc import Collection, Iterable

from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper

from makegood.catalog.models import Place, Product, Service, Stock


def free_stock(product_ids: Iterable[int]) -> QuerySet[Stock]:
    """Stock rows with units that nobody holds, for these products."""
    return (
        Stock.objects.filter(product__in=list(product_ids), on_hand__gt=F("held"))
        .select_related("place")
        .order_by("place_id", "product_id")
    )


def services_by_country(countries: Iterable[str]) -> dict[str, list[tuple[Service, int, int]]]:
    """The same for several countries, in as many queries as for one."""
    found: dict[str, list[tuple[Service, int, int]]] = {country: [] for country in countries}
    for service in Service.objects.prefetch_related("lanes").order_by("id"):
        lanes = {lane.country: lane for lane in service.lanes.all()}
        for country, services in found.items():
            lane = lanes.get(country) or lanes.get("*")
            if lane:
                services.append((service, lane.rate_minor, lane.transit_days))
    return found


def places() -> list[Place]:
    return list(Place.objects.order_by("name"))


def all_places() -> QuerySet[Place]:
    return Place.objects.all()


def all_products() -> QuerySet[Product]:
    return Product.objects.all()


def products_called(titles: Collection[str]) -> QuerySet[Product]:
    """Products with one of these titles, in capitals or not: found by an index, however large the catalogue is."""
    wanted = RawSQL("SELECT upper(title) FROM unnest(%s::text[]) AS title", [list(titles)])
    return Product.objects.alias(capitals=Upper("title")).filter(capitals__in=wanted)


def all_stock() -> QuerySet[Stock]:
    """Stock with its places and products."""
    return Stock.objects.select_related("place", "product")


def all_services() -> QuerySet[Service]:
    """Services with their lanes."""
    return Service.objects.prefetch_related("lanes")
