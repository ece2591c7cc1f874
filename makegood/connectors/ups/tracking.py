"""Scans from what UPS answers and pushes.

Read as published for the Tracking API v1 (https://github.com/UPS-API/api-documentation/blob/main/Tracking.yaml):
`GET /track/v1/details/{number}` answers `{"trackResponse": {"shipment": [{"package": [{"activity": […]}]}]}}`, newest
activity first. And for the Track Alert API (https://github.com/UPS-API/api-documentation/blob/main/UPSTrackAlert.yaml),
which posts one event at a time, flat, with names of its own.
"""

from collections.abc import Mapping

from makegood.connectors.ups.instants import Fields, instant_of
from makegood.connectors.ups.statuses import kind_of
from makegood.parcels.carrier import Parsed, UnreadableScan, shows_secret
from makegood.parcels.reading import (
    Clocks,
    Part,
    entries,
    own_number,
    part,
    place,
    read_events,
    read_results,
    refuse_errors,
    text,
    whole,
)
from makegood.parcels.rules.scans import Scan, ScanKind

CODE = "ups"
LOCAL: Fields = ("date", "time")
GMT: Fields = ("gmtDate", "gmtTime")
ALERT_LOCAL: Fields = ("localActivityDate", "localActivityTime")
ALERT_GMT: Fields = ("gmtActivityDate", "gmtActivityTime")


def parse(body: object) -> Parsed:
    """The scans in one tracking answer or one pushed event, decoded from JSON.

    Activities that can't be read are refused by their index, packages that can't (not found, another carrier's number)
    by theirs, while the others are returned. Names of recipients and streets are left out.

    Raises:
        UnreadableScan: not an object; errors instead of an answer; no answer of UPS; the only package can't be read.
    """
    body = whole(body)
    if "trackResponse" in body:
        results = _packages(part(body, "trackResponse"))
        return read_results(results, field="package", number_of=_number, read=_read_package)
    if "activityStatus" in body:
        return _read_alert(body)
    refuse_errors(part(body, "response").get("errors"), field="response")
    raise UnreadableScan("trackResponse", "it is missing: this is neither an answer nor a pushed event of UPS")


def verify(*, headers: Mapping[str, str], raw_body: bytes = b"", secret: str) -> bool:
    """Whether a push shows the credential that we gave UPS when we subscribed.

    Track Alert sends it back in the header `credential` ("an opaque string meant for client authentication") and signs
    nothing (https://github.com/UPS-API/api-documentation/blob/main/UPSTrackAlert.yaml, webhooks).
    """
    return shows_secret(headers=headers, secret=secret, name="credential")


def _packages(answer: Part) -> list[object]:
    """Every package of every shipment; a shipment that has none stands for itself, with its warnings."""
    found: list[object] = []
    for shipment in entries(answer, "shipment"):
        packages = shipment.get("package") if isinstance(shipment, Mapping) else None
        found += packages if isinstance(packages, list) and packages else [shipment]
    return found


def _number(result: Part) -> str:
    return text(result, "trackingNumber") or text(result, "inquiryNumber")


def _read_package(package: Part) -> Parsed:
    number = own_number(_number(package), carrier=CODE, field="trackingNumber")
    if "activity" not in package:
        refuse_errors(package.get("warnings"), field="warnings")
    left_at = text(part(package, "deliveryInformation"), "location")
    return read_events(
        entries(package, "activity"),
        field="activity",
        number=number,
        read=lambda activity, clocks: _scan(number, activity, package, left_at, clocks),
    )


def _scan(number: str, activity: Part, package: Part, left_at: str, clocks: Clocks) -> Scan:
    status, address = part(activity, "status"), part(part(activity, "location"), "address")
    kind = _kind(status, described=text(status, "statusCode"), left_at=left_at)
    where = _origin(package) if kind is ScanKind.LABEL and not text(address, "stateProvince") else address
    return Scan(
        carrier=CODE,
        number=number,
        code=text(status, "code") or text(status, "statusCode"),
        kind=kind,
        happened_at=instant_of(activity, local=LOCAL, gmt=GMT, address=where or address, clocks=clocks),
        place=_place(address),
        words=text(status, "description"),
    )


def _read_alert(event: Part) -> Parsed:
    number = own_number(_number(event), carrier=CODE, field="trackingNumber")
    status, address = part(event, "activityStatus"), part(event, "activityLocation")
    scan = Scan(
        carrier=CODE,
        number=number,
        code=text(status, "code") or text(status, "descriptionCode"),
        kind=_kind(status, described=text(status, "descriptionCode"), left_at=""),
        happened_at=instant_of(event, local=ALERT_LOCAL, gmt=ALERT_GMT, address=address, clocks=Clocks()),
        place=_place(address),
        words=text(status, "description"),
    )
    return Parsed(scans=(scan,))


def _kind(status: Part, *, described: str, left_at: str) -> ScanKind:
    """What a status means.

    Raises:
        UnreadableScan: it has neither a code nor a status code: nothing was said.
    """
    if not (text(status, "code") or described):
        raise UnreadableScan("status", "it has no code")
    return kind_of(
        type_code=text(status, "type"),
        code=text(status, "code"),
        described=described,
        words=text(status, "description"),
        left_at=left_at,
    )


def _origin(package: Part) -> Part:
    """The address that a parcel starts from: a label has no place of its own, but was made there."""
    addresses = package.get("packageAddress")
    for each in addresses if isinstance(addresses, list) else ():
        if isinstance(each, Mapping) and text(each, "type").upper() == "ORIGIN":
            return part(each, "address")
    return {}


def _place(address: Part) -> str:
    return place(
        city=text(address, "city"),
        state=text(address, "stateProvince"),
        postal_code=text(address, "postalCode"),
        country=text(address, "countryCode") or text(address, "country"),
    )


class Ups:
    """UPS behind the port of `parcels.carrier`."""

    code, parse, verify = CODE, staticmethod(parse), staticmethod(verify)
