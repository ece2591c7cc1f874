"""Tracking numbers that USPS could have issued, and what it would say of them, in its own format."""

import json
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from pydantic import JsonValue

CARRIER = "usps"
WORDS = {
    "GX": "Shipping Label Created, USPS Awaiting Item",
    "MA": "Shipping Label Created",
    "NT": "In Transit to Next Facility",
    "Q9": "Reference Entry Noted",
    "03": "USPS in possession of item",
    "10": "Arrived at USPS Regional Facility",
    "OF": "Out for Delivery",
    "01": "Delivered, Front Door/Porch",
}


def number(rng: Random) -> str:
    """22 digits, of which the last is right: by modulo 10 with weights 3 and 1 from the right."""
    serial = "940019" + "".join(str(rng.randrange(10)) for _ in range(15))
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(serial)))
    return f"{serial}{-total % 10}"


def event(code: str, happened_at: datetime, *, zone: str, city: str = "") -> dict[str, JsonValue]:
    """One event, in the local time of its place with its offset, as USPS writes them."""
    local = happened_at.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    return {
        "eventCode": code,
        "eventType": WORDS[code],
        "eventTimestamp": local.strftime("%Y-%m-%dT%H:%M:%S"),
        "GMTOffset": f"{offset[:3]}:{offset[3:]}",
        "eventCity": city.upper(),
    }


def answer(tracking_number: str, events: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """As USPS answers when it is asked for a number: all its events, the newest first."""
    newest_first: list[JsonValue] = list(reversed(events))
    return {"trackingNumber": tracking_number, "mailClass": "USPS_GROUND_ADVANTAGE", "trackingEvents": newest_first}


def pushed(tracking_number: str, events: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """As USPS pushes to subscribers: an envelope whose payload is text."""
    return {
        "subscriptionId": "story",
        "subscriptionType": "TRACKING",
        "timestamp": "2026-10-02T09:00:00Z",
        "payload": json.dumps(answer(tracking_number, events)),
        "links": [],
    }
