"""FedEx: its published answers, its event types and exception codes, its signature, and what is wrong with some."""

import base64
import contextlib
import hashlib
import hmac
import json
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.connectors.fedex.statuses import EXCEPTIONAL, TYPES, kind_of
from makegood.connectors.fedex.tracking import Fedex, parse, verify
from makegood.parcels.carrier import Carrier, UnreadableScan
from makegood.parcels.rules.scans import ScanKind
from tests.connectors.published import junk, published, refused_at, spoilt, told

NUMBER = "377101283611590"
OTHER = "449044304137821"


def event(**fields):
    return {
        "date": "2026-10-05T23:15:00-04:00",
        "eventType": "AR",
        "eventDescription": "Arrived at FedEx location",
        "exceptionCode": "",
        "exceptionDescription": "",
        "scanLocation": {
            "streetLines": ["1 SOME STREET"],
            "city": "MEMPHIS",
            "stateOrProvinceCode": "TN",
            "postalCode": "38118",
            "countryCode": "US",
        },
        "derivedStatusCode": "IT",
    } | fields


def exception(code, words, event_type="DE"):
    described = "Delivery exception"
    return event(eventType=event_type, eventDescription=described, exceptionCode=code, exceptionDescription=words)


def result(*events, **fields):
    return {"trackingNumberInfo": {"trackingNumber": NUMBER}, "scanEvents": list(events)} | fields


def answer(*results, number=NUMBER):
    return {"output": {"completeTrackResults": [{"trackingNumber": number, "trackResults": list(results)}]}}


def only(body):
    parsed = parse(body)
    assert parsed.refused == ()
    (scan,) = parsed.scans
    return scan


def test_the_published_answer():
    parsed = parse(published("fedex/tracking.json"))
    (scan,) = parsed.scans
    assert (scan.number, scan.code, scan.kind.value) == ("123456789012", "PU", "accepted")
    assert (scan.happened_at.isoformat(), scan.place) == ("2018-02-02T19:01:00+00:00", "SEATTLE, WA 98101")
    assert scan.words == "Picked Up: Package available for clearance"
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [("39936862321", 1, "error")]


def test_the_published_exception():
    assert told(parse(published("fedex/delivery_exception.json"))) == [
        ("DE", "attempted", "2013-12-18T19:22:15Z", "SACRAMENTO, CA 95828"),
        ("OD", "out_for_delivery", "2013-12-18T16:25:00Z", "SACRAMENTO, CA 95828"),
        ("AR", "moved", "2013-12-18T09:08:00Z", "SACRAMENTO, CA 95828"),
        ("DP", "moved", "2013-12-13T14:43:35Z", "GROVE CITY, OH 43123"),
        ("PU", "accepted", "2013-12-12T19:39:00Z", "COLUMBUS, OH 43213"),
        ("OC", "label", "2013-12-11T13:14:00Z", "43068"),
    ]


def test_the_published_return_is_on_its_way_though_its_derived_status_says_delivered():
    assert told(parse(published("fedex/returning.json"))) == [
        ("RS", "returning", "2014-01-15T14:32:31Z", "GRIMES, IA 50111"),
        ("OD", "out_for_delivery", "2014-01-15T11:44:00Z", "GRIMES, IA 50111"),
    ]


def test_of_several_shipments_that_had_a_number_the_latest_counts():
    def shipment(serial, **fields):
        info = {"trackingNumber": NUMBER, "trackingNumberUniqueId": f"{serial}~{NUMBER}~FX"}
        return result(event(**fields)) | {"trackingNumberInfo": info}

    earlier = shipment(1, eventType="DL", date="2024-10-05T22:15:00-05:00")
    for results in ([earlier, shipment(2)], [shipment(2), earlier], [earlier, shipment(2), shipment(3, date="?")]):
        body = {"output": {"completeTrackResults": [{"trackingNumber": NUMBER, "trackResults": results}]}}
        assert [scan.code for scan in parse(body).scans] == ["AR"]


def test_names_and_streets_stay_behind():
    scan = only(answer(result(event(), deliveryDetails={"receivedByName": "A RECIPIENT"})))
    assert (scan.place, scan.words) == ("MEMPHIS, TN 38118", "Arrived at FedEx location")
    assert "RECIPIENT" not in repr(scan)
    assert "STREET" not in repr(scan)


@pytest.mark.parametrize(
    ("fields", "instant"),
    [
        pytest.param({}, "2026-10-06T03:15:00Z", id="offset"),
        pytest.param({"date": "2026-10-06T03:15:00Z"}, "2026-10-06T03:15:00Z", id="utc"),
        pytest.param({"date": "2026-10-05T22:15:00"}, "2026-10-06T03:15:00Z", id="the clock of Tennessee"),
        pytest.param(
            {"date": "2026-10-05T23:15:00", "scanLocation": {"city": "PARIS", "countryCode": "FR"}},
            "2026-10-05T21:15:00Z",
            id="the one clock of France",
        ),
    ],
)
def test_dates_become_instants(fields, instant):
    (row,) = told(parse(answer(result(event(**fields)))))
    assert row[2] == instant


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"date": None}, "date"),
        ({"date": "2026-10-05"}, "date"),
        ({"date": "yesterday"}, "date"),
        ({"date": "1999-10-05T10:00:00"}, "date"),
        ({"date": "9999-12-31T23:59:59-14:00"}, "date"),
        ({"date": {}}, "date"),
        ({"eventType": ""}, "eventType"),
        ({"eventType": ["AR"]}, "eventType"),
        ({"scanLocation": "MEMPHIS"}, "scanLocation"),
        ({"scanLocation": {"city": {}}}, "city"),
    ],
)
def test_an_unreadable_event_is_refused_by_index_and_field_and_the_good_ones_stay(fields, field):
    parsed = parse(answer(result(event(), event(**fields), event(eventType="OD"))))
    assert [scan.code for scan in parsed.scans] == ["AR", "OD"]
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [(NUMBER, 1, field)]
    assert parsed.refused[0].reason


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (None, "body", "not an object"),
        ({}, "output", "it is missing"),
        ({"output": []}, "output", "not an object"),
        ({"output": {}}, "completeTrackResults", "it is missing"),
        ({"output": {"completeTrackResults": [7]}}, "trackResults", "not an object"),
        (
            {"errors": [{"code": "TRACKING.TRACKINGNUMBER.EMPTY", "message": "Please provide tracking number."}]},
            "errors",
            "TRACKING.TRACKINGNUMBER.EMPTY: Please provide",
        ),
        (answer(result(), number="377101283611591"), "trackingNumber", "check digit"),
        (answer(result(), number="1Z204W4R0308071865"), "trackingNumber", "not a number of fedex but of ups"),
        (answer(result(trackingNumberInfo=None), number=None), "trackingNumber", "it is missing"),
        (answer(result(scanEvents=None)), "scanEvents", "it is missing"),
        (answer(result(scanEvents={"date": "now"})), "scanEvents", "not a list"),
        (answer(result(error={"code": "TRACKING.TRACKINGNUMBER.NOTFOUND"})), "error", "NOTFOUND"),
        (answer(result(event(), deliveryDetails=[])), "deliveryDetails", "not an object"),
    ],
)
def test_a_body_that_says_nothing_is_refused_by_its_field(body, field, says):
    at, reason = refused_at(parse, body)
    assert (at, says in reason) == (field, True), reason


def test_of_several_numbers_one_that_is_not_found_is_refused_and_the_others_are_taken():
    body = answer(result(event()))
    missing = {"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "cannot be found"}}
    body["output"]["completeTrackResults"] += [
        {"trackingNumber": OTHER, "trackResults": [missing]},
        {"trackingNumber": "9400109104250532908587", "trackResults": [result(event())]},
        {"trackingNumber": OTHER, "trackResults": [result(event(eventType="OD"))]},
    ]
    parsed = parse(body)
    assert [(scan.number, scan.code) for scan in parsed.scans] == [(NUMBER, "AR"), (OTHER, "OD")]
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [
        (OTHER, 1, "error"),
        ("9400109104250532908587", 2, "trackingNumber"),
    ]


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("OC", "label"),
        ("OX", "label"),
        ("AO", "notice"),
        ("RR", "notice"),
        ("AP", "notice"),
        ("PU", "accepted"),
        ("DO", "accepted"),
        ("IT", "moved"),
        ("Ow", "moved"),
        ("OD", "out_for_delivery"),
        ("DY", "delayed"),
        ("CD", "customs"),
        ("CC", "customs"),
        ("HL", "held"),
        ("HP", "held"),
        ("DL", "delivered"),
        ("RS", "returning"),
        ("EA", "moved"),
        ("ZZ", "unknown"),
        ("DLX", "unknown"),
    ],
)
def test_event_types_mean_what_fedex_says(event_type, kind):
    scan = only(answer(result(event(eventType=event_type, eventDescription="", derivedStatusCode="DL"))))
    assert (scan.code, scan.kind.value) == (event_type, kind)


def test_an_approved_export_is_customs():
    assert only(answer(result(event(eventType="EA", eventDescription="Export Approved")))).kind is ScanKind.CUSTOMS


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        ("07", "Shipment refused by recipient", "refused"),
        ("007", "Customer not available or business closed", "attempted"),
        ("08", "Customer not available or business closed", "attempted"),
        ("03", "Incorrect address", "delayed"),
        ("10", "Damaged, delivery not completed", "damaged"),
        ("14", "", "returning"),
        ("36", "", "lost"),
        ("55", "", "customs"),
        ("59", "", "held"),
        ("A47", "FedEx redirected your package to a nearby FedEx location", "held"),
        ("", "Package damaged in transit", "damaged"),
        ("084", "Refused by recipient - Returning to shipper", "refused"),
        ("Q99", "", "delayed"),
        ("Q99", "Swallowed by a whale", "delayed"),
        ("Q99", "Package not damaged, relabelled", "delayed"),
        ("Q99", "Not returning to shipper; delivery rescheduled", "delayed"),
        ("Q99", "Customs clearance not required", "delayed"),
        ("Q99", "No damage, but refused by recipient", "refused"),
    ],
)
@pytest.mark.parametrize("event_type", sorted(EXCEPTIONAL))
def test_an_exception_means_what_its_code_says_and_is_no_movement_where_nobody_knows_it(event_type, code, words, kind):
    scan = only(answer(result(exception(code, words, event_type))))
    assert scan.kind.value == kind
    assert scan.words == ": ".join(("Delivery exception", words or code) if words or code else ("Delivery exception",))


@pytest.mark.parametrize(
    ("details", "words", "kind"),
    [
        ({"locationType": "RESIDENCE"}, "Delivered", "delivered"),
        ({"locationType": "RECEPTIONIST_OR_FRONT_DESK"}, "Delivered", "delivered"),
        ({"locationType": "FEDEX_LOCATION"}, "Delivered", "delivered_locker"),
        ({"deliveryLocationType": "FEDEX_LOCATION"}, "Delivered", "delivered_locker"),
        ({"locationType": "OTHER", "locationDescription": "Neighbor"}, "Delivered", "delivered_neighbour"),
        ({"locationType": "OTHER"}, "Left with neighbor. No signature required", "delivered_neighbour"),
        ({"locationType": "OTHER", "locationDescription": "Parcel locker"}, "Delivered", "delivered_locker"),
        ({}, "Delivered: returned to shipper", "returned"),
    ],
)
def test_a_delivery_says_to_whom_and_where(details, words, kind):
    body = answer(result(event(eventType="DL", eventDescription=words), deliveryDetails=details))
    assert only(body).kind.value == kind


@given(
    event_type=st.text(max_size=4),
    exception=st.sampled_from(["08", "07", ""]) | st.text(max_size=4),
    words=st.sampled_from(["Delivered", "Damaged", "Arrived at FedEx location", "Refused by recipient"]),
)
@settings(max_examples=700, deadline=None)
def test_a_made_up_type_is_never_movement(event_type, exception, words):
    if event_type.strip().upper() not in TYPES:
        kind = kind_of(event_type=event_type, exception=exception, words=words, delivered_at="RESIDENCE")
        assert kind is ScanKind.UNKNOWN


WORDS = (
    *("output", "completeTrackResults", "trackResults", "trackingNumber", "trackingNumberInfo", "scanEvents", "error"),
    *("date", "eventType", "exceptionCode", "scanLocation", "deliveryDetails", "locationType", "countryCode", "errors"),
    *(NUMBER, "2026-10-05T22:15:00", "DE", "DL", "US", "code"),
)


@given(junk(*WORDS))
@settings(max_examples=500, deadline=None)
def test_nothing_that_is_sent_breaks_the_parser(body):
    with contextlib.suppress(UnreadableScan):
        parse(body)


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_published_answer_with_one_part_spoilt_is_refused_or_read(data):
    name = data.draw(st.sampled_from(["tracking", "delivery_exception", "returning"]))
    with contextlib.suppress(UnreadableScan):
        for scan in parse(spoilt(published(f"fedex/{name}.json"), data, *WORDS)).scans:
            assert scan.happened_at.tzinfo is UTC


SECRET = "a security token"


def signed(raw, secret=SECRET):
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256)).decode()


def test_a_signed_notification_is_believed_and_nothing_else():
    raw = json.dumps(answer(result(event()))).encode()
    assert verify(headers={"fdx-signature": signed(raw)}, raw_body=raw, secret=SECRET)
    assert verify(headers={"Fdx-Signature": signed(raw)}, raw_body=raw, secret=SECRET)
    assert not verify(headers={"fdx-signature": signed(raw)}, raw_body=raw + b" ", secret=SECRET)
    assert not verify(headers={"fdx-signature": signed(raw, "another")}, raw_body=raw, secret=SECRET)
    assert not verify(headers={"fdx-signature": "é\udcff"}, raw_body=raw, secret=SECRET)
    assert not verify(headers={}, raw_body=raw, secret=SECRET)
    assert not verify(headers={"fdx-signature": signed(raw, "")}, raw_body=raw, secret="")


def test_a_signature_by_hand():
    # printf %s '{"output":{}}' | openssl dgst -sha256 -hmac 'a security token' -binary | base64
    raw = b'{"output":{}}'
    assert verify(
        headers={"fdx-signature": "EZTyU4PLT8ZQgKlmaZ/tpSRYbXNCZGTgZDaytj+czCg="}, raw_body=raw, secret=SECRET
    )


def test_fedex_fits_the_port():
    carrier: Carrier = Fedex()
    raw = json.dumps(answer(result(event()))).encode()
    assert carrier.code == "fedex"
    assert carrier.verify(headers={"fdx-signature": signed(raw)}, raw_body=raw, secret=SECRET)
    assert carrier.parse(json.loads(raw)) == parse(answer(result(event())))
