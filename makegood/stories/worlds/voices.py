"""The carriers of a world: what each would say of a parcel, in its own format, and numbers it could have issued."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from random import Random
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import JsonValue

Plain = dict[str, JsonValue]
SERIAL_DIGITS = 15


class Said(StrEnum):
    """What a carrier may say of a parcel in a story."""

    LABEL = "label"
    LABEL_AGAIN = "label_again"
    NOTICE = "notice"
    NONSENSE = "nonsense"
    TAKEN = "taken"
    MOVED = "moved"
    OUT = "out"
    DELIVERED = "delivered"


class Voice(ABC):
    """A carrier: its code, its name as customers know it, and its own codes and words for whatever it may say.

    `spoiled` are the fields of an event whose time nobody can read.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    says: ClassVar[Mapping[Said, tuple[str, ...]]]
    spoiled: ClassVar[Plain]

    @abstractmethod
    def number(self, digits: str) -> str:
        """A number it could have issued, made of 15 `digits`, with its check digit."""

    @abstractmethod
    def written(self, said: tuple[str, ...], local: datetime, city: str) -> Plain:
        """One event, by the clock of its place."""

    @abstractmethod
    def answer(self, number: str, events: list[Plain]) -> Plain:
        """As it answers when it is asked for a number: all its events, the newest first."""

    def pushed(self, number: str, events: list[Plain]) -> list[Plain]:
        """As it pushes the same to subscribers, in as many bodies as it makes of it."""
        return [self.answer(number, events)]

    def event(self, what: Said, happened_at: datetime, *, zone: str, city: str = "") -> Plain:
        return self.written(self.says[what], happened_at.astimezone(ZoneInfo(zone)), city.upper())

    def unreadable(self, happened_at: datetime, *, zone: str) -> Plain:
        return self.event(Said.TAKEN, happened_at, zone=zone) | self.spoiled


class Usps(Voice):
    code, name = "usps", "USPS"
    # Its code and its words.
    says: ClassVar = {
        Said.LABEL: ("GX", "Shipping Label Created, USPS Awaiting Item"),
        Said.LABEL_AGAIN: ("MA", "Shipping Label Created"),
        Said.NOTICE: ("NT", "In Transit to Next Facility"),
        Said.NONSENSE: ("Q9", "Reference Entry Noted"),
        Said.TAKEN: ("03", "USPS in possession of item"),
        Said.MOVED: ("10", "Arrived at USPS Regional Facility"),
        Said.OUT: ("OF", "Out for Delivery"),
        Said.DELIVERED: ("01", "Delivered, Front Door/Porch"),
    }
    spoiled: ClassVar = {"eventTimestamp": "yesterday", "GMTOffset": ""}

    def number(self, digits: str) -> str:
        """22 digits, of which the last is right: by modulo 10 with weights 3 and 1 from the right."""
        serial = f"940019{digits}"
        total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(serial)))
        return f"{serial}{-total % 10}"

    def written(self, said: tuple[str, ...], local: datetime, city: str) -> Plain:
        code, words = said
        return {
            "eventCode": code,
            "eventType": words,
            "eventTimestamp": local.strftime("%Y-%m-%dT%H:%M:%S"),
            "GMTOffset": _offset(local),
            "eventCity": city,
        }

    def answer(self, number: str, events: list[Plain]) -> Plain:
        return {"trackingNumber": number, "mailClass": "USPS_GROUND_ADVANTAGE", "trackingEvents": [*reversed(events)]}

    def pushed(self, number: str, events: list[Plain]) -> list[Plain]:
        """An envelope whose payload is text."""
        return [
            {
                "subscriptionId": "story",
                "subscriptionType": "TRACKING",
                "timestamp": "2026-10-02T09:00:00Z",
                "payload": json.dumps(self.answer(number, events)),
                "links": [],
            }
        ]


class Ups(Voice):
    code, name = "ups", "UPS"
    # The type of the status, its code within that type, and its words.
    says: ClassVar = {
        Said.LABEL: ("M", "MP", "Shipper created a label, UPS has not received the package yet."),
        Said.LABEL_AGAIN: ("I", "OC", "Order Processed: Ready for UPS"),
        Said.NOTICE: ("I", "SP", "Your package is on the way"),
        Said.NONSENSE: ("Z9", "Q9", "Reference Entry Noted"),
        Said.TAKEN: ("I", "OR", "Origin Scan"),
        Said.MOVED: ("I", "AR", "Arrived at Facility"),
        Said.OUT: ("I", "OT", "Out For Delivery Today"),
        Said.DELIVERED: ("D", "FS", "DELIVERED"),
    }
    spoiled: ClassVar = {"date": "yesterday", "gmtDate": ""}

    def number(self, digits: str) -> str:
        """1Z, shipper, service, package and a check digit: every second digit counts twice."""
        total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(digits))
        return f"1Z{digits}{-total % 10}"

    def written(self, said: tuple[str, ...], local: datetime, city: str) -> Plain:
        """By the clock of its place and by GMT."""
        kind, code, words = said
        gmt = local.astimezone(UTC)
        return {
            "location": {"address": {"city": city}},
            "status": {"type": kind, "code": code, "description": words},
            "date": local.strftime("%Y%m%d"),
            "time": local.strftime("%H%M%S"),
            "gmtDate": gmt.strftime("%Y%m%d"),
            "gmtTime": gmt.strftime("%H:%M:%S"),
            "gmtOffset": _offset(local),
        }

    def answer(self, number: str, events: list[Plain]) -> Plain:
        package: JsonValue = {"trackingNumber": number, "activity": [*reversed(events)]}
        return {"trackResponse": {"shipment": [{"inquiryNumber": number, "package": [package]}]}}

    def pushed(self, number: str, events: list[Plain]) -> list[Plain]:
        """One event at a time, under names of its own."""
        return [
            {
                "trackingNumber": number,
                "localActivityDate": each["date"],
                "localActivityTime": each["time"],
                "gmtActivityDate": each["gmtDate"],
                "gmtActivityTime": each["gmtTime"],
                "activityStatus": each["status"],
                "activityLocation": {"city": ""},
            }
            for each in events
        ]


class Fedex(Voice):
    code, name = "fedex", "FedEx"
    # Its type and its words.
    says: ClassVar = {
        Said.LABEL: ("OC", "Shipment information sent to FedEx"),
        Said.LABEL_AGAIN: ("OC", "Shipment information sent to FedEx"),
        Said.NOTICE: ("AO", "Shipment arriving On-Time"),
        Said.NONSENSE: ("Q9", "Reference Entry Noted"),
        Said.TAKEN: ("PU", "Picked up"),
        Said.MOVED: ("AR", "Arrived at FedEx location"),
        Said.OUT: ("OD", "On FedEx vehicle for delivery"),
        Said.DELIVERED: ("DL", "Delivered"),
    }
    spoiled: ClassVar = {"date": "yesterday"}

    def number(self, digits: str) -> str:
        """Twelve digits, of which the last is right: weights 3, 1 and 7, by modulo 11, then 10."""
        serial = digits[:11]
        total = sum(int(digit) * (3, 1, 7)[place % 3] for place, digit in enumerate(serial))
        return f"{serial}{total % 11 % 10}"

    def written(self, said: tuple[str, ...], local: datetime, city: str) -> Plain:
        kind, words = said
        return {
            "date": local.isoformat(timespec="seconds"),
            "eventType": kind,
            "eventDescription": words,
            "scanLocation": {"city": city},
        }

    def answer(self, number: str, events: list[Plain]) -> Plain:
        result: JsonValue = {"trackingNumberInfo": {"trackingNumber": number}, "scanEvents": [*reversed(events)]}
        return {"output": {"completeTrackResults": [{"trackingNumber": number, "trackResults": [result]}]}}


class Dhl(Voice):
    """DHL Express, in the format of DHL's unified API."""

    code, name = "dhl", "DHL"
    # DHL's status code, the division's own code, and its words.
    says: ClassVar = {
        Said.LABEL: ("pre-transit", "SD", "Shipment information received"),
        Said.LABEL_AGAIN: ("pre-transit", "104", "Shipment information received"),
        Said.NOTICE: ("transit", "AD", "Agreed delivery"),
        Said.NONSENSE: ("unknown", "Q9", "Reference entry noted"),
        Said.TAKEN: ("transit", "PU", "Shipment picked up"),
        Said.MOVED: ("transit", "AR", "Arrived at DHL facility"),
        Said.OUT: ("transit", "WC", "With delivery courier"),
        Said.DELIVERED: ("delivered", "OK", "Delivered"),
    }
    spoiled: ClassVar = {"timestamp": "yesterday"}

    def number(self, digits: str) -> str:
        """Ten digits, of which the last is the rest of the others by 7."""
        serial = f"1{digits[:8]}"
        return f"{serial}{int(serial) % 7}"

    def written(self, said: tuple[str, ...], local: datetime, city: str) -> Plain:
        status_code, code, words = said
        return {
            "timestamp": local.isoformat(timespec="seconds"),
            "location": {"address": {"addressLocality": city}},
            "statusCode": status_code,
            "status": code,
            "description": words,
        }

    def answer(self, number: str, events: list[Plain]) -> Plain:
        return {"shipments": [{"id": number, "service": "express", "events": [*reversed(events)]}]}


VOICES: Mapping[str, Voice] = {voice.code: voice for voice in (Usps(), Ups(), Fedex(), Dhl())}


def drawn(rng: Random) -> tuple[str, str]:
    """Somebody who carries a box, and a number of theirs: the digits drawn say who."""
    digits = "".join(str(rng.randrange(10)) for _ in range(SERIAL_DIGITS))
    voice = list(VOICES.values())[int(digits) % len(VOICES)]
    return voice.code, voice.number(digits)


def another(carrier: str, number: str) -> str:
    """Another number of the same carrier, made of the digits of `number` read backwards."""
    digits = "".join(digit for digit in reversed(number) if digit.isdigit())
    return VOICES[carrier].number((digits + digits)[:SERIAL_DIGITS])


def _offset(local: datetime) -> str:
    """-05:00"""
    return local.isoformat()[-6:]
