"""What UPS would say of a parcel, in its own format, and numbers it could have issued."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from makegood.stories.worlds.said import Said

CARRIER = "ups"
NAME = "UPS"
# The type of the status, its code within that type, and its words.
STATUSES = {
    Said.LABEL: ("M", "MP", "Shipper created a label, UPS has not received the package yet."),
    Said.LABEL_AGAIN: ("I", "OC", "Order Processed: Ready for UPS"),
    Said.NOTICE: ("I", "SP", "Your package is on the way"),
    Said.NONSENSE: ("Z9", "Q9", "Reference Entry Noted"),
    Said.TAKEN: ("I", "OR", "Origin Scan"),
    Said.MOVED: ("I", "AR", "Arrived at Facility"),
    Said.OUT: ("I", "OT", "Out For Delivery Today"),
    Said.DELIVERED: ("D", "FS", "DELIVERED"),
}


def number(digits: str) -> str:
    """1Z, shipper, service, package and a check digit: every second digit counts twice."""
    serial = digits[:15]
    total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(serial))
    return f"1Z{serial}{-total % 10}"


def event(what: Said, happened_at: datetime, *, zone: str, city: str = "") -> dict[str, JsonValue]:
    """One activity, by the clock of its place and by GMT."""
    kind, code, words = STATUSES[what]
    local, gmt = happened_at.astimezone(ZoneInfo(zone)), happened_at.astimezone(UTC)
    offset = local.strftime("%z")
    return {
        "location": {"address": {"city": city.upper()}},
        "status": {"type": kind, "code": code, "description": words},
        "date": local.strftime("%Y%m%d"),
        "time": local.strftime("%H%M%S"),
        "gmtDate": gmt.strftime("%Y%m%d"),
        "gmtTime": gmt.strftime("%H:%M:%S"),
        "gmtOffset": f"{offset[:3]}:{offset[3:]}",
    }


def unreadable(happened_at: datetime, *, zone: str) -> dict[str, JsonValue]:
    return event(Said.TAKEN, happened_at, zone=zone) | {"date": "yesterday", "gmtDate": ""}


def answer(tracking_number: str, events: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """As UPS answers when it is asked for a number: all its activities, the newest first."""
    activities: list[JsonValue] = list(reversed(events))
    package: JsonValue = {"trackingNumber": tracking_number, "activity": activities}
    return {"trackResponse": {"shipment": [{"inquiryNumber": tracking_number, "package": [package]}]}}


def pushed(tracking_number: str, events: list[dict[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """As UPS pushes to subscribers: one event at a time, under names of its own."""
    return [
        {
            "trackingNumber": tracking_number,
            "localActivityDate": each["date"],
            "localActivityTime": each["time"],
            "gmtActivityDate": each["gmtDate"],
            "gmtActivityTime": each["gmtTime"],
            "activityStatus": each["status"],
            "activityLocation": {"city": ""},
        }
        for each in events
    ]
