"""UPS: its published answers and pushed events, its codes under their types, and what is wrong with some."""

import contextlib
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.connectors.ups.exceptions import EXCEPTIONS
from makegood.connectors.ups.statuses import DELIVERY, DESCRIBED, LISTS, MANIFEST, MOVEMENT, UPDATES, kind_of
from makegood.connectors.ups.tracking import Ups, parse, verify
from makegood.parcels.carrier import Carrier, UnreadableScan
from makegood.parcels.rules.scans import ScanKind
from tests.connectors.published import junk, published, refused_at, spoilt, told

NUMBER = "1Z023E2X0214323462"
OTHER = "1Z204W4R0308071865"
ANOTHERS = "9400109104250532908587"


def activity(**fields):
    return {
        "location": {"address": {"city": "LOUISVILLE", "stateProvince": "KY", "countryCode": "US"}},
        "status": {"type": "I", "code": "AR", "description": "Arrived at Facility", "statusCode": "005"},
        "date": "20261005",
        "time": "231500",
        "gmtDate": "20261006",
        "gmtTime": "03:15:00",
    } | fields


def status(type_code, code, words="", described=""):
    return activity(status={"type": type_code, "code": code, "description": words, "statusCode": described})


def package(*activities, **fields):
    return {"trackingNumber": NUMBER, "activity": list(activities)} | fields


def answer(*packages):
    return {"trackResponse": {"shipment": [{"inquiryNumber": NUMBER, "package": list(packages)}]}}


def only(body):
    parsed = parse(body)
    assert parsed.refused == ()
    (scan,) = parsed.scans
    return scan


def test_the_published_answer():
    assert told(parse(published("ups/tracking.json"))) == [
        ("SR", "customs", "2021-02-10T07:47:00Z", "Wayne, NJ 07470"),
        ("FS", "delivered", "2021-02-10T20:00:00Z", "Wayne, NJ 07470"),
    ]


def test_the_published_alerts():
    assert [told(parse(event))[0] for event in published("ups/track_alerts.json")] == [
        ("MP", "label", "2024-04-22T04:12:30Z", ""),
        ("OR", "accepted", "2024-04-23T01:29:01Z", "Hickory, NC"),
        ("DP", "moved", "2024-04-23T02:54:00Z", "Hickory, NC"),
        ("YP", "moved", "2024-04-23T04:30:52Z", "Charlotte, NC"),
        ("YP", "moved", "2024-04-23T10:39:36Z", "Charlotte, NC"),
        ("OT", "out_for_delivery", "2024-04-23T13:15:19Z", "Charlotte, NC"),
        ("FS", "delivered", "2024-04-23T13:50:04Z", "CHARLOTTE, NC 28209"),
    ]


def test_names_of_people_stay_behind():
    scan = only(answer(package(activity(), deliveryInformation={"receivedBy": "A RECIPIENT", "location": "Porch"})))
    assert (scan.number, scan.words) == (NUMBER, "Arrived at Facility")
    assert "RECIPIENT" not in repr(scan)


@pytest.mark.parametrize(
    ("fields", "instant"),
    [
        pytest.param({}, "2026-10-06T03:15:00Z", id="gmt"),
        pytest.param({"gmtTime": "31500"}, "2026-10-06T03:15:00Z", id="gmt without its zero"),
        pytest.param({"gmtDate": "2026-10-06"}, "2026-10-06T03:15:00Z", id="gmt with dashes"),
        pytest.param({"date": "", "time": ""}, "2026-10-06T03:15:00Z", id="gmt alone"),
        pytest.param({"gmtDate": None, "gmtOffset": "-04:00"}, "2026-10-06T03:15:00Z", id="offset"),
        pytest.param({"gmtDate": None}, "2026-10-06T03:15:00Z", id="the clock of Kentucky"),
        pytest.param(
            {"gmtDate": None, "date": "20261205", "time": "120000"}, "2026-12-05T17:00:00Z", id="which turns in winter"
        ),
        pytest.param(
            {"gmtDate": None, "location": {"address": {"city": "KOELN", "countryCode": "DE"}}},
            "2026-10-05T21:15:00Z",
            id="the one clock of Germany",
        ),
        pytest.param(
            {"gmtDate": None, "location": {"address": {"city": "REGINA", "stateProvince": "SK", "country": "CA"}}},
            "2026-10-06T05:15:00Z",
            id="the clock of Saskatchewan",
        ),
    ],
)
def test_local_times_become_instants(fields, instant):
    (row,) = told(parse(answer(package(activity(**fields)))))
    assert row[2] == instant


def test_a_label_without_a_place_was_made_at_the_origin():
    label = status("M", "MP") | {"location": {"address": {"countryCode": "US"}}, "gmtDate": "", "gmtTime": ""}
    origin = {"type": "ORIGIN", "address": {"stateProvince": "NV", "countryCode": "US"}}
    assert told(parse(answer(package(label, packageAddress=[{"type": "DESTINATION"}, origin])))) == [
        ("MP", "label", "2026-10-06T06:15:00Z", "")
    ]


@pytest.mark.parametrize(
    ("location", "instant"),
    [
        ({"address": {"city": "", "countryCode": "US"}}, "2026-10-06T03:15:00Z"),
        (None, "2026-10-06T03:15:00Z"),
        ({"address": {"city": "MALAGA", "countryCode": "ES"}}, "2026-10-05T22:15:00Z"),
    ],
)
def test_an_activity_whose_zone_is_not_told_borrows_a_clock_that_its_country_may_have(location, instant):
    zoneless = activity(gmtDate=None, gmtTime=None, location=location)
    parsed = parse(answer(package(activity(), zoneless)))
    assert [row[2] for row in told(parsed)] == ["2026-10-06T03:15:00Z", instant]
    alone = parse(answer(package(zoneless)))
    assert (alone.scans, [one.field for one in alone.refused]) == ((), ["date"])


@pytest.mark.parametrize(
    ("type_code", "code", "described", "words", "kind"),
    [
        ("I", "OC", "005", "We have your package", "accepted"),
        ("I", "OC", "5", "We Have Your Package", "accepted"),
        ("I", "OC", "", "We have your package", "accepted"),
        ("I", "PL", "005", "In transit", "accepted"),
        ("P", "OC", "038", "Picked up", "accepted"),
        ("I", "OC", "003", "Shipper created a label, UPS has not received the package yet.", "label"),
        ("I", "OC", "", "Shipper created a label, UPS has not received the package yet.", "label"),
        ("I", "OC", "003", "We have your package details", "label"),
        ("M", "MP", "003", "Shipper created a label", "label"),
        ("I", "AR", "003", "Arrived at Facility", "moved"),
    ],
)
def test_a_label_code_is_a_box_where_ups_says_that_it_has_it(type_code, code, described, words, kind):
    assert only(answer(package(status(type_code, code, words, described)))).kind.value == kind


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"gmtDate": None, "date": None}, "date"),
        ({"gmtDate": None, "date": "5 October"}, "date"),
        ({"gmtDate": None, "date": "20261301"}, "date"),
        ({"gmtDate": None, "time": None}, "time"),
        ({"gmtDate": None, "time": "noon"}, "time"),
        ({"gmtDate": None, "gmtOffset": "EST"}, "gmtOffset"),
        ({"gmtDate": None, "gmtOffset": "-25:00"}, "gmtOffset"),
        ({"gmtDate": "20261007"}, "gmtDate"),
        ({"gmtDate": 20261006.5}, "gmtDate"),
        ({"gmtTime": None}, "gmtTime"),
        ({"status": None}, "status"),
        ({"status": {"type": "I", "description": "somewhere"}}, "status"),
        ({"status": []}, "status"),
        ({"location": "LOUISVILLE"}, "location"),
        ({"location": {"address": {"city": ["LOUISVILLE"]}}}, "city"),
    ],
)
def test_an_unreadable_activity_is_refused_by_index_and_field_and_the_good_ones_stay(fields, field):
    parsed = parse(answer(package(activity(), activity(**fields), status("I", "OF"))))
    assert [scan.code for scan in parsed.scans] == ["AR", "OF"]
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [(NUMBER, 1, field)]
    assert parsed.refused[0].reason


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (None, "body", "not an object"),
        ([], "body", "not an object"),
        ({}, "trackResponse", "it is missing"),
        ({"trackResponse": []}, "trackResponse", "not an object"),
        ({"trackResponse": {}}, "shipment", "it is missing"),
        ({"trackResponse": {"shipment": [7]}}, "package", "not an object"),
        (
            {"response": {"errors": [{"code": "TV1002", "message": "Invalid token"}]}},
            "response",
            "TV1002: Invalid token",
        ),
        ({"response": {"errors": ["no"]}}, "response", "without a reason"),
        ({"response": {"errors": {}}}, "response", "no reason"),
        (answer(package(trackingNumber="")), "trackingNumber", "it is missing"),
        (answer(package(trackingNumber="1Z023E2X0214323463")), "trackingNumber", "check digit"),
        (answer(package(trackingNumber="9400109104250532908587")), "trackingNumber", "not a number of ups but of usps"),
        (answer(package(activity=None)), "activity", "it is missing"),
        (answer(package(activity={})), "activity", "not a list"),
        (answer({"trackingNumber": NUMBER}), "activity", "it is missing"),
        ({"activityStatus": {"code": "OR"}}, "trackingNumber", "it is missing"),
        ({"activityStatus": {}, "trackingNumber": NUMBER}, "status", "no code"),
        ({"activityStatus": "OR", "trackingNumber": NUMBER}, "activityStatus", "not an object"),
    ],
)
def test_a_body_that_says_nothing_is_refused_by_its_field(body, field, says):
    at, reason = refused_at(parse, body)
    assert (at, says in reason) == (field, True), reason


def test_a_number_that_ups_does_not_know():
    assert refused_at(parse, published("ups/not_found.json")) == (
        "warnings",
        "TW0001: Tracking Information Not Found",
    )


def test_of_several_packages_one_that_is_not_found_is_refused_and_the_others_are_taken():
    body = answer(package(activity()), package(trackingNumber=ANOTHERS), package(activity(), trackingNumber=OTHER))
    body["trackResponse"]["shipment"] += published("ups/not_found.json")["trackResponse"]["shipment"]
    parsed = parse(body)
    assert [scan.number for scan in parsed.scans] == [NUMBER, OTHER]
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [
        (ANOTHERS, 1, "trackingNumber"),
        (NUMBER, 3, "warnings"),
    ]


@pytest.mark.parametrize(
    ("type_code", "code", "kind"),
    [
        ("M", "MP", "label"),
        ("MV", "VP", "notice"),
        ("I", "OC", "label"),
        ("P", "PU", "accepted"),
        ("I", "XD", "accepted"),
        ("I", "DP", "moved"),
        ("X", "DP", "delayed"),
        ("M", "DP", "label"),
        ("I", "IP", "moved"),
        ("I", "KB", "notice"),
        ("D", "KB", "delivered"),
        ("I", "OD", "moved"),
        ("I", "OT", "out_for_delivery"),
        ("O", "OF", "out_for_delivery"),
        ("X", "48", "attempted"),
        ("X", "DJ", "delayed"),
        ("X", "5", "customs"),
        ("X", "05", "customs"),
        ("X", "13", "damaged"),
        ("X", "KT", "refused"),
        ("X", "KQ", "refused"),
        ("X", "54", "held"),
        ("X", "I5", "held"),
        ("X", "DL", "returning"),
        ("I", "DL", "moved"),
        ("X", "UA", "returned"),
        ("X", "S9", "lost"),
        ("X", "UO", "delayed"),
        ("X", "ZP", "delivered_locker"),
        ("D", "2Q", "delivered_locker"),
        ("D", "P5", "delivered_locker"),
        ("D", "3H", "delivered_neighbour"),
        ("D", "9E", "delivered"),
        ("D", "KM", "delivered"),
        ("D", "2W", "delivered"),
        ("D", "B0", "returned"),
        ("RS", "FS", "returned"),
        ("U", "UP", "notice"),
        ("U", "OR", "unknown"),
        ("I", "Q9", "unknown"),
        ("X", "QQ", "unknown"),
        ("D", "QQ", "unknown"),
        ("NA", "OR", "unknown"),
        ("", "OR", "unknown"),
        ("i", "ar", "moved"),
    ],
)
def test_codes_mean_what_ups_says_under_their_type(type_code, code, kind):
    scan = only(answer(package(status(type_code, code, "whatever", "011"))))
    assert (scan.code, scan.kind.value) == (code, kind)


@pytest.mark.parametrize(
    ("words", "left_at", "kind"),
    [
        ("DELIVERED", "Front Door", "delivered"),
        ("DELIVERED", "Neighbor", "delivered_neighbour"),
        ("Left with Neighbour", "", "delivered_neighbour"),
        ("DELIVERED", "UPS Access Point", "delivered_locker"),
        ("DELIVERED TO UPS ACCESS POINT", "", "delivered_locker"),
        ("PICKED UP AT UPS ACCESS POINT", "UPS Access Point", "delivered"),
        ("DELIVERED", "LOCKER", "delivered_locker"),
    ],
)
def test_a_delivery_says_to_whom_and_where(words, left_at, kind):
    body = answer(
        package(status("D", "FS", words), status("I", "OT", words), deliveryInformation={"location": left_at})
    )
    assert [scan.kind.value for scan in parse(body).scans] == [kind, "out_for_delivery"]


@pytest.mark.parametrize(
    ("described", "kind"),
    [("011", "delivered"), ("059", "damaged"), ("161", "delivered_locker"), ("003", "label"), ("999", "unknown")],
)
def test_a_status_without_a_code_is_read_by_its_status_code(described, kind):
    scan = only(answer(package(status("D", "", "", described))))
    assert (scan.code, scan.kind.value) == (described, kind)


def test_each_type_has_its_own_list():
    assert (len(MANIFEST), len(UPDATES), len(MOVEMENT)) == (4, 3, 39)
    assert (len(EXCEPTIONS) > 600, len(DELIVERY) > 150, len(DESCRIBED) > 150) == (True, True, True)


@given(
    type_code=st.sampled_from([*LISTS, "NA", "Q"]) | st.text(max_size=3),
    code=st.text(max_size=3),
    words=st.sampled_from(["DELIVERED", "Arrived at Facility", "Out for Delivery", "Damage reported"]),
    described=st.sampled_from(["011", "005", "021", ""]),
)
@settings(max_examples=1000, deadline=None)
def test_a_made_up_code_is_never_movement(type_code, code, words, described):
    plain = code.strip().upper()
    if plain and not any(plain in codes or plain.lstrip("0") in codes for lists in LISTS.values() for codes in lists):
        kind = kind_of(type_code=type_code, code=code, words=words, described=described, left_at="Front Door")
        assert kind is ScanKind.UNKNOWN


WORDS = (
    *(
        "trackResponse",
        "shipment",
        "package",
        "activity",
        "status",
        "location",
        "address",
        "packageAddress",
        "warnings",
    ),
    *(
        "trackingNumber",
        "date",
        "time",
        "gmtDate",
        "gmtTime",
        "gmtOffset",
        "code",
        "type",
        "activityStatus",
        "response",
    ),
    *(NUMBER, "20261005", "120000", "US", "KY", "errors", "ORIGIN"),
)


@given(junk(*WORDS))
@settings(max_examples=500, deadline=None)
def test_nothing_that_is_sent_breaks_the_parser(body):
    with contextlib.suppress(UnreadableScan):
        parse(body)


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_published_answer_with_one_part_spoilt_is_refused_or_read(data):
    body = data.draw(st.sampled_from([published("ups/tracking.json"), *published("ups/track_alerts.json")]))
    with contextlib.suppress(UnreadableScan):
        for scan in parse(spoilt(body, data, *WORDS)).scans:
            assert scan.happened_at.tzinfo is UTC


SECRET = "a credential of our own"


def test_the_credential_that_we_gave_is_shown_in_every_push():
    assert verify(headers={"credential": SECRET}, secret=SECRET)
    assert verify(headers={"Credential": SECRET}, secret=SECRET)
    for headers in ({}, {"credential": ""}, {"credential": SECRET[:-1]}, {"X-Credential": SECRET}):
        assert not verify(headers=headers, secret=SECRET)
    assert not verify(headers={"credential": "é\udcff"}, secret=SECRET)
    assert not verify(headers={"credential": ""}, secret="")


def test_ups_fits_the_port():
    carrier: Carrier = Ups()
    assert carrier.code == "ups"
    assert carrier.verify(headers={"credential": SECRET}, raw_body=b"{}", secret=SECRET)
    assert carrier.parse(answer(package(activity()))) == parse(answer(package(activity())))
