"""What DHL Express would say of a parcel, in the format of DHL's unified API, and numbers it could have issued."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from makegood.stories.worlds.said import Said

CARRIER = "dhl"
NAME = "DHL"
# DHL's status code, the division's own code, and its words.
STATUSES = {
    Said.LABEL: ("pre-transit", "SD", "Shipment information received"),
    Said.LABEL_AGAIN: ("pre-transit", "104", "Shipment information received"),
    Said.NOTICE: ("transit", "AD", "Agreed delivery"),
    Said.NONSENSE: ("unknown", "Q9", "Reference entry noted"),
    Said.TAKEN: ("transit", "PU", "Shipment picked up"),
    Said.MOVED: ("transit", "AR", "Arrived at DHL facility"),
    Said.OUT: ("transit", "WC", "With delivery courier"),
    Said.DELIVERED: ("delivered", "OK", "Delivered"),
}


def number(digits: str) -> str:
    """Ten digits, of which the last is the rest of the others by 7."""
    serial = "1" + digits[:8]
    return f"{serial}{int(serial) % 7}"


def event(what: Said, happened_at: datetime, *, zone: str, city: str = "") -> dict[str, JsonValue]:
    """One event, in the local time of its place with its offset."""
    status_code, code, words = STATUSES[what]
    return {
        "timestamp": happened_at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds"),
        "location": {"address": {"addressLocality": city.upper()}},
        "statusCode": status_code,
        "status": code,
        "description": words,
    }


def unreadable(happened_at: datetime, *, zone: str) -> dict[str, JsonValue]:
    return event(Said.TAKEN, happened_at, zone=zone) | {"timestamp": "yesterday"}


def answer(tracking_number: str, events: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """As DHL answers when it is asked for a number: its shipment, the newest event first."""
    newest_first: list[JsonValue] = list(reversed(events))
    return {"shipments": [{"id": tracking_number, "service": "express", "events": newest_first}]}


def pushed(tracking_number: str, events: list[dict[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """As DHL pushes to subscribers: the same shipment."""
    return [answer(tracking_number, events)]
