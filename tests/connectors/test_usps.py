"""USPS: answers and notifications re-typed from what USPS publishes and really sends, and what is wrong with some.

Shapes: https://developers.usps.com/trackingv3, https://github.com/USPS/api-examples (README, "Tracking";
pull request 35), https://developers.usps.com/subscriptions-trackingv3r2.
"""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.connectors.usps.statuses import KINDS, kind_of
from makegood.connectors.usps.tracking import parse, zone_of
from makegood.kit.zones import PREFIXES, STATES
from makegood.parcels.carrier import UnreadableScan
from makegood.parcels.rules.scans import Scan, ScanKind

NUMBER = "9400109104250532908587"


def at(text):
    return datetime.fromisoformat(text)


def event(**fields):
    return {
        "eventType": "Arrived at Post Office",
        "eventTimestamp": "2024-11-22T08:59:00",
        "GMTTimestamp": "2024-11-22T13:59:45Z",
        "GMTOffset": "-05:00",
        "eventCountry": None,
        "eventCity": "LECANTO",
        "eventState": "FL",
        "eventZIP": "34461",
        "firm": None,
        "name": "A RECIPIENT",
        "authorizedAgent": "false",
        "eventCode": "07",
        "additionalProp": None,
    } | fields


def answer(*events, **fields):
    return {
        "destinationCity": "CEDAR RAPIDS",
        "originCity": "RICHMOND",
        "originState": "VA",
        "originZIP": "23227",
        "statusCategory": "In Transit",
        "trackingEvents": list(events),
        "trackingNumber": NUMBER,
    } | fields


def only(body):
    parsed = parse(body)
    assert parsed.refused == ()
    (scan,) = parsed.scans
    return scan


def refusal(body):
    parsed = parse(body)
    assert parsed.scans == ()
    (refused,) = parsed.refused
    return (refused.index, refused.field)


def test_an_event_becomes_a_scan_and_names_of_people_stay_behind():
    assert only(answer(event())) == Scan(
        carrier="usps",
        number=NUMBER,
        code="07",
        kind=ScanKind.MOVED,
        happened_at=at("2024-11-22T13:59:45Z"),
        place="LECANTO, FL 34461",
        words="Arrived at Post Office",
    )


def test_usps_own_example_with_a_local_time_that_is_marked_z():
    published = {
        "eventType": "USPS in possession of item",
        "eventTimestamp": "2023-08-02T07:31:00Z",
        "eventCountry": None,
        "eventCity": "RICHMOND",
        "eventState": "VA",
        "eventZIP": "23227",
        "firm": None,
        "name": None,
        "authorizedAgent": "false",
        "eventCode": "03",
        "additionalProp": None,
    }
    scan = only(answer(published))
    assert (scan.kind, scan.happened_at) == (ScanKind.ACCEPTED, at("2023-08-02T11:31:00Z"))


@pytest.mark.parametrize(
    ("fields", "instant"),
    [
        pytest.param({}, "2024-11-22T13:59:45Z", id="gmt gives the seconds"),
        pytest.param(
            {"eventTimestamp": "2024-11-25T18:31:00", "GMTTimestamp": "2024-11-25T00:31:21Z", "GMTOffset": "-06:00"},
            "2024-11-26T00:31:21Z",
            id="gmt whose day was not turned",
        ),
        pytest.param(
            {"eventTimestamp": "2024-11-25T18:31:00", "GMTTimestamp": "2024-11-25T00:31:21Z", "GMTOffset": None},
            "2024-11-26T00:31:21Z",
            id="the same without its offset",
        ),
        pytest.param({"GMTTimestamp": None}, "2024-11-22T13:59:00Z", id="offset only"),
        pytest.param({"GMTTimestamp": None, "GMTOffset": "-7:00"}, "2024-11-22T15:59:00Z", id="short offset"),
        pytest.param({"GMTTimestamp": None, "GMTOffset": "+10:00"}, "2024-11-21T22:59:00Z", id="guam"),
        pytest.param({"GMTOffset": None}, "2024-11-22T13:59:45Z", id="gmt only"),
        pytest.param({"eventTimestamp": None}, "2024-11-22T13:59:45Z", id="no local time"),
        pytest.param({"GMTTimestamp": None, "GMTOffset": None}, "2024-11-22T13:59:00Z", id="state"),
        pytest.param(
            {"GMTTimestamp": None, "GMTOffset": None, "eventZIP": "32501"}, "2024-11-22T14:59:00Z", id="pensacola"
        ),
        pytest.param(
            {"GMTTimestamp": None, "GMTOffset": None, "eventTimestamp": "2024-07-22T08:59:00"},
            "2024-07-22T12:59:00Z",
            id="summer time",
        ),
        pytest.param({"eventTimestamp": "2024-11-22T13:59:45Z"}, "2024-11-22T13:59:45Z", id="gmt given twice"),
        pytest.param(
            {"eventTimestamp": "2024-11-22T08:59:00-05:00", "GMTTimestamp": None, "GMTOffset": None},
            "2024-11-22T13:59:00Z",
            id="an offset of its own",
        ),
        pytest.param(
            {"GMTTimestamp": "2024-04-04T14:03:12.041Z"}, "2024-11-22T13:59:00Z", id="gmt of quite another day"
        ),
    ],
)
def test_local_times_become_instants(fields, instant):
    assert only(answer(event(**fields))).happened_at == at(instant)


def test_a_distribution_center_tells_its_state_in_its_name():
    scan = only(
        answer(event(eventCity="OAK CREEK WI DISTRIBUTION CENTER", eventState=None, eventZIP=None,
                     GMTTimestamp=None, GMTOffset=None))
    )  # fmt: skip
    assert (scan.happened_at, scan.place) == (at("2024-11-22T14:59:00Z"), "OAK CREEK WI DISTRIBUTION CENTER")


def test_a_label_without_a_place_was_made_at_the_origin():
    label = event(eventType="Shipping Label Created, USPS Awaiting Item", eventCode="GX", eventCity=None,
                  eventState=None, eventZIP=None, GMTTimestamp=None, GMTOffset=None)  # fmt: skip
    scan = only(answer(label, originState="NV", originZIP="89502"))
    assert (scan.kind, scan.happened_at, scan.place) == (ScanKind.LABEL, at("2024-11-22T16:59:00Z"), "")


def test_a_place_abroad_has_no_american_clock():
    abroad = event(eventCity="TORONTO", eventState="", eventZIP=None, eventCountry="CANADA")
    assert only(answer(abroad)).place == "TORONTO, CANADA"
    assert refusal(answer(abroad | {"GMTTimestamp": None, "GMTOffset": None})) == (0, "eventTimestamp")
    coahuila = abroad | {"eventState": "CO", "eventCountry": "MEXICO", "GMTTimestamp": None, "GMTOffset": None}
    assert refusal(answer(coahuila)) == (0, "eventTimestamp")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"eventTimestamp": "07:31"}, "eventTimestamp"),
        ({"eventTimestamp": "2024-11-22"}, "eventTimestamp"),
        ({"eventTimestamp": "2024-13-22T08:59:00"}, "eventTimestamp"),
        ({"eventTimestamp": "0001-01-01T00:00:00"}, "eventTimestamp"),
        ({"eventTimestamp": 1732283940}, "eventTimestamp"),
        ({"eventTimestamp": None, "GMTTimestamp": None}, "eventTimestamp"),
        ({"GMTTimestamp": "yesterday"}, "GMTTimestamp"),
        ({"GMTTimestamp": "2024-11-12T13:59:45Z", "GMTOffset": None}, "GMTTimestamp"),
        ({"GMTOffset": "EST"}, "GMTOffset"),
        ({"GMTOffset": "-25:00"}, "GMTOffset"),
        ({"eventCode": None, "eventType": None}, "eventCode"),
        ({"eventCode": {"nested": "07"}}, "eventCode"),
        ({"eventCity": ["LECANTO"]}, "eventCity"),
    ],
)
def test_an_unreadable_event_is_refused_by_index_and_field_and_the_good_ones_stay(fields, field):
    parsed = parse(answer(event(), event(**fields), event(eventCode="OF")))
    assert [scan.code for scan in parsed.scans] == ["07", "OF"]
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [(NUMBER, 1, field)]
    assert parsed.refused[0].reason


@pytest.mark.parametrize("odd", [None, 7, "07", []])
def test_an_event_that_is_no_object_is_refused(odd):
    assert refusal(answer(odd)) == (0, "trackingEvents")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "body"),
        ("{}", "body"),
        ({}, "trackingNumber"),
        (answer(trackingNumber=None), "trackingNumber"),
        (answer(trackingNumber="9400109104250532908588"), "trackingNumber"),
        (answer(trackingNumber="1Z5R89390357567127"), "trackingNumber"),
        (answer(trackingNumber={}), "trackingNumber"),
        (answer(trackingEvents=None), "trackingEvents"),
        (answer(trackingEvents={}), "trackingEvents"),
        ({"apiVersion": "/tracking/v3", "error": {"code": "400", "message": "12: A status update is not yet ready"}},
         "error"),
        ({"error": None}, "error"),
        ({"payload": "{"}, "payload"),
        ({"payload": []}, "payload"),
    ],
)  # fmt: skip
def test_a_body_that_says_nothing_is_refused_by_its_field(body, field):
    with pytest.raises(UnreadableScan) as refused:
        parse(body)
    assert refused.value.field == field
    assert refused.value.reason


def test_an_answer_to_many_numbers_keeps_those_that_were_found():
    parsed = parse(
        [answer(event()), {"trackingNumber": "9261290289104185136058", "error": {"message": "not found"}}, 5]
    )
    assert [scan.number for scan in parsed.scans] == [NUMBER]
    assert [(one.number, one.index, one.field, one.reason) for one in parsed.refused] == [
        ("9261290289104185136058", 1, "error", "not found"),
        ("", 2, "body", "an entry is not an object"),
    ]


def test_a_pushed_notification_holds_an_answer_as_a_string():
    envelope = {
        "subscriptionId": "a1",
        "subscriptionType": "TRACKING",
        "timestamp": "2024-11-22T14:00:00Z",
        "links": [],
    }
    assert parse(envelope | {"payload": json.dumps(answer(event()))}) == parse(answer(event()))


def test_a_pushed_scan_event_extract_is_one_event():
    assert parse({"payload": json.dumps(event(trackingNumber=NUMBER))}) == parse(answer(event()))


def test_text_that_no_database_keeps_is_taken_out():
    assert only(answer(event(eventType="Arrived\x00 \ud800"))).words == "Arrived ?"


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        ("MA", "Pre-Shipment, USPS Awaiting Item", ScanKind.LABEL),
        ("TM", "Shipment Received, Package Acceptance Pending", ScanKind.LABEL),
        ("OA", "Accepted at USPS Origin Facility", ScanKind.ACCEPTED),
        ("A1", "Arrived at USPS Regional Facility", ScanKind.MOVED),
        ("NT", "In Transit to Next Facility", ScanKind.NOTICE),
        ("OF", "Out for Delivery", ScanKind.OUT_FOR_DELIVERY),
        ("55", "Notice Left (No Secure Location Available)", ScanKind.ATTEMPTED),
        ("16", "Available for Pickup", ScanKind.HELD),
        ("01", "Delivered, In/At Mailbox", ScanKind.DELIVERED),
        ("01", "Delivered, Parcel Locker", ScanKind.DELIVERED_LOCKER),
        ("01", "Delivered, Individual Picked Up at Postal Facility or Locker", ScanKind.DELIVERED),
        ("01", "Delivered, Neighbor as Requested", ScanKind.DELIVERED_NEIGHBOUR),
        ("01", "Delivered, To Original Sender", ScanKind.RETURNED),
        ("01", "Delivered, To Agent", ScanKind.DELIVERED),
        ("01", "Delivered, PO Box", ScanKind.DELIVERED),
        ("01", "Delivered, Individual Picked Up at Post Office", ScanKind.DELIVERED),
        ("01", "Held at Post Office, Retrieved from full parcel locker", ScanKind.HELD),
        ("01", "Return to Sender Processed", ScanKind.RETURNING),
        ("60", "Delivered to Agent for Final Delivery", ScanKind.DELIVERED),
        ("17", "Picked Up by Agent", ScanKind.DELIVERED),
        ("17", "Tendered to Returns Agent", ScanKind.RETURNING),
        ("17", "Agent", ScanKind.UNKNOWN),
        ("14", "Held at Post Office, At Customer Request", ScanKind.HELD),
        ("02", "Notice Left", ScanKind.ATTEMPTED),
        ("08", "Missent", ScanKind.MOVED),
        ("31", "Return to Sender Processed", ScanKind.RETURNING),
        ("27", "Unclaimed/Being Returned to Sender", ScanKind.RETURNING),
        ("44", "Customer Recall", ScanKind.RETURNING),
        ("GC", "Return Receipt Associated", ScanKind.NOTICE),
        ("04", "Refused", ScanKind.REFUSED),
        ("09", "Return to Sender", ScanKind.RETURNING),
        ("11", "Dead Letter", ScanKind.LOST),
        ("of", "Out for Delivery", ScanKind.OUT_FOR_DELIVERY),
        ("ZZ", "Delivered, In/At Mailbox", ScanKind.UNKNOWN),
        ("", "Out for Delivery", ScanKind.UNKNOWN),
    ],
)
def test_codes_mean_what_usps_says(code, words, kind):
    assert kind_of(code=code, words=words) is kind
    assert only(answer(event(eventCode=code, eventType=words))).code == code


@given(code=st.text(max_size=5), words=st.sampled_from(["Delivered, Parcel Locker", "Arrived", "Out for Delivery"]))
@settings(max_examples=1000, deadline=None)
def test_a_made_up_code_is_never_movement(code, words):
    if code.strip().upper() not in {*KINDS, "17"}:
        assert not kind_of(code=code, words=words).is_movement


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just(NUMBER) | st.just("2024-11-22T08:59:00"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["trackingNumber", "trackingEvents", "payload", "error", *event()]), inner, max_size=6
        )
    ),
    max_leaves=12,
)


@given(junk)
@settings(max_examples=700, deadline=None)
def test_nothing_that_is_sent_breaks_the_parser(body):
    with contextlib.suppress(UnreadableScan):
        for scan in parse(body).scans:
            assert scan.number == NUMBER


@given(
    instant=st.datetimes(datetime(2016, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(sorted(set(STATES.values()))),
    turned=st.booleans(),
)
@settings(max_examples=1000, deadline=None)
def test_any_instant_that_usps_writes_down_is_read_back(instant, zone, turned):
    instant = instant.replace(microsecond=0)
    local = instant.astimezone(ZoneInfo(zone))
    minutes = int(local.utcoffset() / timedelta(minutes=1))
    gmt_date = instant.date() if turned else local.date()  # USPS forgets to turn the day
    written = event(
        eventTimestamp=f"{local:%Y-%m-%dT%H:%M}:00",
        GMTTimestamp=f"{gmt_date}T{instant:%H:%M:%S}Z",
        GMTOffset=f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}",
    )
    expected = instant
    assert abs(only(answer(written)).happened_at - expected) < timedelta(minutes=1)


def test_zones_of_places():
    places = [
        ("RENO", "NV", "89502"),
        ("EL PASO", "TX", "79936"),
        ("AUSTIN", "TX", "78721"),
        ("", "pr", ""),
        ("", "AE", ""),
    ]
    assert [str(zone_of(city=city, state=state, zip_code=code)) for city, state, code in places] == [
        "America/Los_Angeles", "America/Denver", "America/Chicago", "America/Puerto_Rico", "None",
    ]  # fmt: skip


def test_every_state_has_a_zone_that_exists():
    assert len(STATES) == 56
    assert all(ZoneInfo(zone) for zone in {*STATES.values(), *PREFIXES.values()})
