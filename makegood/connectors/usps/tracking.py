"""Scans from what USPS answers and pushes.

Read as published for Tracking API v3 (https://developers.usps.com/trackingv3): `GET /tracking/v3/tracking/{number}
?expand=DETAIL`, and v3r2, whose `POST /tracking/v3r2/tracking` answers with a list; examples at
https://github.com/USPS/api-examples. And for Subscriptions - Tracking (https://developers.usps.com/
subscriptions-trackingv3r2), which posts an envelope `{"subscriptionId", "subscriptionType", "timestamp", "payload",
"links"}` whose payload is a tracking answer, or one single event, as a *string* of JSON.
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from makegood.connectors.usps.instants import instant_of
from makegood.connectors.usps.statuses import kind_of
from makegood.kit.zones import us_zone
from makegood.parcels.carrier import Parsed, UnreadableScan, header, is_signed
from makegood.parcels.reading import (
    AT_HOME,
    Clocks,
    Part,
    entries,
    own_number,
    place,
    read_events,
    read_results,
    text,
    whole,
)
from makegood.parcels.rules.scans import Scan, ScanKind

CODE = "usps"
IN_A_CENTER = re.compile(r"\b([A-Z]{2})(?: [A-Z]+)* (?:DISTRIBUTION CENTER|ANNEX|P&DC|ISC)\b")
AT_THE_ORIGIN = frozenset({ScanKind.LABEL, ScanKind.ACCEPTED})
"""What happens where a parcel starts: USPS gives such events no place, but the parcel's origin."""


def parse(body: object) -> Parsed:
    """The scans in one tracking answer, a list of them, or one pushed notification, decoded from JSON.

    Events that can't be read are refused by their index; in a list of answers, so are whole answers, while the others
    are returned. Places and words are USPS's own; names of recipients and firms are left out.

    Raises:
        UnreadableScan: not an object; an error instead of an answer; no tracking number of USPS; no list of events.
    """
    if isinstance(body, list):
        number_of = partial(text, field="trackingNumber")
        return read_results(body, field="body", number_of=number_of, read=parse, stands_alone=False)
    body = whole(body)
    if "payload" in body:
        body = _payload(body["payload"])
    _refuse_error(body)
    return _parse_answer(body)


def verify(*, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
    """Whether a notification is signed as USPS publishes it for subscriptions that were given a secret.

    The header `X-HMAC` (formerly `hmac-header`) is the Base64 of HMAC-SHA256, keyed with the secret, over the
    envelope's `timestamp` followed by its `payload`, both exactly as they stand in the envelope
    (https://developers.usps.com/subscriptions-trackingv3r2). The secret has 32
    characters; a subscription without one is not signed, and fails.
    """
    try:
        envelope = json.loads(raw_body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(envelope, dict):
        return False
    timestamp, payload = envelope.get("timestamp"), envelope.get("payload")
    if not isinstance(timestamp, str) or not isinstance(payload, str):
        return False
    given = header(headers, "X-HMAC") or header(headers, "hmac-header")
    return is_signed((timestamp + payload).encode("utf-8", "surrogatepass"), given=given, secret=secret)


def _payload(payload: object) -> Part:
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            raise UnreadableScan("payload", "it is not JSON") from None
    if not isinstance(payload, Mapping):
        raise UnreadableScan("payload", "it is not an object")
    return payload


def _refuse_error(body: Part) -> None:
    """USPS answers an unknown number with an object that has an `error` and nothing to track."""
    if "error" in body and "trackingEvents" not in body:
        error = body["error"]
        message = text(error, "message") if isinstance(error, Mapping) else str(error)
        raise UnreadableScan("error", message or "USPS gave no reason")


def _parse_answer(answer: Part) -> Parsed:
    number = own_number(text(answer, "trackingNumber"), carrier=CODE, field="trackingNumber")
    alone = "eventCode" in answer and answer.get("trackingEvents") is None
    events = [answer] if alone else entries(answer, "trackingEvents")
    return read_events(
        events,
        field="trackingEvents",
        number=number,
        read=lambda event, clocks: _scan(number, event, answer, clocks),
    )


def _scan(number: str, event: Part, answer: Part, clocks: Clocks) -> Scan:
    code, words = text(event, "eventCode"), text(event, "eventType")
    if not code and not words:
        raise UnreadableScan("eventCode", "it is missing")
    kind = kind_of(code=code, words=words)
    city, state, zip_code = text(event, "eventCity"), text(event, "eventState"), _zip(event)
    if kind in AT_THE_ORIGIN and not (city or state or zip_code):
        zone = zone_of(city="", state=text(answer, "originState"), zip_code=text(answer, "originZIP"))
    elif text(event, "eventCountry").upper() in {"", *AT_HOME}:
        zone = zone_of(city=city, state=state, zip_code=zip_code)
    else:
        zone = None
    return Scan(
        carrier=CODE,
        number=number,
        code=code,
        kind=kind,
        happened_at=instant_of(event, zone=zone, clocks=clocks),
        place=place(city=city, state=state, postal_code=zip_code, country=text(event, "eventCountry")),
        words=words,
    )


def zone_of(*, city: str, state: str, zip_code: str) -> ZoneInfo | None:
    """The zone of an event's place; None where it is unknown (military mail, abroad, no place at all).

    Without a state, one is looked for in the city: USPS writes "OAK CREEK WI DISTRIBUTION CENTER" and no state.
    """
    in_city = None if state.strip() else IN_A_CENTER.search(city.upper())
    return us_zone(state=in_city[1] if in_city else state.strip(), zip_code=zip_code)


def _zip(event: Part) -> str:
    return text(event, "eventZIP") or text(event, "eventZIPCode")


class Usps:
    """USPS behind the port of `parcels.carrier`."""

    code, parse, verify = CODE, staticmethod(parse), staticmethod(verify)
