"""Scans from what USPS answers and pushes.

Read as published for Tracking API v3 (https://developers.usps.com/trackingv3): `GET /tracking/v3/tracking/{number}
?expand=DETAIL`, and v3r2, whose `POST /tracking/v3r2/tracking` answers with a list; examples at
https://github.com/USPS/api-examples. And for Subscriptions - Tracking (https://developers.usps.com/
subscriptions-trackingv3r2), which posts an envelope `{"subscriptionId", "subscriptionType", "timestamp", "payload",
"links"}` whose payload is a tracking answer, or one single event, as a *string* of JSON.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from makegood.connectors.usps.instants import instant_of
from makegood.connectors.usps.statuses import kind_of
from makegood.connectors.usps.zones import zone_of
from makegood.parcels.carrier import Parsed, RefusedScan, UnreadableScan, header
from makegood.parcels.reading import AT_HOME, own_number, place, read_events, text
from makegood.parcels.rules.scans import Scan, ScanKind

CODE = "usps"
AT_THE_ORIGIN = frozenset({ScanKind.LABEL, ScanKind.ACCEPTED})
"""What happens where a parcel starts: USPS gives such events no place, but the parcel's origin."""


class Usps:
    """USPS behind the port of `parcels.carrier`."""

    @property
    def code(self) -> str:
        return CODE

    def parse(self, body: object) -> Parsed:
        return parse(body)

    def verify(self, *, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
        return verify(headers=headers, raw_body=raw_body, secret=secret)


def parse(body: object) -> Parsed:
    """The scans in one tracking answer, a list of them, or one pushed notification, decoded from JSON.

    Events that can't be read are refused by their index; in a list of answers, so are whole answers, while the others
    are returned. Places and words are USPS's own; names of recipients and firms are left out.

    Raises:
        UnreadableScan: not an object; an error instead of an answer; no tracking number of USPS; no list of events.
    """
    if isinstance(body, list):
        return _parse_list(body)
    if not isinstance(body, Mapping):
        raise UnreadableScan("body", "it is not an object")
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
    given = header(headers, "X-HMAC") or header(headers, "hmac-header")
    try:
        envelope = json.loads(raw_body)
    except (ValueError, RecursionError):
        return False
    if not given or not secret or not isinstance(envelope, dict):
        return False
    timestamp, payload = envelope.get("timestamp"), envelope.get("payload")
    if not isinstance(timestamp, str) or not isinstance(payload, str):
        return False
    signed = (timestamp + payload).encode("utf-8", "surrogatepass")
    wanted = base64.b64encode(hmac.digest(secret.encode("utf-8", "surrogatepass"), signed, hashlib.sha256))
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted)


def _payload(payload: object) -> Mapping[str, object]:
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            raise UnreadableScan("payload", "it is not JSON") from None
    if not isinstance(payload, Mapping):
        raise UnreadableScan("payload", "it is not an object")
    return payload


def _parse_list(answers: Sequence[object]) -> Parsed:
    scans: list[Scan] = []
    refused: list[RefusedScan] = []
    for index, answer in enumerate(answers):
        try:
            parsed = parse(answer) if isinstance(answer, Mapping) else _refuse("body", "it is not an object")
        except UnreadableScan as problem:
            number = text(answer, "trackingNumber") if isinstance(answer, Mapping) else ""
            refused.append(RefusedScan(number=number, index=index, field=problem.field, reason=problem.reason))
        else:
            scans += parsed.scans
            refused += parsed.refused
    return Parsed(scans=tuple(scans), refused=tuple(refused))


def _refuse(field: str, reason: str) -> Parsed:
    raise UnreadableScan(field, reason)


def _refuse_error(body: Mapping[str, object]) -> None:
    """USPS answers an unknown number with an object that has an `error` and nothing to track."""
    if "error" in body and "trackingEvents" not in body:
        error = body["error"]
        message = text(error, "message") if isinstance(error, Mapping) else str(error)
        raise UnreadableScan("error", message or "USPS gave no reason")


def _parse_answer(answer: Mapping[str, object]) -> Parsed:
    number = own_number(text(answer, "trackingNumber"), carrier=CODE, field="trackingNumber")
    events = answer.get("trackingEvents")
    if events is None and "eventCode" in answer:
        events = [answer]
    if not isinstance(events, list):
        raise UnreadableScan("trackingEvents", "it is not a list" if events is not None else "it is missing")
    return read_events(events, field="trackingEvents", number=number, read=lambda event: _scan(number, event, answer))


def _scan(number: str, event: Mapping[str, object], answer: Mapping[str, object]) -> Scan:
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
        happened_at=instant_of(event, zone=zone),
        place=place(city=city, state=state, postal_code=zip_code, country=text(event, "eventCountry")),
        words=words,
    )


def _zip(event: Mapping[str, object]) -> str:
    return text(event, "eventZIP") or text(event, "eventZIPCode")
