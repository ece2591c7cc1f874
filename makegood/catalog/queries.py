"""Reads."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import F, Prefetch, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper

from makegood.catalog.models import Place, PostageRate, Product, Service, Stock, Substitute
from makegood.catalog.rules import (
    PACKING_HOURS,
    LastCall,
    Timetable,
    arrival_date,
    expected_way,
    last_leaving_date,
)
from makegood.kit.holidays import calendar_of


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


class LastCalls:
    """By when orders have to leave: the shop's places and services, read once for however many orders ask."""

    def __init__(self) -> None:
        self._places = list(Place.objects.order_by("id"))
        self._services = list(Service.objects.prefetch_related("lanes").order_by("id")) if self._places else []
        self._found: dict[tuple[str, str, date], tuple[LastCall, ...]] = {}

    def expected(self, *, country: str, zone: str, by_date: date, since: datetime, currency: str) -> LastCall | None:
        """The way in which an order of `since` is meant to be there by its day (`rules.expected_way`)."""
        return expected_way(self.to(country=country, zone=zone, by_date=by_date), since=since, currency=currency)

    def to(self, *, country: str, zone: str, by_date: date) -> tuple[LastCall, ...]:
        """From every place by every service that goes there."""
        key = country, zone, by_date
        if key not in self._found:
            self._found[key] = tuple(self._calls(country, zone, by_date))
        return self._found[key]

    def _calls(self, country: str, zone: str, by_date: date) -> Iterable[LastCall]:
        for service in self._services:
            lanes = {lane.country: lane for lane in service.lanes.all()}
            lane = lanes.get(country) or lanes.get("*")
            if lane is None:
                continue
            there = calendar_of(country=country, zone=zone, works_saturdays=service.delivers_saturdays)
            for place in self._places:
                origin = calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays)
                hours = PACKING_HOURS if place.packing_hours is None else place.packing_hours
                timetable = Timetable(
                    cutoff_time=service.cutoff_time, transit_days=lane.transit_days, packing_hours=hours
                )
                leaves = last_leaving_date(timetable=timetable, origin=origin, destination=there, by_date=by_date)
                yield LastCall(
                    place_id=place.pk,
                    service_id=service.pk,
                    ask_by=timetable.ask_by(leaves, origin=origin),
                    leave_by=origin.at(leaves, service.cutoff_time),
                    currency=service.currency,
                    rate_minor=lane.rate_minor,
                )


def arrival_of(service: Service, *, place: Place, country: str, zone: str, now: datetime) -> date:
    """The day on which what leaves a place by a service now is there; as soon as it leaves where no lane is known."""
    lanes = {lane.country: lane.transit_days for lane in service.lanes.all()}
    timetable = Timetable(cutoff_time=service.cutoff_time, transit_days=lanes.get(country, lanes.get("*", 0)))
    origin = calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays)
    destination = calendar_of(country=country, zone=zone, works_saturdays=service.delivers_saturdays)
    return arrival_date(timetable=timetable, origin=origin, destination=destination, now=now)


def places() -> list[Place]:
    return list(Place.objects.order_by("name"))


def all_places() -> QuerySet[Place]:
    return Place.objects.all()


def all_products() -> QuerySet[Product]:
    """Products, each with what may stand in for it, the best first."""
    rows = Substitute.objects.select_related("stands_in").order_by("rank")
    return Product.objects.prefetch_related(Prefetch("substitutes", queryset=rows))


def substitutes_of(product_ids: Iterable[int]) -> dict[int, list[Substitute]]:
    """What on sale may stand in for each of these products, the best first; those for which nothing may are missing."""
    found: dict[int, list[Substitute]] = {}
    rows = Substitute.objects.filter(product__in=set(product_ids), stands_in__is_on_sale=True)
    for row in rows.select_related("stands_in").order_by("product_id", "rank"):
        found.setdefault(row.product_id, []).append(row)
    return found


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


def all_postage_rates() -> QuerySet[PostageRate]:
    return PostageRate.objects.all()


def variants_of(families: Iterable[str]) -> dict[str, list[Product]]:
    """What is on sale of each family of variants, by its name."""
    found: dict[str, list[Product]] = {}
    for row in Product.objects.filter(family__in=set(families), is_on_sale=True).order_by("title", "sku"):
        found.setdefault(row.family, []).append(row)
    return found


def products_with_words(words: str, *, currency: str, limit: int) -> list[Product]:
    """What is on sale in a currency and has these words in its title."""
    rows = Product.objects.filter(title__icontains=words, currency=currency, is_on_sale=True)
    return list(rows.order_by("title", "sku")[:limit])
