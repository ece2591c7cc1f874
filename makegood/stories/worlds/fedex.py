"""What FedEx would say of a parcel, in its own format, and numbers it could have issued."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from makegood.stories.worlds.said import Said

CARRIER = "fedex"
NAME = "FedEx"
TYPES = {
    Said.LABEL: ("OC", "Shipment information sent to FedEx"),
    Said.LABEL_AGAIN: ("OC", "Shipment information sent to FedEx"),
    Said.NOTICE: ("AO", "Shipment arriving On-Time"),
    Said.NONSENSE: ("Q9", "Reference Entry Noted"),
    Said.TAKEN: ("PU", "Picked up"),
    Said.MOVED: ("AR", "Arrived at FedEx location"),
    Said.OUT: ("OD", "On FedEx vehicle for delivery"),
    Said.DELIVERED: ("DL", "Delivered"),
}
WEIGHTS = (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)


def number(digits: str) -> str:
    """Twelve digits, of which the last is right: weights 3, 1 and 7, by modulo 11, then 10."""
    serial = digits[:11]
    total = sum(int(digit) * weight for digit, weight in zip(serial, WEIGHTS, strict=True))
    return f"{serial}{total % 11 % 10}"


def event(what: Said, happened_at: datetime, *, zone: str, city: str = "") -> dict[str, JsonValue]:
    """One scan event, in the local time of its place with its offset."""
    kind, words = TYPES[what]
    return {
        "date": happened_at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds"),
        "eventType": kind,
        "eventDescription": words,
        "scanLocation": {"city": city.upper()},
    }


def unreadable(happened_at: datetime, *, zone: str) -> dict[str, JsonValue]:
    return event(Said.TAKEN, happened_at, zone=zone) | {"date": "yesterday"}


def answer(tracking_number: str, events: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """As FedEx answers when it is asked for a number: all its scan events, the newest first."""
    newest_first: list[JsonValue] = list(reversed(events))
    result: JsonValue = {"trackingNumberInfo": {"trackingNumber": tracking_number}, "scanEvents": newest_first}
    return {"output": {"completeTrackResults": [{"trackingNumber": tracking_number, "trackResults": [result]}]}}


def pushed(tracking_number: str, events: list[dict[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """As FedEx pushes to subscribers: the same under the same names."""
    return [answer(tracking_number, events)]
