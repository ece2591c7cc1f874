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
from makegood.parcels.carrier import Parsed, RefusedScan, UnreadableScan, header, storable
from makegood.parcels.rules.numbers import BadTrackingNumber, check
from makegood.parcels.rules.scans import Scan, ScanKind

CODE = "usps"
LONGEST_TEXT = 300
AT_HOME = frozenset({"", "US", "USA", "UNITED STATES", "UNITED STATES OF AMERICA"})
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
            number = _text(answer, "trackingNumber") if isinstance(answer, Mapping) else ""
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
        message = _text(error, "message") if isinstance(error, Mapping) else str(error)
        raise UnreadableScan("error", message or "USPS gave no reason")


def _parse_answer(answer: Mapping[str, object]) -> Parsed:
    number = _number(answer)
    events = answer.get("trackingEvents")
    if events is None and "eventCode" in answer:
        events = [answer]
    if not isinstance(events, list):
        raise UnreadableScan("trackingEvents", "it is not a list" if events is not None else "it is missing")
    scans: list[Scan] = []
    refused: list[RefusedScan] = []
    for index, event in enumerate(events):
        try:
            scans.append(_scan(number, event, answer))
        except UnreadableScan as problem:
            refused.append(RefusedScan(number=number, index=index, field=problem.field, reason=problem.reason))
    return Parsed(scans=tuple(scans), refused=tuple(refused))


def _number(answer: Mapping[str, object]) -> str:
    number = _text(answer, "trackingNumber")
    if not number:
        raise UnreadableScan("trackingNumber", "it is missing")
    try:
        return check(number, CODE)
    except BadTrackingNumber as bad:
        raise UnreadableScan("trackingNumber", bad.reason) from bad


def _scan(number: str, event: object, answer: Mapping[str, object]) -> Scan:
    if not isinstance(event, Mapping):
        raise UnreadableScan("trackingEvents", "an entry is not an object")
    code, words = _text(event, "eventCode"), _text(event, "eventType")
    if not code and not words:
        raise UnreadableScan("eventCode", "it is missing")
    kind = kind_of(code=code, words=words)
    city, state, zip_code = _text(event, "eventCity"), _text(event, "eventState"), _zip(event)
    if kind in AT_THE_ORIGIN and not (city or state or zip_code):
        zone = zone_of(city="", state=_text(answer, "originState"), zip_code=_text(answer, "originZIP"))
    elif _text(event, "eventCountry").upper() in AT_HOME:
        zone = zone_of(city=city, state=state, zip_code=zip_code)
    else:
        zone = None
    return Scan(
        carrier=CODE,
        number=number,
        code=code,
        kind=kind,
        happened_at=instant_of(event, zone=zone),
        place=_place(city, state, zip_code, _text(event, "eventCountry")),
        words=words,
    )


def _place(city: str, state: str, zip_code: str, country: str) -> str:
    """Such as "RENO, NV 89502" or "TORONTO, CANADA"; "" for no place."""
    where = ", ".join(part for part in (city, " ".join(part for part in (state, zip_code) if part)) if part)
    return where if country.upper() in AT_HOME else ", ".join(part for part in (where, country) if part)


def _zip(event: Mapping[str, object]) -> str:
    return _text(event, "eventZIP") or _text(event, "eventZIPCode")


def _text(source: Mapping[str, object], field: str) -> str:
    """A field as text, at most 300 characters; "" where it is missing or null.

    Raises:
        UnreadableScan: it is neither text nor a number.
    """
    value = source.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableScan(field, "it is not text")
    return storable(str(value))[:LONGEST_TEXT]
