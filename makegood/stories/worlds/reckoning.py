"""Days and sums, reckoned by hand: when a service arrives, what units share of a line, how a sum is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from makegood.kit.currencies import exponent
from makegood.kit.holidays import calendar_of
from makegood.stories.worlds.cast import DUE_TIME, Land, Place, Service, calendar_at

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A service from a place, asked for at an instant."""

    place: str
    service: str
    leaves_date: date
    arrives_date: date
    due_at: datetime
    currency: str
    rate_minor: int


def way_of(*, place: Place, service: Service, land: Land, now: datetime) -> Way:
    """It leaves today where the cut-off allows and the place works, and takes business days of where it goes."""
    local = now.astimezone(place.calendar.zone)
    leaves_date = local.date()
    if not place.calendar.is_business_day(leaves_date) or local.time() >= service.cutoff_time:
        leaves_date = place.calendar.business_day_on_or_after(leaves_date + DAY)
    there = calendar_at(land, works_saturdays=service.delivers_saturdays)
    arrives_date = leaves_date
    for _ in range(service.transit_days):
        arrives_date = there.business_day_on_or_after(arrives_date + DAY)
    return Way(
        place=place.id,
        service=service.id,
        leaves_date=leaves_date,
        arrives_date=arrives_date,
        due_at=datetime.combine(arrives_date, DUE_TIME, tzinfo=there.zone).astimezone(UTC),
        currency=service.currency,
        rate_minor=service.rate_minor,
    )


def best_ways(*, places: Iterable[Place], services: Iterable[Service], land: Land, now: datetime) -> list[Way]:
    """The soonest, of those in the currency of where it goes the cheapest, of those the first to leave: several where
    nothing tells them apart.
    """
    services = tuple(services)
    ways = [way_of(place=place, service=service, land=land, now=now) for place in places for service in services]

    def rank(way: Way) -> tuple[object, ...]:
        return way.arrives_date, way.currency != land.currency, way.rate_minor, way.leaves_date

    best = min(map(rank, ways))
    return [way for way in ways if rank(way) == best]


def share_minor(*, total_minor: int, quantity: int, count: int) -> int:
    """What `count` of `quantity` units come to: cents that don't divide go to the first of them, one each."""
    return sum(total_minor // quantity + (unit < total_minor % quantity) for unit in range(count))


def sum_in_words(amount_minor: int, currency: str) -> str:
    """A regular expression for a sum as any of our languages writes it."""
    decimals = exponent(currency)
    digits = str(amount_minor).zfill(decimals + 1)
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", r"\\D?", whole)
    sign = "(€|EUR)" if currency == "EUR" else currency
    return rf"(?<!\d){grouped}{rf'[.,]{part}' if part else ''}\s?{sign}"


def reply_due_at(*, shop: tuple[str, str], now: datetime) -> datetime:
    """A message is answered by 18:00 on the shop's next business day."""
    calendar = calendar_of(country=shop[0], zone=shop[1])
    day = calendar.business_day_on_or_after(calendar.local(now).date() + DAY)
    return datetime.combine(day, DUE_TIME.replace(hour=18), tzinfo=calendar.zone).astimezone(UTC)


def refund_due_at(*, shop: tuple[str, str], now: datetime) -> datetime:
    """Money is back within eight business days of the shop, by the evening."""
    calendar = calendar_of(country=shop[0], zone=shop[1])
    day = calendar.local(now).date()
    for _ in range(8):
        day = calendar.business_day_on_or_after(day + DAY)
    return datetime.combine(day, DUE_TIME, tzinfo=calendar.zone).astimezone(UTC)
