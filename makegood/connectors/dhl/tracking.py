"""Scans from what DHL answers and pushes.

Read as published for the Shipment Tracking - Unified API (https://developer.dhl.com/api-reference/shipment-tracking):
`GET /track/shipments?trackingNumber=…` answers `{"shipments": [{"id", "service", "status", "events": […]}]}`; its Push
API sends the same shipments (https://developer.dhl.com/api-reference/shipment-tracking-unified-push), some with their
latest `status` alone. And for the MyDHL API of DHL Express (https://developer.dhl.com/api-reference/dhl-express-mydhl-api):
`{"shipments": [{"shipmentTrackingNumber", "events": [{"date", "time", "GMTOffset", "typeCode", "serviceArea"}]}]}`.

The Unified API gives "2018-03-02T07:53:47", the time of the place, and with some divisions an offset; the MyDHL API a
date, a time and mostly a `GMTOffset` ("+09:00"). A time without an offset is resolved by the country of its place (in
the USA by its ZIP), and for a parcel whose events have none by the one country that it starts and ends in.
"""

import re
from collections.abc import Mapping

from makegood.connectors.dhl.codes import EXPRESS, SERVICES
from makegood.connectors.dhl.people import without_people
from makegood.connectors.dhl.statuses import kind_of
from makegood.kit.zones import country_named
from makegood.parcels.carrier import Parsed, UnreadableScan, shows_secret
from makegood.parcels.instants import instant_of
from makegood.parcels.reading import (
    Clocks,
    Part,
    entries,
    own_number,
    part,
    place,
    read_events,
    read_results,
    text,
    whole,
)
from makegood.parcels.rules.scans import Scan, ScanKind

CODE = "dhl"
LONGEST_CODE = 3
"""A longer `status` says in words what happened; beside a shorter one, `description` does."""
_COUNTRY = re.compile(r"- ?([A-Z]{2})\s*$")


def parse(body: object) -> Parsed:
    """The scans in one tracking answer or one push, decoded from JSON; none in a message about a subscription.

    Events that can't be read are refused by their index, shipments that can't (another carrier's number) by theirs,
    while the others are returned. Names of people are left out.

    Raises:
        UnreadableScan: not an object; a problem instead of an answer; not of DHL; the only shipment is unreadable.
    """
    body = whole(body)
    if "shipments" not in body:
        return _without_shipments(body)
    return read_results(entries(body, "shipments"), field="shipments", number_of=_number, read=_read_shipment)


def verify(*, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
    """Whether the push shows the token that the subscription was given for our header.

    DHL signs nothing: who subscribes names a header and a token, `{"hook": {"uri", "authentication": {"type":
    "ApiKeyAuthentication", "header": "X-Scan-Secret", "token": …}}}` (https://developer.dhl.com/sites/default/
    files/2025-07/DHL%20Shipment%20Tracking%20Push%20Bruno%20Collection.json).
    """
    return shows_secret(headers=headers, secret=secret)


def _without_shipments(body: Part) -> Parsed:
    """A message about the subscription itself says nothing of parcels; a problem says why (RFC 7807)."""
    if "hook" not in body and text(body, "scope").startswith("subscription"):
        return Parsed(scans=())
    said = [text(body, field) for field in ("title", "detail", "message")]
    if "status" in body and any(said):
        raise UnreadableScan("detail" if said[1] else "title", ": ".join(word for word in said if word))
    raise UnreadableScan("shipments", "it is missing: this is neither an answer nor a push of DHL")


def _number(shipment: Part) -> str:
    return text(shipment, "shipmentTrackingNumber") or text(shipment, "id")


def _read_shipment(shipment: Part) -> Parsed:
    if "shipmentTrackingNumber" in shipment:
        number = own_number(_number(shipment), carrier=CODE, field="shipmentTrackingNumber")
        events, read = entries(shipment, "events"), _read_checkpoint
    else:
        number = own_number(_number(shipment), carrier=CODE, field="id")
        told = shipment.get("events") is None and shipment.get("status") is not None
        events, read = [shipment["status"]] if told else entries(shipment, "events"), _read_event
    return read_events(
        events, field="events", number=number, read=lambda event, clocks: read(number, event, shipment, clocks)
    )


def _read_event(number: str, event: Part, shipment: Part, clocks: Clocks) -> Scan:
    """One event of the Unified API."""
    status_code, status = text(event, "statusCode"), text(event, "status")
    if not (status_code or status):
        raise UnreadableScan("statusCode", "it is missing")
    service, described = text(shipment, "service"), without_people(text(event, "description"))
    detailed, told = text(event, "statusDetailed") or status, without_people(status)
    words = "\n".join(dict.fromkeys(each for each in (told, described) if each))
    kind = kind_of(service=service, status_code=status_code, status=without_people(detailed), words=words)
    address = part(part(event, "location"), "address")
    locality = text(address, "addressLocality")
    country = text(address, "countryCode") or _country_in(locality) or _home(shipment)
    if not country and kind is ScanKind.LABEL:
        country = text(part(part(shipment, "origin"), "address"), "countryCode")  # where it was made
    return Scan(
        carrier=CODE,
        number=number,
        code=detailed if detailed.upper() in SERVICES.get(service.lower(), {}) else status_code or detailed,
        kind=kind,
        happened_at=instant_of(
            text(event, "timestamp"),
            field="timestamp",
            country=country,
            postal_code=text(address, "postalCode"),
            clocks=clocks,
        ),
        place=place(city=locality, postal_code=text(address, "postalCode"), country=text(address, "countryCode")),
        words=_words(status_code, status, described),
    )


def _read_checkpoint(number: str, event: Part, shipment: Part, clocks: Clocks) -> Scan:
    """One event of the MyDHL API; `shipment` is not needed, since its addresses are no places of events."""
    code, offset = text(event, "typeCode"), text(event, "GMTOffset")
    if not code:
        raise UnreadableScan("typeCode", "it is missing")
    date, time = text(event, "date"), text(event, "time")
    if date and not time:
        raise UnreadableScan("time", "it is missing")
    areas = event.get("serviceArea")
    area = text(areas[0], "description") if isinstance(areas, list) and areas and isinstance(areas[0], Mapping) else ""
    country = _COUNTRY.search(area)
    return Scan(
        carrier=CODE,
        number=number,
        code=code,
        kind=EXPRESS.get(code.upper(), ScanKind.UNKNOWN),
        happened_at=instant_of(
            f"{date}T{time}{offset}" if date else "",
            field="date",
            country=country[1] if country else "",
            clocks=clocks,
        ),
        place=area,
        words=without_people(text(event, "description")),
    )


def _country_in(locality: str) -> str:
    """The country that DHL names in words alone: "MILAN - ITALY", "Leipzig, Germany"."""
    return country_named(locality.rpartition(" - ")[2]) or country_named(locality.rpartition(", ")[2])


def _home(shipment: Part) -> str:
    """The country of a parcel that starts and ends in one; "" where that is not known, or there are two."""
    ends = [text(part(part(shipment, end), "address"), "countryCode").upper() for end in ("origin", "destination")]
    return ends[0] if ends[0] == ends[1] else ""


def _words(status_code: str, status: str, described: str) -> str:
    """What happened, in DHL's words: the status, or the description where the status is a code, or says the status code
    again. Beside a delivery in words the description may be whoever signed.
    """
    says_nothing_more = status.lower() == status_code.lower() != "delivered"
    is_code = " " not in status and len(status) <= LONGEST_CODE
    return described or status if is_code or says_nothing_more else without_people(status)


class Dhl:
    """DHL behind the port of `parcels.carrier`."""

    code, parse, verify = CODE, staticmethod(parse), staticmethod(verify)
