"""What the shop sells, where it lies, how it travels, and who helps: as it was told us."""

from collections.abc import Sequence
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from makegood.catalog.models import Place, Product, Service, Stock
from makegood.catalog.queries import all_places, all_products, all_services, all_stock
from makegood.catalog.rules import DispatchMethod
from makegood.faces.api.callers import READ, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.versions import edited_row
from makegood.staff.models import Helper
from makegood.staff.queries import all_helpers
from makegood.staff.rules import Role

TAGS = ["catalog"]


class PlaceOut(Schema):
    """`dispatch_way`: how it is asked to send. Its secret is never shown, only whether it has one."""

    id: str
    name: str
    country: str
    zone: str
    works_saturdays: bool
    dispatch_way: DispatchMethod
    dispatch_url: str
    has_dispatch_secret: bool


def _places(rows: Sequence[Place]) -> list[PlaceOut]:
    return [
        PlaceOut(
            id=row.reference,
            name=row.name,
            country=row.country,
            zone=row.zone,
            works_saturdays=row.works_saturdays,
            dispatch_way=DispatchMethod(row.dispatch_method),
            dispatch_url=row.dispatch_url,
            has_dispatch_secret=bool(row.dispatch_secret),
        )
        for row in rows
    ]


@router.get("/places", response=Page[PlaceOut], auth=READ, tags=TAGS)
def places(request: Call, paging: Query[Paging]) -> Any:
    """Where goods lie and parcels leave from."""
    return page_of(all_places(), keys=("id",), paging=paging, shape=_places)


@router.get("/places/{reference}", response=PlaceOut, auth=READ, tags=TAGS)
@edited_row(Place, turns="put Place", reference="reference")
def place(request: Call, reference: str) -> Any:
    """One place."""
    return _places([all_places().get(reference=reference)])[0]


class ProductOut(Schema):
    sku: str
    title: str
    currency: str
    price_minor: int
    cost_minor: int | None


def _products(rows: Sequence[Product]) -> list[ProductOut]:
    return [
        ProductOut(
            sku=row.sku,
            title=row.title,
            currency=row.currency,
            price_minor=row.price_minor,
            cost_minor=row.cost_minor,
        )
        for row in rows
    ]


@router.get("/products", response=Page[ProductOut], auth=READ, tags=TAGS)
def products(request: Call, paging: Query[Paging]) -> Any:
    """What is for sale."""
    return page_of(all_products(), keys=("id",), paging=paging, shape=_products)


@router.get("/products/{reference}", response=ProductOut, auth=READ, tags=TAGS)
@edited_row(Product, turns="put Product", sku="reference")
def product(request: Call, reference: str) -> Any:
    """One product."""
    return _products([all_products().get(sku=reference)])[0]


class StockOut(Schema):
    """`held` of the units `on_hand` are kept for somebody."""

    place: str
    sku: str
    on_hand: int
    held: int


class StockWanted(Wanted):
    place: str | None = None
    sku: str | None = None


def _stock(rows: Sequence[Stock]) -> list[StockOut]:
    return [
        StockOut(place=row.place.reference, sku=row.product.sku, on_hand=row.on_hand, held=row.held) for row in rows
    ]


@router.get("/stock", response=Page[StockOut], auth=READ, tags=TAGS)
def stock(request: Call, wanted: Query[StockWanted], paging: Query[Paging]) -> Any:
    """How many lie where."""
    rows = wanted.narrow(all_stock(), place="place__reference", sku="product__sku")
    return page_of(rows, keys=("id",), paging=paging, shape=_stock)


@router.get("/stock/{place}/{sku}", response=StockOut, auth=READ, tags=TAGS)
@edited_row(Stock, turns="put Stock", place__reference="place", product__sku="sku")
def stock_at(request: Call, place: str, sku: str) -> Any:
    """How many of one product lie in one place."""
    return _stock([all_stock().get(place__reference=place, product__sku=sku)])[0]


class LaneOut(Schema):
    country: str
    rate_minor: int
    transit_days: int


class ServiceOut(Schema):
    id: str
    name: str
    carrier: str
    currency: str
    cutoff_time: str = Field(description="By the clocks of the place, as in 14:00.")
    delivers_saturdays: bool
    lanes: list[LaneOut]


def _services(rows: Sequence[Service]) -> list[ServiceOut]:
    return [
        ServiceOut(
            id=row.reference,
            name=row.name,
            carrier=row.carrier,
            currency=row.currency,
            cutoff_time=f"{row.cutoff_time:%H:%M}",
            delivers_saturdays=row.delivers_saturdays,
            lanes=[
                LaneOut(country=lane.country, rate_minor=lane.rate_minor, transit_days=lane.transit_days)
                for lane in sorted(row.lanes.all(), key=lambda lane: lane.country)
            ],
        )
        for row in rows
    ]


@router.get("/services", response=Page[ServiceOut], auth=READ, tags=TAGS)
def services(request: Call, paging: Query[Paging]) -> Any:
    """How parcels travel, what it costs us and how long it takes."""
    return page_of(all_services(), keys=("id",), paging=paging, shape=_services)


@router.get("/services/{reference}", response=ServiceOut, auth=READ, tags=TAGS)
@edited_row(Service, turns="put Service", reference="reference")
def service(request: Call, reference: str) -> Any:
    """One way to travel."""
    return _services([all_services().get(reference=reference)])[0]


class HelperOut(Schema):
    id: str
    name: str
    email: str
    role: Role
    zone: str
    is_active: bool


def _helpers(rows: Sequence[Helper]) -> list[HelperOut]:
    return [
        HelperOut(
            id=row.reference,
            name=row.name,
            email=row.email,
            role=Role(row.role),
            zone=row.zone,
            is_active=row.is_active,
        )
        for row in rows
    ]


@router.get("/staff", response=Page[HelperOut], auth=READ, tags=TAGS)
def staff(request: Call, paging: Query[Paging]) -> Any:
    """Who helps."""
    return page_of(all_helpers(), keys=("id",), paging=paging, shape=_helpers)


@router.get("/staff/{reference}", response=HelperOut, auth=READ, tags=TAGS)
@edited_row(Helper, reference="reference")
def helper(request: Call, reference: str) -> Any:
    """One helper."""
    return _helpers([all_helpers().get(reference=reference)])[0]
