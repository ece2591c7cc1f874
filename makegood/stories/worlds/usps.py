"""What USPS would say of a parcel, in its own format, and numbers it could have issued."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from makegood.stories.worlds.said import Said

CARRIER = "usps"
NAME = "USPS"
CODES = {
    Said.LABEL: ("GX", "Shipping Label Created, USPS Awaiting Item"),
    Said.LABEL_AGAIN: ("MA", "Shipping Label Created"),
    Said.NOTICE: ("NT", "In Transit to Next Facility"),
    Said.NONSENSE: ("Q9", "Reference Entry Noted"),
    Said.TAKEN: ("03", "USPS in possession of item"),
    Said.MOVED: ("10", "Arrived at USPS Regional Facility"),
    Said.OUT: ("OF", "Out for Delivery"),
    Said.DELIVERED: ("01", "Delivered, Front Door/Porch"),
}


def number(digits: str) -> str:
    """22 digits, of which the last is right: by modulo 10 with weights 3 and 1 from the right."""
    serial = f"940019{digits[:15]}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(serial)))
    return f"{serial}{-total % 10}"


def event(what: Said, happened_at: datetime, *, zone: str, city: str = "") -> dict[str, JsonValue]:
    """One event, in the local time of its place with its offset, as USPS writes them."""
    code, words = CODES[what]
    local = happened_at.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    return {
        "eventCode": code,
        "eventType": words,
        "eventTimestamp": local.strftime("%Y-%m-%dT%H:%M:%S"),
        "GMTOffset": f"{offset[:3]}:{offset[3:]}",
        "eventCity": city.upper(),
    }


def unreadable(happened_at: datetime, *, zone: str) -> dict[str, JsonValue]:
    return event(Said.TAKEN, happened_at, zone=zone) | {"eventTimestamp": "yesterday", "GMTOffset": ""}


def answer(tracking_number: str, events: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """As USPS answers when it is asked for a number: all its events, the newest first."""
    newest_first: list[JsonValue] = list(reversed(events))
    return {"trackingNumber": tracking_number, "mailClass": "USPS_GROUND_ADVANTAGE", "trackingEvents": newest_first}


def pushed(tracking_number: str, events: list[dict[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """As USPS pushes to subscribers: an envelope whose payload is text."""
    return [
        {
            "subscriptionId": "story",
            "subscriptionType": "TRACKING",
            "timestamp": "2026-10-02T09:00:00Z",
            "payload": json.dumps(answer(tracking_number, events)),
            "links": [],
        }
    ]
