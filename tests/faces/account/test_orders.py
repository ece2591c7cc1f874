"""Each state of an order is told truthfully, on a page whose cost does not grow with what it shows."""

import re
from datetime import timedelta

import pytest

from makegood.customers.models import Customer
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.actions import say_not_received
from makegood.parcels.models import CarrierHearing, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.faces.account.conftest import AFTERWARDS, signed_in

NOTHING = {"lines": {"BIRDS": 1}}


def words(response):
    return response.content.decode()


def queries_of(page, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as counted:
        assert page.get(path).status_code == 200
    return len(counted)


def test_a_lost_parcel_is_told_before_anything_else(page, lost):
    text = words(page.get("/orders/100"))
    assert "Your parcel hasn’t started moving, and it should have." in text
    assert "USPS has <b>never scanned the box</b>." in text
    assert "lost 96" in text
    assert "Our promise was broken." in text
    assert "At your door <b>Tuesday 20 October</b> if you choose by Monday 19 October at 18:00 EDT." in text
    assert "50.65\u00a0USD</b> to your Visa ending 4242, by Wednesday 28 October." in text


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        ("en", "We have not heard from the carrier yet", "We have not heard from the carrier."),
        ("fr", "de notre transporteur", "Nous n’avons pas eu de nouvelles de notre transporteur."),
        ("es", "de nuestro transportista", "No hemos tenido noticias de nuestro transportista."),
    ],
)
def test_a_carrier_whose_name_nobody_tells_is_just_that(shop, language, said, told):
    ada = worlds.customer(language=language)
    box = worlds.parcel_record("P100", {"BIRDS": 1}, carrier="Other", number="A1B2C3")
    worlds.take_in(worlds.order_record(parcels=[box]))
    page = signed_in(ada)
    worlds.live_until(AFTERWARDS)
    say_not_received(parcel_id=Parcel.objects.get().pk, now=clock.now())
    worlds.settle()
    text = words(page.get("/orders/100"))
    assert said in text
    assert not re.search(r"\bOther\b|[.>] (the carrier|notre transporteur|nuestro transportista) ", text)
    body = worlds.letters()[-1].body
    assert told in body, body
    assert "Other" not in body


def test_an_order_that_has_not_left(page):
    worlds.take_in(worlds.order_record())
    text = words(page.get("/orders/100"))
    assert "We are getting your order ready." in text
    assert "What would you like?" not in text


def test_an_order_that_should_have_left_long_ago(page):
    worlds.take_in(worlds.order_record())
    worlds.live_until(AFTERWARDS)
    text = words(page.get("/orders/100"))
    assert "Your order should be with you by now, and it hasn’t left us." in text


def test_nobody_is_said_to_be_at_it_and_nothing_to_be_broken_before_its_day(page):
    worlds.take_in(worlds.order_record())
    worlds.live_until(worlds.DUE - 3 * worlds.DAY)
    text = words(page.get("/orders/100"))
    assert "It hasn’t left us yet, and it should have. Somebody here sees to it." in text
    assert "We’re sorry, and would rather tell you now than have you find out." in text
    assert "isn’t what you were promised" not in text
    assert "See them all" not in text
    worlds.live_until(worlds.DUE + worlds.HOUR)
    text = words(page.get("/orders/100"))
    assert "isn’t what you were promised" in text
    assert "0 kept, 1 broken." in text
    assert "See them all" in text


def test_a_day_of_next_year_says_its_year(page):
    worlds.take_in(worlds.order_record(deliver_by_date="2027-03-03"))
    text = words(page.get("/orders/100"))
    assert "It should be at your door by <b>Wednesday 3 March 2027</b>." in text
    assert "12 October 2026" not in text


def test_a_delivered_order_was_in_time(page):
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED)
    text = words(page.get("/orders/100"))
    assert "Your parcel was delivered." in text
    assert "That was in time." in text
    assert "Our promise was kept." in text


def test_a_cancelled_order_offers_nothing(page):
    worlds.take_in(worlds.order_record(cancelled_at=worlds.MONDAY))
    text = words(page.get("/orders/100"))
    assert "This order was cancelled." in text
    assert "What would you like?" not in text


def test_a_cancelled_order_whose_box_is_nowhere_says_nothing_of_loss(page):
    box = worlds.shipped()
    worlds.live_until(AFTERWARDS)
    parcels = [worlds.parcel_record("P100", {"BIRDS": 1})]
    worlds.take_in(worlds.order_record(parcels=parcels, cancelled_at=AFTERWARDS))
    worlds.say(box, ScanKind.LOST)
    worlds.settle()
    text = words(page.get("/orders/100"))
    assert "This order was cancelled." in text
    for lost in ("How sure we are", "lost, so we are not waiting", "we gave up waiting", "What would you like?"):
        assert lost not in text


def test_what_waits_to_be_collected_says_so_and_offers_no_other(page):
    box = worlds.shipped()
    worlds.clock.freeze(worlds.DUE - timedelta(days=1))
    worlds.say(box, ScanKind.HELD, place="Branch 12")
    worlds.live_until(AFTERWARDS)
    text = words(page.get("/orders/100"))
    assert "Your parcel waits to be picked up." in text
    assert "It waits for you there: please collect it." in text
    for said in ("What would you like?", "still on its way", "How sure we are", "Next: on"):
        assert said not in text


def test_it_left_on_the_day_its_carrier_says_and_not_on_its_labels(page):
    box = worlds.shipped()
    worlds.say(box, ScanKind.MOVED)
    worlds.settle()
    assert "made its label on <b>5 October</b>" in words(page.get("/orders/100"))
    worlds.live_until(worlds.MONDAY + timedelta(days=2))
    worlds.say(box, ScanKind.ACCEPTED)
    assert "It left Reno on <b>7 October</b>" in words(page.get("/orders/100"))


def test_each_of_several_parcels_is_told(page):
    parcels = [worlds.parcel_record("A", {"BIRDS": 1}), worlds.parcel_record("B", {"TIDES": 1}, serial=2)]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 1, "TIDES": 1}, parcels=parcels))
    worlds.live_until(worlds.MONDAY + timedelta(days=1))
    worlds.say(worlds.Parcel.objects.get(reference="A"), ScanKind.DELIVERED)
    worlds.live_until(AFTERWARDS)
    text = words(page.get("/orders/100"))
    assert "One of your two parcels isn’t where it should be." in text
    assert text.index("Parcel 2 of 2") < text.index("What would you like?") < text.index("Parcel 1 of 2")


@pytest.mark.parametrize("path", ["", "/wrong", "/message"])
def test_another_customers_order_is_not_there(shop, page, path):
    worlds.customer("bob")
    worlds.shipped(by="bob")
    assert page.get(f"/orders/100{path}").status_code == 404


def test_another_customers_order_cannot_be_made_good(page):
    bob = worlds.customer("bob")
    worlds.lost(by="bob")
    assert page.post("/orders/100/remedy", {"remedy": "send_again", "seen": "x"}).status_code == 404
    assert "What would you like?" in words(signed_in(bob).get("/orders/100"))


def test_strangers_are_shown_the_way_in_and_back(client, db):
    response = client.get("/orders/100?a=b")
    assert response.status_code == 302
    assert response.url == "/sign-in?to=/orders/100%3Fa%3Db"


def test_orders_in_trouble_come_first(page):
    worlds.lost("100")
    worlds.take_in(worlds.order_record("200", placed_at=worlds.MONDAY))
    text = words(page.get("/orders"))
    assert text.index("Not as we promised") < text.index("/orders/100") < text.index("/orders/200")


def test_no_orders_yet(page):
    assert "There are no orders here yet." in words(page.get("/orders"))


def test_orders_are_paged_by_the_last_one_shown(page):
    for number in range(23):
        worlds.take_in(worlds.order_record(f"9{number:02d}", placed_at=worlds.MONDAY - timedelta(days=number)))
    first, second = words(page.get("/orders")), words(page.get("/orders?before=919"))
    assert "/orders?before=919" in first
    assert 'href="/orders/920"' not in first
    assert 'href="/orders/920"' in second
    assert 'href="/orders/919"' not in second


def test_the_list_costs_the_same_for_one_order_and_for_three(page, django_assert_max_num_queries):
    worlds.lost("100")
    worlds.settle()
    alone = queries_of(page, "/orders", django_assert_max_num_queries)
    for place, reference in enumerate(("200", "300"), start=2):
        worlds.lost(reference, serial=place)
    assert queries_of(page, "/orders", django_assert_max_num_queries) == alone


def test_an_order_costs_the_same_with_one_parcel_and_with_three(page, django_assert_max_num_queries):
    worlds.shipped("100")
    alone = queries_of(page, "/orders/100", django_assert_max_num_queries)
    skus = ("BIRDS", "TIDES", "ATLAS")
    parcels = [worlds.parcel_record(sku, {sku: 1}, serial=place) for place, sku in enumerate(skus, start=2)]
    worlds.take_in(worlds.order_record("200", lines=dict.fromkeys(skus, 1), parcels=parcels))
    assert queries_of(page, "/orders/200", django_assert_max_num_queries) == alone


def test_names_and_words_from_outside_are_shown_as_they_are(shop):
    mallory = worlds.customer("mallory", name="<script>alert(1)</script>")
    parcel = worlds.shipped(by="mallory")
    worlds.say(parcel, ScanKind.MOVED, place="<b>RENO</b>", words="<img src=x>")
    text = words(signed_in(mallory).get("/orders/100"))
    assert "<script>" not in text
    assert "<b>RENO</b>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Votre colis n’a pas bougé, alors qu’il aurait dû."),
        ("es", "Su paquete"),
    ],
)
def test_customers_read_it_in_their_language(shop, language, sentence):
    luc = worlds.customer("luc", language=language)
    worlds.lost(by="luc")
    response = signed_in(luc).get("/orders/100", headers={"accept-language": "en"})
    assert response["Content-Language"] == language
    assert f'<html lang="{language}">' in words(response)
    assert "What would you like?" not in words(response)


def test_days_are_those_at_the_destination(page):
    late_evening = worlds.MONDAY.replace(hour=4) + timedelta(days=1)
    worlds.take_in(worlds.order_record(placed_at=late_evening))
    worlds.live_until(late_evening)
    assert "placed Tuesday 6 October" in words(page.get("/orders/100"))


def test_shipped_here_and_unseen_there_names_both_sides(page, lost):
    text = words(page.get("/orders/100"))
    assert "We noted that it left us, but USPS has never scanned it, so we don’t count it as on its way." in text


def test_delivered_and_scanned_again_is_told_with_how_sure_we_are(page):
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.OUT_FOR_DELIVERY, worlds.MONDAY + worlds.DAY - 2 * worlds.HOUR)
    worlds.say(parcel, ScanKind.DELIVERED, worlds.MONDAY + worlds.DAY)
    clock.freeze(worlds.MONDAY + 3 * worlds.DAY)
    worlds.say(parcel, ScanKind.MOVED, worlds.MONDAY + worlds.DAY + 4 * worlds.HOUR)
    text = words(page.get("/orders/100"))
    assert "USPS also scanned it on <b>Tuesday 6 October</b>, after saying that it was delivered." in text
    assert "tell us if it isn’t with you" in text
    assert "delivered 65" in text
    assert "Your parcel is said to be delivered, and we are not sure." in text
    assert "That was in time." not in text


def test_delivered_and_carried_on_is_not_called_delivered(page):
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED, worlds.MONDAY + worlds.DAY)
    clock.freeze(worlds.MONDAY + 3 * worlds.DAY)
    worlds.say(parcel, ScanKind.MOVED, worlds.MONDAY + 2 * worlds.DAY)
    text = words(page.get("/orders/100"))
    assert "USPS said that it was delivered on <b>Tuesday 6 October</b>, and still had it on <b>Wednesday 7" in text
    assert "arriving 85" in text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Les deux ne peuvent pas être vrais : nous nous fions à USPS."),
        ("es", "Las dos cosas no pueden ser ciertas: nos fiamos de USPS."),
    ],
)
def test_delivered_by_our_records_and_under_way_by_the_carriers(page, ada, language, sentence):
    ada.language = language
    ada.save()
    record = worlds.parcel_record("P100", {"BIRDS": 1}, delivered_at=worlds.MONDAY)
    worlds.take_in(worlds.order_record(parcels=[record]))
    clock.freeze(worlds.MONDAY + 2 * worlds.DAY)
    worlds.say(Parcel.objects.get(), ScanKind.MOVED, worlds.MONDAY + worlds.DAY)
    assert sentence in words(page.get("/orders/100"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Promises to you since 2020: 0 kept, 1 broken."),
        ("fr", "Nos promesses depuis 2020\u00a0: 0 tenue, 1 rompue."),
        ("es", "Nuestras promesas desde 2020: 0 cumplidas, 1 incumplida."),
    ],
)
def test_kept_and_broken_are_counted_as_each_language_counts(shop, language, sentence):
    luc = worlds.customer("luc", language=language)
    worlds.shipped(by="luc")
    worlds.live_until(worlds.DUE + worlds.DAY)
    assert sentence in words(signed_in(luc).get("/orders/100"))


@pytest.fixture
def unheard(ada):
    """A parcel whose carrier has never told us anything."""
    CarrierHearing.objects.all().delete()
    return worlds.shipped()


@pytest.mark.parametrize(
    ("language", "first", "promised"),
    [
        ("en", "Your parcel is packed, and we have not heard from USPS yet.", "and we can’t say yet whether it came."),
        (
            "fr",
            "et nous n’avons pas encore de nouvelles de USPS.",
            "et nous ne pouvons pas encore dire s’il est arrivé.",
        ),
        ("es", "y aún no tenemos noticias de USPS.", "y aún no podemos decir si ha llegado."),
    ],
)
def test_without_news_of_a_carrier_nothing_is_claimed(page, unheard, language, first, promised):
    Customer.objects.update(language=language)
    assert first in words(page.get("/orders/100"))
    worlds.live_until(AFTERWARDS)
    text = words(page.get("/orders/100"))
    assert first in text
    assert promised in text
    assert "choose" not in text
    assert "usual in the first days" not in text
    assert "<progress" not in text


def test_after_its_last_news_it_is_not_said_where_it_is(page, unheard):
    clock.freeze(worlds.MONDAY + 5 * worlds.DAY)
    worlds.say(unheard, ScanKind.MOVED, worlds.MONDAY + worlds.DAY)
    text = words(page.get("/orders/100"))
    assert "We have not heard from USPS since, so we can’t say where it is now." in text
    assert "How sure we are" not in text


def test_two_parcels_of_one_number_say_that_they_share_it(page):
    parcels = [worlds.parcel_record("A", {"BIRDS": 1}), worlds.parcel_record("B", {"TIDES": 1})]
    worlds.take_in(worlds.order_record(lines={"BIRDS": 1, "TIDES": 1}, parcels=parcels))
    text = words(page.get("/orders/100"))
    assert text.count("It shares its tracking number with another parcel of this order") == 2


def test_a_later_day_takes_nothing_off_what_happened(page):
    worlds.take_in(worlds.order_record())
    worlds.live_until(AFTERWARDS)
    by = worlds.acting(Customer.objects.get())
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.NEW_DATE, by=by, now=clock.now())
    worlds.settle()
    text = words(page.get("/orders/100"))
    for happened in ("Our promise was broken.", "We wrote to you that it was late.", "We moved the day to"):
        assert happened in text
