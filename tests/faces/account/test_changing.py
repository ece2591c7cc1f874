"""A customer changes their order alone: sees what it comes to, then does it, or is told why not."""

import re

import pytest

from makegood.catalog.actions import put_products
from makegood.catalog.records import ProductRecord
from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.orders.models import Order, OrderChange
from makegood.payments.models import Refund
from tests import worlds
from tests.worlds import order_record, parcel_record, street_of

CARD = {"tender": "card", "label": "Visa ending 4242"}


def put(reference="100", *, lines, **more):
    take_in_orders([order_record(reference, lines=lines, paid=None, **more)], now=clock.now())


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def form_in(response):
    """What is sent where they do what they looked at."""
    form = response.content.decode().partition('name="step" value="do"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))


@pytest.fixture
def paid(page):
    put(lines={"BIRDS": 2, "TIDES": 1})
    total = Order.objects.get().charged_minor
    tender = {**CARD, "amount_minor": total}
    record = order_record("100", lines={"BIRDS": 2, "TIDES": 1}, paid=[tender], version_at=clock.now())
    take_in_orders([record], now=clock.now())
    return Order.objects.get()


def change(page, **given):
    return page.post("/orders/100/change", given)


def test_what_is_cancelled_is_looked_at_first_and_then_done(page, paid):
    assert "Change this order" in words(page.get("/orders/100"))
    seen = change(page, kind="cancel", **{"units:BIRDS": "1", "units:TIDES": "0"})
    assert "Cancelled: “Field Notes on Birds”." in words(seen)
    assert "You get 16.95 USD back to your Visa ending 4242, by " in words(seen)
    assert OrderChange.objects.count() == 0
    done = change(page, kind="cancel", step="do", **{"units:BIRDS": "1"})
    assert (done.status_code, done["Location"]) == (302, "/orders/100?now=altered")
    assert [row.amount_minor for row in Refund.objects.all()] == [1695]
    assert "Your order was changed." in words(page.get(done["Location"]))


def test_whoever_gets_no_answer_and_sends_the_form_again_changes_it_once(page, paid):
    seen = change(page, kind="cancel", **{"units:BIRDS": "1"})
    form = form_in(seen)
    for _ in range(2):
        assert change(page, step="do", **form)["Location"] == "/orders/100?now=altered"
    assert [row.amount_minor for row in Refund.objects.all()] == [1695]
    # The same again, from a form of its own, is another unit.
    again = change(page, kind="cancel", **{"units:BIRDS": "1"})
    other = form_in(again)
    assert change(page, step="do", **other)["Location"] == "/orders/100?now=altered"
    assert OrderChange.objects.count() == 2


def test_what_comes_back_stays_where_they_want_that(page, paid):
    seen = change(page, kind="cancel", stays="yes", **{"units:TIDES": "1"})
    assert "28.90 USD stay on your account" in words(seen)


def test_another_kind_costs_the_difference(page, paid):
    put_products(
        [
            ProductRecord(sku=sku, title=sku, currency="USD", price_minor=price, family="birds")
            for sku, price in (("BIRDS", 1695), ("BIRDS-L", 1995))
        ]
    )
    assert "BIRDS-L" in words(page.get("/orders/100/change"))
    seen = change(page, kind="change_items", **{"units:BIRDS": "2", "sku:BIRDS": "BIRDS-L"})
    assert "6.00 USD are then still to be paid." in words(seen)
    swap = "2 × “Field Notes on Birds” → “BIRDS-L”."
    assert f"Changed: {swap}" in words(seen)
    change(page, kind="change_items", step="do", **{"units:BIRDS": "2", "sku:BIRDS": "BIRDS-L"})
    for address in ("/orders/100", "/account/statement"):
        assert swap in words(page.get(address))


def test_something_is_found_and_added(page, paid):
    found = page.get("/orders/100/change?find=atlas")
    assert "Atlas of Small Islands 54.00 USD" in words(found)
    change(page, kind="add_lines", added="ATLAS", step="do")
    assert Order.objects.get().lines.count() == 3
    assert "We have nothing by that name" in words(page.get("/orders/100/change?find=zeppelin"))


def test_two_orders_travel_together(page, paid):
    put("200", lines={"ATLAS": 1})
    assert "Order 200, of" in words(page.get("/orders/100/change"))
    seen = words(change(page, kind="merge", **{"with": "200"}))
    assert "Order 200 travels with this one, in one parcel." in seen
    here, there = (f"Ada Marsh, {street_of(each)}, 10002" for each in ("100", "200"))
    assert f"It goes to {here} . Nothing goes to {there} any more." in seen
    change(page, kind="merge", step="do", **{"with": "200"})
    assert "Order 200 travels with order 100, in one parcel." in words(page.get("/orders/100"))
    gone = page.get("/orders/200")
    assert "Travels with order 100." in re.search("<h1.*?</h1>", gone.content.decode(), re.DOTALL).group(0)
    gone = words(gone)
    assert "It travels with order 100 , in one parcel" in gone
    assert "There was nothing to pay back" not in gone
    assert "Order 200 travels with another, in one parcel." in gone
    account = words(page.get("/account/statement"))
    assert "Order 200 travels with another, in one parcel" in account
    assert "Order 200: goods \u2212 54.00, postage \u2212 4.80." in account
    assert "Order 100: goods 54.00." in account
    assert "Together" not in gone
    here = page.get("/orders/100").content.decode()
    assert '<a class="link" href="/orders/200">Order 200</a> travels with it, in one parcel.' in here
    rows = page.get("/orders").content.decode().split("<a href=")
    (row,) = [each for each in rows if each.startswith('"/orders/200"')]
    assert ("Travels with order 100." in row, "USD" in row) == (True, False)
    assert page.get("/orders/200/change").status_code == 200


def test_it_goes_elsewhere_in_the_same_country(page, paid):
    seen = change(page, kind="change_address", name="Ada Marsh", lines="5 New Street\nAlbany", postcode="12207")
    assert "This is what it comes to" in words(seen)
    change(page, kind="change_address", step="do", name="Ada Marsh", lines="5 New Street\nAlbany", postcode="12207")
    assert "It goes to Ada Marsh, 5 New Street, Albany, 12207 . Nothing goes to Ada Marsh," in words(seen)
    told = words(page.get("/orders/100?now=altered"))
    assert "Your order was changed. Order 100 goes to 5 New Street, Albany, 12207 now." in told
    assert "Goes to Ada Marsh, 5 New Street, Albany, 12207" in told
    ship_to = Order.objects.get().ship_to
    assert (ship_to["lines"], ship_to["postcode"], ship_to["country"]) == (["5 New Street", "Albany"], "12207", "US")


def test_what_has_left_is_not_changed_and_they_are_told_why(page, paid):
    record = order_record(
        "100", lines={"BIRDS": 2, "TIDES": 1}, parcels=[parcel_record("p1", {"BIRDS": 2, "TIDES": 1})], version_at=None
    )
    take_in_orders([record], now=clock.now())
    refused = change(page, kind="cancel", step="do", **{"units:BIRDS": "1"})
    assert refused.status_code == 409
    assert "Change this order" not in words(page.get("/orders/100"))
    shown = words(page.get("/orders/100/change"))
    assert "Nothing of this order can be changed here any more." in shown


def test_nobody_changes_somebody_elses_order(page, paid):
    worlds.customer("bob")
    take_in_orders([order_record("300", by="bob")], now=clock.now())
    assert page.get("/orders/300/change").status_code == 404
    assert page.post("/orders/300/change", {"kind": "cancel", "step": "do"}).status_code == 404
    change(page, kind="merge", step="do", **{"with": "300"})
    assert Order.objects.get(reference="300").merged_into is None


def test_whoever_chose_nothing_cancels_nothing(page, paid):
    refused = change(page, kind="cancel", step="do", **{"units:BIRDS": "0", "units:TIDES": "0"})
    assert refused.status_code == 409
    assert "Choose first how many of what." in words(refused)
    assert OrderChange.objects.count() == 0
    assert 'open><summary class="font-semibold cursor-pointer">Cancel something' in refused.content.decode()
    refused = change(page, kind="merge")
    assert (refused.status_code, "Choose first which order is to travel with this one." in words(refused)) == (
        409,
        True,
    )
