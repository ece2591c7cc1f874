"""Situations to plan for, by hand and by chance."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from makegood.money.rules import Money
from makegood.orders.rules import shares
from makegood.policies.rules.grant_situations import ClaimingCustomer, TroubleKind, TroubleSituation
from makegood.policies.rules.values import Authority, Grantor, GrantRule
from makegood.remedies.rules.authority import Claims
from makegood.remedies.rules.tenders import Tender
from makegood.remedies.rules.values import LostUnits, Route, Situation, StockAt

NOON = datetime(2026, 10, 14, 16, tzinfo=UTC)
TODAY = date(2026, 10, 14)


def usd(minor: int) -> Money:
    return Money(amount_minor=minor, currency="USD")


def table(minors: Sequence[int]) -> tuple[Money, ...]:
    return tuple(usd(minor) for minor in minors)


def units(
    number: int, product: int = 1, quantity: int = 1, *, line: int | None = None, price: int = 1695, goes_to: int = 1
) -> LostUnits:
    """So many of a product lost; each group is a line of its own unless said otherwise."""
    return LostUnits(
        delivery_units_id=number,
        delivery_id=number,
        goes_to=goes_to,
        line_id=line or number,
        product_id=product,
        title=f"Product {product}",
        quantity=quantity,
        cost_each=usd(600),
        worth=usd(price),
        refunds=table(shares(total_minor=price * quantity, quantity=quantity, already=0)),
    )


def route(
    place: int = 1, *, service: int = 1, days: int = 4, rate: int = 480, currency: str = "USD", goes_to: int = 1
) -> Route:
    return Route(
        goes_to=goes_to,
        place_id=place,
        place_name=f"Place {place}",
        service_id=service,
        service_name=f"Service {service}",
        leaves_date=TODAY,
        choose_by=NOON,
        arrives_date=TODAY + timedelta(days=days),
        due_at=NOON + timedelta(days=days),
        rate=Money(amount_minor=rate, currency=currency),
    )


LEADS = Authority(grants=(GrantRule(name="leads", who=(Grantor.LEAD,)),))


def situation(
    lost: Sequence[LostUnits],
    *,
    stock: Mapping[tuple[int, int], int] | None = None,
    routes: Sequence[Route] = (route(),),
    **more: Any,
) -> Situation:
    """`stock` is free units by place and product."""
    free = {(1, 1): 99} if stock is None else stock
    words: dict[str, Any] = {
        "order_id": 1,
        "currency": "USD",
        "units": tuple(lost),
        "postage_back": usd(0),
        "stock": tuple(StockAt(place_id=place, product_id=product, free=n) for (place, product), n in free.items()),
        "routes": tuple(routes),
        "trouble": TroubleSituation(kind=TroubleKind.LOST, due_at=NOON - timedelta(days=3)),
        "claims": Claims(customer=ClaimingCustomer()),
        "authority": LEADS,
        "refund_by_date": date(2026, 10, 26),
        "refund_due_at": NOON + timedelta(days=12),
        "now": NOON,
        "tenders": (plenty(more.get("currency", "USD")),),
    }
    return Situation(**(words | more))


def plenty(currency: str) -> Tender:
    """More than any order costs, paid in a way that nobody knows."""
    much = Money(amount_minor=10**12, currency=currency)
    return Tender(receipt_id=1, kind="", name="", took=much, left=much)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    products, addresses = st.integers(1, 3), st.integers(1, 2)
    prices = draw(st.lists(st.integers(0, 5000), min_size=3, max_size=3))
    lost: list[LostUnits] = []
    per_line: dict[int, int] = {}
    for number in range(1, draw(st.integers(1, 5)) + 1):
        product, quantity, address = draw(products), draw(st.integers(1, 4)), draw(addresses)
        per_line[product] = per_line.get(product, 0) + quantity
        lost.append(units(number, product, quantity, line=product, goes_to=address))
    tables = {line: table(shares(total_minor=prices[line - 1], quantity=n, already=0)) for line, n in per_line.items()}
    lost = [replace(each, refunds=tables[each.line_id]) for each in lost]
    places = st.integers(1, 3)
    stock = draw(st.dictionaries(st.tuples(places, products), st.integers(0, 6), max_size=9))
    routes = draw(
        st.lists(
            st.builds(
                route,
                places,
                service=st.integers(1, 3),
                days=st.integers(0, 9),
                rate=st.integers(0, 3000),
                currency=st.sampled_from(["USD", "EUR"]),
                goes_to=addresses,
            )
        )
    )
    return situation(lost, stock=stock, routes=routes)
