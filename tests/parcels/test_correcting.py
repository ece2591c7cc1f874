"""What was said of a dispatch is put right: its number once it has left, and before that where it goes."""

import pytest

from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.kit.rows import BadRows
from makegood.orders.models import Delivery, Order
from makegood.parcels.correcting import LeftAlready, NotLeftYet, correct_address, correct_number
from makegood.parcels.dispatching import announce_all, announce_parcel
from makegood.parcels.facts import DispatchReaddressed, ParcelRenumbered
from makegood.parcels.models import Dispatch, Parcel, Scan
from makegood.parcels.numbering import NumberOfEarlierParcel
from makegood.parcels.queries import parcels_told
from makegood.parcels.records import AnnouncementRecord
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.promises.models import Promise
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.faces.api.conftest import Program
from tests.worlds import DAY, HOUR, LEAD, MONDAY, number_of

pytestmark = pytest.mark.django_db
ELM = {"name": "Ada Marsh", "lines": ["9 Elm Row"], "postcode": "10003"}


@pytest.fixture
def dispatch():
    """A replacement that Reno has still to pack."""
    worlds.open_shop()
    worlds.customer()
    worlds.lost(version_at=MONDAY)
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle()
    return Dispatch.objects.get()


def announce(dispatch, serial):
    parcel = announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=number_of(serial), label_at=clock.now(), now=clock.now()
    )
    worlds.settle()
    return parcel


def correct(dispatch, serial):
    clock.freeze(clock.now() + HOUR)
    parcel = correct_number(dispatch_id=dispatch.pk, carrier="usps", number=number_of(serial), now=clock.now())
    worlds.settle()
    parcel.refresh_from_db()
    return parcel


def door(dispatch, **more):
    return correct_address(dispatch_id=dispatch.pk, now=clock.now(), **ELM | more)


def test_the_lost_parcels_own_number_is_refused_for_its_replacement(dispatch):
    with pytest.raises(NumberOfEarlierParcel, match="P100"):
        announce(dispatch, 1)
    record = AnnouncementRecord(dispatch=f"D{dispatch.pk}", carrier="usps", number=number_of(1))
    with pytest.raises(BadRows):
        announce_all([record], now=clock.now())
    assert Parcel.objects.count() == 1
    announce(dispatch, 50)
    with pytest.raises(NumberOfEarlierParcel):
        correct(dispatch, 1)


def test_two_that_leave_in_one_box_share_its_number(dispatch):
    worlds.lost("200", serial=2)
    worlds.settle()
    grant_remedy(order_id=Order.objects.get(reference="200").pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    clock.freeze(MONDAY + HOUR)
    for each in Dispatch.objects.order_by("id"):
        announce(each, 50)
    assert Parcel.objects.filter(number=number_of(50)).count() == 2


def test_another_customers_number_is_no_concern_of_theirs(dispatch):
    worlds.customer("bob")
    worlds.shipped("900", by="bob", serial=50)
    assert announce(dispatch, 50).number == number_of(50)


def test_what_was_scanned_under_the_wrong_number_counts_no_more(dispatch):
    wrong = announce(dispatch, 50)
    worlds.say(wrong, ScanKind.DELIVERED)
    worlds.settle()
    promise = Promise.objects.get(id=wrong.delivery.promise_id)
    assert promise.state == "kept"
    parcel = correct(dispatch, 51)
    promise.refresh_from_db()
    assert (parcel.number, parcel.estimate.verdict, promise.state) == (number_of(51), "label_made", "open")
    assert Scan.objects.filter(parcel=parcel).count() == 1
    assert list(parcels_told().get(id=parcel.pk).scans.all()) == []
    worlds.say(parcel, ScanKind.ACCEPTED)
    assert [scan.kind for scan in parcels_told().get(id=parcel.pk).scans.all()] == ["accepted"]


def test_what_waited_under_the_right_number_is_its_own(dispatch):
    announce(dispatch, 50)
    worlds.say(Parcel(carrier="usps", number=number_of(51)), ScanKind.ACCEPTED)
    assert correct(dispatch, 51).estimate.verdict == "moving"


def test_what_was_scanned_under_the_right_number_before_it_was_called_wrong_counts_again(dispatch):
    right = announce(dispatch, 50)
    worlds.say(right, ScanKind.MOVED)
    assert correct(dispatch, 51).estimate.verdict == "label_made"
    worlds.say(Parcel.objects.get(id=right.pk), ScanKind.ATTEMPTED)
    parcel = correct(dispatch, 50)
    assert (parcel.estimate.verdict, kinds_of(parcel)) == ("moving", ["moved"])


def kinds_of(parcel):
    return [scan.kind for scan in parcels_told().get(id=parcel.pk).scans.order_by("happened_at")]


@pytest.mark.parametrize("by", ["ada", "ben"])
def test_swapped_labels_put_right_give_each_what_was_scanned_of_it(dispatch, by):
    worlds.customer("ben")
    worlds.lost("200", serial=2, by=by)
    worlds.settle()
    grant_remedy(order_id=Order.objects.get(reference="200").pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle()
    other = Dispatch.objects.exclude(pk=dispatch.pk).get()
    first, second = announce(dispatch, 51), announce(other, 50)
    clock.freeze(clock.now() + HOUR)
    for parcel, kind in ((first, ScanKind.MOVED), (second, ScanKind.ACCEPTED)):
        worlds.say(parcel, kind)
    clock.freeze(clock.now() + DAY)
    worlds.say(second, ScanKind.DELIVERED)
    correct(dispatch, 50)
    second = correct(other, 51)
    first.refresh_from_db()
    assert (first.estimate.verdict, second.estimate.verdict) == ("delivered", "moving")
    assert (kinds_of(first), kinds_of(second)) == (["accepted", "delivered"], ["moved"])
    promises = [Promise.objects.get(id=each.delivery.promise_id).state for each in (first, second)]
    assert promises == ["kept", "open"]


def test_the_same_number_again_changes_nothing(dispatch):
    announce(dispatch, 50)
    correct(dispatch, 50)
    assert worlds.facts(ParcelRenumbered) == []
    assert "number_corrected" not in worlds.news_told()


def test_what_has_not_left_has_no_number_to_correct(dispatch):
    with pytest.raises(NotLeftYet):
        correct(dispatch, 50)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_whoever_was_told_the_wrong_number_is_told_the_right_one_each_time(dispatch, language):
    worlds.Customer.objects.update(language=language)
    announce(dispatch, 50)
    for count, serial in enumerate((51, 52, 51, 52), start=1):
        correct(dispatch, serial)
        assert number_of(serial) in worlds.letters("number_corrected")[-1].body
        assert worlds.news_told().count("number_corrected") == count


def test_what_goes_elsewhere_goes_there_and_its_place_is_told(dispatch):
    door(dispatch)
    door(dispatch)
    dispatch.refresh_from_db()
    delivery = Delivery.objects.get(id=dispatch.delivery_id)
    assert (delivery.address_lines, delivery.postcode, delivery.country) == (["9 Elm Row"], "10003", "US")
    assert len(worlds.facts(DispatchReaddressed)) == 1


def test_what_is_lost_again_goes_where_it_was_put_right(dispatch):
    door(dispatch)
    parcel = announce(dispatch, 50)
    clock.freeze(MONDAY + DAY)
    worlds.say(parcel, ScanKind.LOST)
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    assert Dispatch.objects.order_by("id").last().delivery.address_lines == ["9 Elm Row"]


def test_the_orders_newer_word_counts_more(dispatch):
    door(dispatch)
    clock.freeze(MONDAY + DAY)
    elsewhere = {"name": "Ada", "lines": ["1 New Street"], "postcode": "1", "country": "US", "zone": "America/New_York"}
    boxes = [worlds.parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=boxes, ship_to=elsewhere, version_at=clock.now()))
    worlds.settle()
    assert Delivery.objects.get(id=dispatch.delivery_id).address_lines == ["1 New Street"]


def test_what_is_packed_goes_where_it_goes(dispatch):
    announce(dispatch, 50)
    with pytest.raises(LeftAlready):
        door(dispatch)


@pytest.mark.parametrize("wrong", [{"name": " "}, {"lines": [" ", ""]}, {"postcode": "1\x00"}, {"lines": ["a\tb"]}])
def test_no_name_or_no_street_is_no_address(dispatch, wrong):
    with pytest.raises(InvalidField):
        door(dispatch, **wrong)


def test_programs_correct_both(dispatch):
    program = Program()
    assert program.put(f"/dispatches/{dispatch.pk}/ship_to", ELM)["ship_to"]["lines"] == ["9 Elm Row"]
    told = {"carrier": "usps", "number": number_of(50)}
    program.put(f"/dispatches/{dispatch.pk}/number", told, status=409)
    program.post(f"/dispatches/{dispatch.pk}/parcel", {"carrier": "usps", "number": number_of(1)}, status=409)
    program.post(f"/dispatches/{dispatch.pk}/parcel", told)
    clock.freeze(MONDAY + HOUR)
    program.put(f"/dispatches/{dispatch.pk}/number", told | {"number": number_of(51)})
    assert Parcel.objects.order_by("id").last().number == number_of(51)
    program.put(f"/dispatches/{dispatch.pk}/ship_to", ELM, status=409)


def test_the_customer_sees_where_it_goes_and_changes_it_until_it_is_packed(dispatch):
    page = signed_in(worlds.Customer.objects.get())
    assert "12 Orchard Street, 10002 US" in page.get("/orders/100").content.decode()
    form = {"dispatch": dispatch.pk, "name": "Ada Marsh", "lines": "9 Elm Row\r\nFlat 2", "postcode": "10003"}
    text = page.post("/orders/100/address", form, follow=True).content.decode()
    assert "We send it to the new address." in text
    assert "9 Elm Row, Flat 2, 10003 US" in text
    assert ">9 Elm Row\nFlat 2</textarea>" in text
    assert page.post("/orders/100/address", form | {"lines": ""}).status_code == 422
    announce(dispatch, 50)
    late = page.post("/orders/100/address", form)
    assert late.status_code == 409
    assert "It is packed already" in late.content.decode()


def test_somebody_elses_parcel_goes_where_it_goes(dispatch):
    bob = worlds.customer("bob")
    worlds.shipped("900", by="bob", serial=9)
    form = {"dispatch": dispatch.pk, "name": "Bob", "lines": "1 Elsewhere", "postcode": ""}
    assert signed_in(bob).post("/orders/900/address", form).status_code == 409
    assert signed_in(bob).post("/orders/100/address", form).status_code == 404
    assert Delivery.objects.get(id=dispatch.delivery_id).address_lines == ["12 Orchard Street"]
