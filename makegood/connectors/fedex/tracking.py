"""Scans from what FedEx answers and pushes.

Read as published for the Track API v1 (https://developer.fedex.com/api/en-us/catalog/track/v1/docs.html): `POST
/track/v1/trackingnumbers` answers `{"output": {"completeTrackResults": [{"trackResults": [{"scanEvents": […]}]}]}}`,
newest event first. The Advanced Integrated Visibility webhook pushes the same under the same names
(https://developer.fedex.com/api/en-us/catalog/shipment-visibility-webhook/docs.html, TestWebhookOutputVO).

A scan's `date` bears the offset of its place. FedEx's own pages also show times without one; those are resolved by the
place, and where it has several clocks, or none is named, by that of the event next to it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from makegood.connectors.fedex.statuses import kind_of
from makegood.parcels.carrier import Parsed, UnreadableScan, header, is_signed
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
    refuse_errors,
    text,
    whole,
)
from makegood.parcels.rules.scans import Scan

CODE = "fedex"
NEVER = datetime.min.replace(tzinfo=UTC)


def parse(body: object) -> Parsed:
    """The scans in one tracking answer or one pushed notification, decoded from JSON.

    Events that can't be read are refused by their index, results that can't (not found, another carrier's number) by
    theirs, while the others are returned. Names of people and streets are left out.

    Raises:
        UnreadableScan: not an object; errors instead of an answer; no answer of FedEx; the only result can't be read.
    """
    body = whole(body)
    if "output" not in body:
        refuse_errors(body.get("errors"), field="errors")
        raise UnreadableScan("output", "it is missing: this is neither an answer nor a notification of FedEx")
    complete = entries(part(body, "output"), "completeTrackResults")
    return read_results(_results(complete), field="trackResults", number_of=_number, read=_read_result)


def verify(*, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
    """Whether a notification is signed with the security token that was set when the webhook was made.

    The header `fdx-signature` is the Base64 of HMAC-SHA256, keyed with the token, over the body as it was sent
    (https://developer.fedex.com/api/en-us/catalog/shipment-visibility-webhook/docs/introduction/advanced-integrated-
    visibility-validation-process.html).
    """
    return is_signed(raw_body, given=header(headers, "fdx-signature"), secret=secret)


def _results(complete: object) -> list[object]:
    """The latest result of every number, each beside the number that was asked for ("asked").

    FedEx uses numbers again and then answers with every shipment that had one (`trackingNumberUniqueId` tells them
    apart): an earlier box's delivery is none of this one's.
    """
    found: list[object] = []
    for number in complete if isinstance(complete, list) else ():
        results = number.get("trackResults") if isinstance(number, Mapping) else None
        if isinstance(results, list):
            asked = number.get("trackingNumber")
            told = [{**result, "asked": asked} if isinstance(result, Mapping) else result for result in results]
            found += [max(told, key=_last_heard_at)] if _are_several(told) else told
        else:
            found.append(number)
    return found


def _are_several(results: Sequence[object]) -> bool:
    """Whether these are different shipments under one number."""
    infos = [each.get("trackingNumberInfo") for each in results if isinstance(each, Mapping)]
    told = [info for info in infos if isinstance(info, Mapping)]
    numbers, ids = ({str(info.get(field)) for info in told} for field in ("trackingNumber", "trackingNumberUniqueId"))
    return len(numbers) == 1 < len(ids)


def _last_heard_at(result: object) -> datetime:
    """When the last event of a result that can be read happened."""
    events = result.get("scanEvents") if isinstance(result, Mapping) else None
    found = [NEVER]
    for event in events if isinstance(events, list) else ():
        with suppress(UnreadableScan):
            found.append(
                _instant(event, part(event, "scanLocation"), Clocks()) if isinstance(event, Mapping) else NEVER
            )
    return max(found)


def _number(result: Part) -> str:
    """The number that was asked for; a pushed result may give it inside alone."""
    own = text(part(result, "trackingNumberInfo"), "trackingNumber")
    return text(result, "asked") or text(result, "trackingNumber") or own


def _read_result(result: Part) -> Parsed:
    number = own_number(_number(result), carrier=CODE, field="trackingNumber")
    if not result.get("scanEvents"):
        refuse_errors(result.get("error"), field="error")
    delivery = part(result, "deliveryDetails")
    return read_events(
        entries(result, "scanEvents"),
        field="scanEvents",
        number=number,
        read=lambda event, clocks: _scan(number, event, delivery, clocks),
    )


def _scan(number: str, event: Part, delivery: Part, clocks: Clocks) -> Scan:
    event_type, exception = text(event, "eventType"), text(event, "exceptionCode")
    if not event_type:
        raise UnreadableScan("eventType", "it is missing")
    said = dict.fromkeys([text(event, "eventDescription"), text(event, "exceptionDescription") or exception])
    words = ": ".join(each for each in said if each)
    address = part(event, "scanLocation")
    return Scan(
        carrier=CODE,
        number=number,
        code=event_type,
        kind=kind_of(
            event_type=event_type,
            exception=exception,
            words=words,
            delivered_at=text(delivery, "locationType") or text(delivery, "deliveryLocationType"),
            delivered_words=text(delivery, "locationDescription"),
        ),
        happened_at=_instant(event, address, clocks),
        place=place(
            city=text(address, "city"),
            state=text(address, "stateOrProvinceCode"),
            postal_code=text(address, "postalCode"),
            country=text(address, "countryCode"),
        ),
        words=words,
    )


def _instant(event: Part, address: Part, clocks: Clocks) -> datetime:
    return instant_of(
        text(event, "date"),
        field="date",
        clocks=clocks,
        country=text(address, "countryCode"),
        state=text(address, "stateOrProvinceCode"),
        postal_code=text(address, "postalCode"),
    )


class Fedex:
    """FedEx behind the port of `parcels.carrier`."""

    code, parse, verify = CODE, staticmethod(parse), staticmethod(verify)
