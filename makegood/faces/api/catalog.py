"""What the shop sells, where it lies, how it travels, and who helps: as it was told us."""

from datetime import time
from typing import Annotated, Any

from ninja import FilterLookup, Query, Schema
from pydantic import BeforeValidator, Field

from makegood.catalog.models import Place, PostageRate, Product, Service, Stock
from makegood.catalog.queries import all_places, all_postage_rates, all_products, all_services, all_stock
from makegood.catalog.rules import DispatchMethod, SubstituteKind
from makegood.faces.api.callers import READ, Call
from makegood.faces.api.filters import Wanted
from makegood.faces.api.pages import Page, Paging, page_of
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Ref, of
from makegood.faces.api.versions import edited_row
from makegood.staff.models import Helper
from makegood.staff.queries import all_helpers
from makegood.staff.rules import Role


class PlaceOut(Schema):
    """`dispatch_way`: how it is asked to send. Its secret is never shown, only whether it has one."""

    id: str = of("reference")
    name: str
    country: str
    zone: str
    works_saturdays: bool
    packing_hours: int | None
    dispatch_way: DispatchMethod = of("dispatch_method")
    dispatch_url: str
    has_dispatch_secret: Annotated[bool, BeforeValidator(bool)] = of("dispatch_secret")


@router.get("/places", response=Page[PlaceOut], auth=READ)
def places(request: Call, paging: Query[Paging]) -> Any:
    """Where goods lie and parcels leave from."""
    return page_of(all_places(), paging)


@router.get("/places/{reference}", response=PlaceOut, auth=READ)
@edited_row(Place, turns="put Place", reference="reference")
def place(request: Call, reference: str) -> Any:
    """One place."""
    return all_places().get(reference=reference)


class SubstituteOut(Schema):
    sku: str = of("stands_in.sku")
    kind: SubstituteKind


class ProductOut(Schema):
    """`substitutes`: what may be sent in its place, the best first."""

    sku: str
    title: str
    currency: str
    price_minor: int
    cost_minor: int | None
    family: str
    is_on_sale: bool
    substitutes: Annotated[list[SubstituteOut], BeforeValidator(list)]


@router.get("/products", response=Page[ProductOut], auth=READ)
def products(request: Call, paging: Query[Paging]) -> Any:
    """What is for sale."""
    return page_of(all_products(), paging)


@router.get("/products/{reference}", response=ProductOut, auth=READ)
@edited_row(Product, turns="put Product", sku="reference")
def product(request: Call, reference: str) -> Any:
    """One product."""
    return all_products().get(sku=reference)


class StockOut(Schema):
    """`held` of the units `on_hand` are kept for somebody."""

    place: Ref
    sku: str = of("product.sku")
    on_hand: int
    held: int


class StockWanted(Wanted):
    place: Annotated[str | None, FilterLookup("place__reference")] = None
    sku: Annotated[str | None, FilterLookup("product__sku")] = None


@router.get("/stock", response=Page[StockOut], auth=READ)
def stock(request: Call, wanted: Query[StockWanted], paging: Query[Paging]) -> Any:
    """How many lie where."""
    return page_of(wanted.filter(all_stock()), paging)


@router.get("/stock/{place}/{sku}", response=StockOut, auth=READ)
@edited_row(Stock, turns="put Stock", place__reference="place", product__sku="sku")
def stock_at(request: Call, place: str, sku: str) -> Any:
    """How many of one product lie in one place."""
    return all_stock().get(place__reference=place, product__sku=sku)


class LaneOut(Schema):
    country: str
    rate_minor: int
    transit_days: int


def _to_the_minute(cutoff: time) -> str:
    return f"{cutoff:%H:%M}"


class ServiceOut(Schema):
    id: str = of("reference")
    name: str
    carrier: str
    currency: str
    cutoff_time: Annotated[str, BeforeValidator(_to_the_minute)] = Field(
        description="By the clocks of the place, as in 14:00."
    )
    delivers_saturdays: bool
    lanes: Annotated[list[LaneOut], BeforeValidator(lambda lanes: sorted(lanes, key=lambda lane: lane.country))]


@router.get("/services", response=Page[ServiceOut], auth=READ)
def services(request: Call, paging: Query[Paging]) -> Any:
    """How parcels travel, what it costs us and how long it takes."""
    return page_of(all_services(), paging)


@router.get("/services/{reference}", response=ServiceOut, auth=READ)
@edited_row(Service, turns="put Service", reference="reference")
def service(request: Call, reference: str) -> Any:
    """One way to travel."""
    return all_services().get(reference=reference)


class PostageRateOut(Schema):
    """What a customer pays for one parcel to a country; `*` is any other."""

    country: str
    currency: str
    first_minor: int
    each_more_minor: int
    free_from_minor: int | None


@router.get("/postage-rates", response=Page[PostageRateOut], auth=READ)
def postage_rates(request: Call, paging: Query[Paging]) -> Any:
    """What customers pay for a parcel."""
    return page_of(all_postage_rates(), paging)


@router.get("/postage-rates/{country}/{currency}", response=PostageRateOut, auth=READ)
@edited_row(PostageRate, turns="put PostageRate", country="country", currency="currency")
def postage_rate(request: Call, country: str, currency: str) -> Any:
    """What customers pay for a parcel to one country, in one currency."""
    return all_postage_rates().get(country=country, currency=currency)


class HelperOut(Schema):
    id: str = of("reference")
    name: str
    email: str
    role: Role
    zone: str
    is_active: bool


@router.get("/staff", response=Page[HelperOut], auth=READ)
def staff(request: Call, paging: Query[Paging]) -> Any:
    """Who helps."""
    return page_of(all_helpers(), paging)


@router.get("/staff/{reference}", response=HelperOut, auth=READ)
@edited_row(Helper, reference="reference")
def helper(request: Call, reference: str) -> Any:
    """One helper."""
    return all_helpers().get(reference=reference)
