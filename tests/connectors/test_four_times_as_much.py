"""Payloads written to tire whoever reads them: four times as much takes about four times as long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from makegood.parcels.carrier import CARRIERS, UnreadableScan
from makegood.parcels.rules.clocks import USPS
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.rules.verdicts import assess
from tests.connectors.test_four_carriers import NUMBERS
from tests.growth import grows_no_more_than
from tests.parcels.boxes import DAY, LABEL_AT, MINUTE, RENO

WORDS = "Delivered, not returned to sender <b>&amp;amp;</b> attempted delivery on hold, customs clearance "
# An event of each carrier whose place tells its zone, and one whose zone nothing tells.
EVENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "usps": (
        {"eventCode": "10", "eventType": "MOVED", "eventCity": "RENO", "eventState": "NV"},
        {"eventCode": "10", "eventType": "MOVED", "eventCountry": "CANADA"},
    ),
    "ups": (
        {"status": {"code": "DP", "type": "I"}, "location": {"address": {"stateProvince": "NV", "countryCode": "US"}}},
        {"status": {"code": "DP", "type": "I"}, "location": {"address": {"countryCode": "US"}}},
    ),
    "fedex": (
        {"eventType": "DP", "scanLocation": {"stateOrProvinceCode": "NV", "countryCode": "US"}},
        {"eventType": "DP", "scanLocation": {"countryCode": "US"}},
    ),
    "dhl": (
        {"statusCode": "transit", "location": {"address": {"countryCode": "DE"}}},
        {"statusCode": "transit", "location": {"address": {"countryCode": "US"}}},
    ),
}
BEGINNING = datetime(2026, 10, 5)  # noqa: DTZ001  a carrier's local time, which tells no zone


def told(carrier: str, event: dict[str, Any], index: int, words: str = "") -> dict[str, Any]:
    """The event at a minute of its own, with these words."""
    at = BEGINNING + timedelta(minutes=index)
    match carrier:
        case "usps":
            return {**event, "eventTimestamp": f"{at:%Y-%m-%dT%H:%M:%S}", "eventType": event["eventType"] + words}
        case "ups":
            status = {**event["status"], "description": words}
            return {**event, "date": f"{at:%Y%m%d}", "time": f"{at:%H%M%S}", "status": status}
        case "fedex":
            return {**event, "date": f"{at:%Y-%m-%dT%H:%M:%S}", "eventDescription": words}
        case _:
            return {**event, "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}", "description": words, "status": words}


def parcel(carrier: str, events: list[Any], number: str = "") -> dict[str, Any]:
    number = number or NUMBERS[carrier]
    match carrier:
        case "usps":
            return {"trackingNumber": number, "trackingEvents": events}
        case "ups":
            return {"trackingNumber": number, "activity": events}
        case "fedex":
            return {"trackingNumber": number, "trackResults": [{"scanEvents": events}]}
        case _:
            return {"id": number, "service": "parcel-de", "events": events}


def body(carrier: str, parcels: list[dict[str, Any]]) -> Any:
    match carrier:
        case "usps":
            return parcels[0] if len(parcels) == 1 else parcels
        case "ups":
            return {"trackResponse": {"shipment": [{"package": parcels}]}}
        case "fedex":
            return {"output": {"completeTrackResults": parcels}}
        case _:
            return {"shipments": parcels}


def events_of(carrier: str, count: int, *, turns: int = 1, words: str = "") -> list[dict[str, Any]]:
    return [told(carrier, EVENTS[carrier][index % turns], index, words) for index in range(count)]


SHAPES: dict[str, Callable[[str, int], Any]] = {
    "events": lambda carrier, n: body(carrier, [parcel(carrier, events_of(carrier, n))]),
    "events without a zone": lambda carrier, n: body(carrier, [parcel(carrier, events_of(carrier, 9 * n, turns=2))]),
    "parcels": lambda carrier, n: body(carrier, [parcel(carrier, events_of(carrier, 1)) for _ in range(n)]),
    "parcels that are no one's": lambda carrier, n: body(carrier, [parcel(carrier, [], "x") for _ in range(n)]),
    "words": lambda carrier, n: body(carrier, [parcel(carrier, events_of(carrier, n // 9, words=WORDS * 4))]),
    "one long word": lambda carrier, n: body(carrier, [parcel(carrier, events_of(carrier, 9, words="a" * 40 * n))]),
    "one long markup": lambda carrier, n: body(carrier, [parcel(carrier, events_of(carrier, 9, words="<a " * 9 * n))]),
    "ampersands": lambda carrier, n: body(carrier, [parcel(carrier, events_of(carrier, 9, words="&amp;" * 9 * n))]),
    "a long number": lambda carrier, n: body(carrier, [parcel(carrier, [], "9" * 40 * n)]),
    "no events": lambda carrier, n: body(carrier, [parcel(carrier, [None] * n)]),
}  # fmt: skip


def grows_with_its_input(small: Callable[[], object], large: Callable[[], object]) -> bool:
    """Of four times as much: work in the square of the input would take sixteen times as long."""
    return grows_no_more_than(7, small=small, large=large, more=0.03)


def read(carrier: str, payload: Any) -> None:
    try:
        CARRIERS[carrier].parse(payload)
    except UnreadableScan as refused:
        assert refused.field  # noqa: PT017  refusing is an answer too; only its time counts


@pytest.mark.parametrize("carrier", NUMBERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_as_long_takes_about_four_times_as_long(carrier, shape):
    small, large = SHAPES[shape](carrier, 200), SHAPES[shape](carrier, 800)
    assert grows_with_its_input(lambda: read(carrier, small), lambda: read(carrier, large))


@pytest.mark.parametrize("carrier", NUMBERS)
def test_every_shape_is_read_as_it_is_meant(carrier):
    parsed = CARRIERS[carrier].parse(SHAPES["events without a zone"](carrier, 40))
    assert (len(parsed.scans), parsed.refused) == (360, ())


JOURNEYS = {
    "movements": (ScanKind.MOVED,),
    "deliveries": (ScanKind.DELIVERED,),
    "deliveries undone": (ScanKind.OUT_FOR_DELIVERY, ScanKind.DELIVERED, ScanKind.MOVED),
    "deliveries and returns": (ScanKind.DELIVERED, ScanKind.RETURNED),
    "attempts": (ScanKind.ATTEMPTED, ScanKind.HELD, ScanKind.DELAYED),
}


def scans_of(kinds: tuple[ScanKind, ...], count: int) -> list[Scan]:
    return [
        Scan(
            carrier="usps",
            number=NUMBERS["usps"],
            code="10",
            kind=kinds[index % len(kinds)],
            happened_at=LABEL_AT + index * 5 * MINUTE,
            place="RENO, NV",
            words="",
        )
        for index in range(count)
    ]


@pytest.mark.parametrize("kinds", JOURNEYS.values(), ids=JOURNEYS)
def test_four_times_as_many_scans_of_a_parcel_are_assessed_in_about_four_times_as_long(kinds):
    def believed(scans: list[Scan]) -> object:
        now = scans[-1].happened_at + DAY
        return assess(label_at=LABEL_AT, scans=scans, promised_at=None, clock=USPS, origin=RENO, now=now)

    small, large = scans_of(kinds, 1_000), scans_of(kinds, 4_000)
    assert grows_with_its_input(lambda: believed(small), lambda: believed(large))
