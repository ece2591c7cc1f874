"""DHL: its published answers, its divisions' codes, its words, and what is wrong with some."""

import contextlib
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.connectors.dhl.codes import SERVICES
from makegood.connectors.dhl.statuses import MEANINGS, kind_of
from makegood.connectors.dhl.tracking import Dhl, parse
from makegood.parcels.carrier import Carrier, UnreadableScan
from makegood.parcels.rules.scans import ScanKind
from tests.connectors.published import junk, published, refused_at, spoilt, told

NUMBER = "7777777770"
PAKET = "00340434292135100124"
EXPRESS = "3318810025"


def at(country="DE", locality="KOELN", postal_code="50667"):
    return {"address": {"countryCode": country, "addressLocality": locality, "postalCode": postal_code}}


def event(**fields):
    return {
        "timestamp": "2026-10-05T23:15:00",
        "location": at(),
        "statusCode": "transit",
        "status": "The shipment has been processed in the parcel center",
        "description": "The shipment has been processed in the parcel center",
    } | fields


def said(status_code, status, description=""):
    return event(statusCode=status_code, status=status, description=description)


def shipment(*events, **fields):
    return {"id": PAKET, "service": "parcel-de", "events": list(events)} | fields


def answer(*shipments):
    return {"shipments": list(shipments)}


def checkpoint(**fields):
    return {
        "date": "2026-10-05",
        "time": "23:15:00",
        "GMTOffset": "+02:00",
        "typeCode": "AF",
        "description": "Arrived at DHL Sort Facility LEIPZIG-GERMANY",
        "serviceArea": [{"code": "LEJ", "description": "Leipzig-DE"}],
    } | fields


def express(*events):
    return answer({"shipmentTrackingNumber": EXPRESS, "status": "Success", "events": list(events)})


def only(body):
    parsed = parse(body)
    assert parsed.refused == ()
    (scan,) = parsed.scans
    return scan


def test_the_published_answer_tells_of_a_label_and_not_who_signed():
    body = published("dhl/unified.json")
    assert told(parse(body)) == [("pre-transit", "label", "2018-03-02T06:53:47Z", "Oderweg 2, AMSTERDAM, 1043 AG, NL")]
    assert only(body).words == "DELIVERED"
    assert only(body).number == NUMBER


def test_the_published_answer_of_dhl_express():
    assert told(parse(published("dhl/mydhl.json"))) == [("PU", "accepted", "2020-06-10T04:06:00Z", "Brisbane-AU")]


def test_a_number_that_dhl_does_not_know():
    assert refused_at(parse, published("dhl/unified_not_found.json")) == (
        "detail",
        "No result found: No shipment with given tracking number found.",
    )


def test_a_push_may_hold_the_latest_status_alone():
    pushed = shipment() | {"events": None, "status": said("delivered", "Delivered")}
    assert told(parse(answer(pushed))) == [("delivered", "delivered", "2026-10-05T21:15:00Z", "KOELN, 50667, DE")]


def test_a_message_about_the_subscription_says_nothing_of_parcels():
    message = {"scope": "subscription.activated", "secret": "i5b65gX4CC3j6E8OO6NuQJoQuQelx6c9", "note": "confirmation"}
    parsed = parse(message)
    assert (parsed.scans, parsed.refused) == ((), ())


@pytest.mark.parametrize(
    ("fields", "instant"),
    [
        pytest.param({}, "2026-10-05T21:15:00Z", id="the one clock of Germany"),
        pytest.param({"timestamp": "2026-12-05T23:15:00"}, "2026-12-05T22:15:00Z", id="in winter"),
        pytest.param({"timestamp": "2026-10-05T23:15:00-04:00"}, "2026-10-06T03:15:00Z", id="offset"),
        pytest.param({"timestamp": "2026-10-05T23:15:00Z"}, "2026-10-05T23:15:00Z", id="utc"),
        pytest.param({"location": None}, "2026-10-05T21:15:00Z", id="between two German towns"),
        pytest.param({"location": {"address": {"addressLocality": "Germany"}}}, "2026-10-05T21:15:00Z", id="in words"),
    ],
)
def test_times_become_instants(fields, instant):
    parcel = shipment(event(**fields), origin=at(), destination=at(locality="HAMBURG"))
    (row,) = told(parse(answer(parcel)))
    assert row[2] == instant


@pytest.mark.parametrize(
    ("address", "instant"),
    [
        ({"countryCode": "US", "postalCode": "43125", "addressLocality": "Groveport"}, "2026-10-06T03:15:00Z"),
        ({"countryCode": "US", "postalCode": "79901-1234", "addressLocality": "El Paso"}, "2026-10-06T05:15:00Z"),
        ({"addressLocality": "MILAN - ITALY"}, "2026-10-05T21:15:00Z"),
    ],
)
def test_a_place_has_its_clock_by_zip_or_by_the_name_of_its_country(address, instant):
    (row,) = told(parse(answer(shipment(event(location={"address": address})))))
    assert row[2] == instant


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"timestamp": None}, "timestamp"),
        ({"timestamp": "2026-10-05"}, "timestamp"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "2026-13-05T10:00:00"}, "timestamp"),
        ({"statusCode": None, "status": None}, "statusCode"),
        ({"statusCode": {}}, "statusCode"),
        ({"location": "KOELN"}, "location"),
        ({"location": {"address": ["KOELN"]}}, "address"),
    ],
)
def test_an_unreadable_event_is_refused_by_index_and_field_and_the_good_ones_stay(fields, field):
    abroad = shipment(event(), event(**fields), event(), origin=at("DE"), destination=at("US"))
    parsed = parse(answer(abroad))
    assert len(parsed.scans) == 2
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [(PAKET, 1, field)]
    assert parsed.refused[0].reason


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"GMTOffset": "east"}, "date"),
        ({"date": None}, "date"),
        ({"time": None}, "time"),
        ({"typeCode": ""}, "typeCode"),
    ],
)
def test_an_unreadable_checkpoint_of_dhl_express_is_refused(fields, field):
    parsed = parse(express(checkpoint(), checkpoint(**fields)))
    assert [(one.index, one.field) for one in parsed.refused] == [(1, field)]


@pytest.mark.parametrize(
    "body",
    [
        answer(shipment(event(location=None), origin=at("DE"), destination=at("US"))),
        answer(shipment(event(location=at("US", "CHICAGO", "")))),
        answer(shipment(event(location=at("XX")))),
        express(checkpoint(GMTOffset=None, serviceArea=[{"description": "Brisbane-AU"}])),
        express(checkpoint(GMTOffset=None, serviceArea=[])),
    ],
)
def test_where_no_event_tells_its_zone_none_is_guessed(body):
    parsed = parse(body)
    assert (parsed.scans, len(parsed.refused)) == ((), 1)
    assert "nothing says in which zone" in parsed.refused[0].reason


@pytest.mark.parametrize(
    ("location", "instant"),
    [
        pytest.param(None, "2026-10-06T03:15:00Z", id="no place: the clock of the nearest event"),
        pytest.param(at("XX"), "2026-10-06T03:15:00Z", id="no known country"),
        pytest.param(at("US", "CHICAGO", ""), "2026-10-06T03:15:00Z", id="a clock that its country has"),
        pytest.param(at("AU", "SOMEWHERE", ""), "2026-10-05T15:15:00Z", id="the nearest that its country has"),
        pytest.param({"address": {"addressLocality": "Österreich"}}, "2026-10-05T21:15:00Z", id="its own name"),
    ],
)
def test_an_event_whose_zone_is_not_told_borrows_a_clock(location, instant):
    columbus, koeln = at("US", "Groveport", "43125"), event(timestamp="2026-10-01T10:00:00")
    nearest = event(timestamp="2026-10-05T20:00:00", location=columbus)
    parsed = parse(answer(shipment(koeln, event(location=location), nearest)))
    assert parsed.refused == ()
    assert told(parsed)[1][2] == instant


def test_a_checkpoint_without_an_offset_has_the_clock_of_its_country():
    assert told(parse(express(checkpoint(GMTOffset=None)))) == [("AF", "moved", "2026-10-05T21:15:00Z", "Leipzig-DE")]


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (None, "body", "not an object"),
        ({}, "shipments", "it is missing"),
        ({"shipments": {}}, "shipments", "not a list"),
        ({"shipments": [7]}, "shipments", "not an object"),
        (answer({}), "id", "it is missing"),
        (answer(shipment(id="1Z204W4R0308071865")), "id", "not a number of dhl but of ups"),
        (answer(shipment(id="00340434292135100125")), "id", "check digit"),
        (answer(shipment(events=None)), "events", "it is missing"),
        (answer(shipment(events="none")), "events", "not a list"),
        (answer({"shipmentTrackingNumber": "1234567890", "events": []}), "shipmentTrackingNumber", "check digit"),
        ({"status": "400", "title": "Missing parameters", "detail": "shipperAccountNumber"}, "detail", "Missing"),
    ],
)
def test_a_body_that_says_nothing_is_refused_by_its_field(body, field, says):
    where, reason = refused_at(parse, body)
    assert (where, says in reason) == (field, True), reason


def test_of_several_shipments_one_that_can_not_be_read_is_refused_and_the_others_are_taken():
    parsed = parse(answer(shipment(event()), shipment(event(), id="9400109104250532908587"), *express()["shipments"]))
    assert [scan.number for scan in parsed.scans] == [PAKET]
    assert [(one.number, one.index, one.field) for one in parsed.refused] == [("9400109104250532908587", 1, "id")]


@pytest.mark.parametrize(
    ("service", "code", "kind"),
    [
        ("parcel-de", "VA", "label"),
        ("parcel-de", "ES", "accepted"),
        ("parcel-de", "PO", "out_for_delivery"),
        ("parcel-de", "ZN", "attempted"),
        ("parcel-de", "LA", "held"),
        ("parcel-de", "ZF", "delivered_locker"),
        ("parcel-de", "ZU", "delivered"),
        ("parcel-de", "DD", "notice"),
        ("express", "DD", "damaged"),
        ("express", "RD", "refused"),
        ("ecommerce", "606", "delivered_neighbour"),
        ("ecommerce", "650", "lost"),
        ("ecommerce-europe", "45", "delivered_locker"),
        ("ecommerce-europe", "366", "returned"),
        ("ecommerce-ppl", "464", "refused"),
    ],
)
def test_a_divisions_own_code_decides(service, code, kind):
    scan = only(answer(shipment(said("transit", code, "Something happened"), service=service)))
    assert (scan.code, scan.kind.value, scan.words) == (code, kind, "Something happened")


@pytest.mark.parametrize(
    ("type_code", "kind"),
    [
        ("PU", "accepted"),
        ("WC", "out_for_delivery"),
        ("NH", "attempted"),
        ("CC", "held"),
        ("IC", "customs"),
        ("RT", "returning"),
        ("OK", "delivered"),
        ("QQ", "unknown"),
    ],
)
def test_checkpoints_of_dhl_express(type_code, kind):
    scan = only(express(checkpoint(typeCode=type_code)))
    assert (scan.code, scan.kind.value) == (type_code, kind)


@pytest.mark.parametrize(
    ("status_code", "status", "kind"),
    [
        ("pre-transit", "The instruction data for this shipment have been provided by the sender", "label"),
        ("transit", "The shipment has been processed in the parcel center", "moved"),
        ("transit", "The shipment has been loaded onto the delivery vehicle", "out_for_delivery"),
        ("transit", "OUT FOR DELIVERY", "out_for_delivery"),
        ("transit", "HELD AT CUSTOMS", "customs"),
        ("transit", "Shipment on hold", "delayed"),
        ("transit", "The recipient has been notified", "notice"),
        ("transit", "NOT_HOME_NEW_DELIVERY", "attempted"),
        ("transit", "Ready for pick-up at the post office", "held"),
        ("transit", "The shipment is being returned to the sender", "returning"),
        ("transit", "DAMAGE_RETURN", "damaged"),
        ("failure", "REFUSED_BY_RECEIVER", "refused"),
        ("failure", "RETURNED_TO_SHIPPER", "returned"),
        ("failure", "The shipment could not be delivered, because the recipient was not available", "attempted"),
        ("failure", "Something nobody wrote down", "delayed"),
        ("failure", "Undelivered - Shipment lost", "lost"),
        ("delivered", "The shipment has been successfully delivered", "delivered"),
        ("delivered", "DELIVERED_AT_PREFERED_NEIGHBOURS", "delivered_neighbour"),
        ("delivered", "DELIVERED_AT_PARCELSHOP", "delivered_locker"),
        ("delivered", "The shipment has been handed over to the Packstation", "delivered_locker"),
        ("delivered", "COLLECTED_AT_PARCELSHOP", "delivered"),
        ("delivered", "DELIVERED_AT_SHIPPER", "returned"),
        ("delivered", "DELIVERED_DAMAGED", "damaged"),
        ("delivered", "The shipment was returned to the sender", "returned"),
        ("delivered", "Delivered, released by the shipper", "delivered"),
        ("delivered", "Delivered to the shipper's customer", "delivered"),
        ("delivered", "Delivered undamaged", "delivered"),
        ("Delivered", "Delivered", "delivered"),
        ("unknown", "Delivered", "unknown"),
        ("teleported", "Delivered", "unknown"),
        ("", "Delivered", "unknown"),
    ],
)
def test_status_codes_mean_what_dhl_says_and_words_say_which(status_code, status, kind):
    scan = only(answer(shipment(said(status_code, status), service="")))
    assert (scan.code, scan.kind.value) == (status_code or status, kind)


@pytest.mark.parametrize("signer", ["SENDER GMBH", "AT SENDER", "A NEIGHBOUR", "MR LOCKER", "DAMAGED"])
def test_who_signed_says_nothing_of_where_it_went(signer):
    for status in ("delivered", "OK"):
        told = said("delivered", status, f"Delivered - Signed for by: {signer}")
        assert only(answer(shipment(told, service="express"))).kind is ScanKind.DELIVERED


@pytest.mark.parametrize(
    ("status_code", "status", "words"),
    [
        ("failure", "failure", "The address is incomplete"),
        ("transit", "transit", "The address is incomplete"),
        ("delivered", "delivered", "delivered"),
        ("transit", "Arrived at the hub", "Arrived at the hub"),
    ],
)
def test_a_status_that_only_says_its_code_again_leaves_the_words_to_the_description(status_code, status, words):
    assert only(answer(shipment(said(status_code, status, "The address is incomplete")))).words == words


def test_who_signed_is_not_kept():
    assert only(answer(shipment(said("delivered", "Delivered - Signed for by: A RECIPIENT")))).words == "Delivered"
    assert only(express(checkpoint(description="Delivered, signed by A RECIPIENT"))).words == "Delivered"


@given(
    service=st.sampled_from([*SERVICES, "dgf", ""]),
    status_code=st.text(max_size=12),
    status=st.sampled_from(["DELIVERED", "Out for delivery", "Q9", ""]),
)
@settings(max_examples=700, deadline=None)
def test_a_made_up_status_code_is_never_movement(service, status_code, status):
    if status_code.strip().lower() not in MEANINGS:
        kind = kind_of(service=service, status_code=status_code, status=status, words="Delivered")
        assert kind is ScanKind.UNKNOWN


WORDS = (
    *(
        "shipments",
        "id",
        "service",
        "events",
        "status",
        "statusCode",
        "timestamp",
        "location",
        "address",
        "countryCode",
    ),
    *("shipmentTrackingNumber", "date", "time", "GMTOffset", "typeCode", "serviceArea", "scope", "title", "origin"),
    *(NUMBER, EXPRESS, "2026-10-05T23:15:00", "transit", "delivered", "DE", "express"),
)


@given(junk(*WORDS))
@settings(max_examples=500, deadline=None)
def test_nothing_that_is_sent_breaks_the_parser(body):
    with contextlib.suppress(UnreadableScan):
        parse(body)


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_published_answer_with_one_part_spoilt_is_refused_or_read(data):
    name = data.draw(st.sampled_from(["unified", "mydhl"]))
    with contextlib.suppress(UnreadableScan):
        for scan in parse(spoilt(published(f"dhl/{name}.json"), data, *WORDS)).scans:
            assert scan.happened_at.tzinfo is UTC


def test_dhl_fits_the_port():
    carrier: Carrier = Dhl()
    shown = {"X-Scan-Secret": "a token of ours"}
    assert carrier.code == "dhl"
    assert carrier.verify(headers=shown, raw_body=b"{}", secret="a token of ours")
    assert not carrier.verify(headers=shown, raw_body=b"{}", secret="another")
    assert not carrier.verify(headers={}, raw_body=b"{}", secret="")
    assert carrier.parse(answer(shipment(event()))) == parse(answer(shipment(event())))
