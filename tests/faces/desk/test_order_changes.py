"""A helper changes an order for its customer, under the same policy, and says that goods are back."""

import re

import pytest

from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.orders.models import Order, OrderChange
from makegood.payments.models import Refund
from tests import worlds
from tests.worlds import order_record, parcel_record


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def form_in(response):
    """What is sent where they do what they looked at."""
    form = response.content.decode().partition('name="step" value="do"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))


@pytest.fixture
def ada(db):
    worlds.open_shop()
    return worlds.customer()


def test_they_see_what_it_comes_to_and_do_it(desk, ada):
    take_in_orders([order_record(lines={"BIRDS": 2})], now=clock.now())
    seen = desk.post("/desk/orders/100/change", {"kind": "cancel", "units:BIRDS": "1"})
    assert "This is what it comes to" in words(seen)
    assert OrderChange.objects.count() == 0
    done = desk.post("/desk/orders/100/change", {"kind": "cancel", "units:BIRDS": "1", "step": "do"}, follow=True)
    assert "It is changed, with its parcels and its money." in words(done)
    made = OrderChange.objects.get()
    assert made.made_by.startswith("helper:")
    assert "Something of order 100 was cancelled" in words(done)
    assert "Maya · “Field Notes on Birds”" in words(done)


def test_whoever_gets_no_answer_and_sends_the_form_again_changes_it_once(desk, ada):
    take_in_orders([order_record(lines={"BIRDS": 3})], now=clock.now())
    seen = desk.post("/desk/orders/100/change", {"kind": "cancel", "units:BIRDS": "1"})
    form = form_in(seen)
    assert form.keys() == {"kind", "units:BIRDS", "once"}
    for _ in range(2):
        done = desk.post("/desk/orders/100/change", form | {"step": "do"})
        assert done["Location"] == "/desk/orders/100/change?now=changed"
    assert [row.delta_minor for row in OrderChange.objects.all()] == [-1695]


def test_they_say_that_goods_are_back_and_the_money_follows(desk, ada):
    box = parcel_record("p1", {"BIRDS": 1}) | {"delivered_at": clock.now().isoformat()}
    take_in_orders([order_record(lines={"BIRDS": 1}, parcels=[box])], now=clock.now())
    desk.post("/desk/orders/100/change", {"kind": "return", "units:BIRDS": "1", "step": "do"})
    shown = words(desk.get("/desk/orders/100/change"))
    assert "The goods are back" in shown
    desk.post("/desk/orders/100/change/1/settlement")
    assert OrderChange.objects.get().settled_at is not None
    assert sum(row.amount_minor for row in Refund.objects.all()) == 1695 + 480
    assert desk.post("/desk/orders/100/change/1/settlement").status_code == 409
    assert desk.post("/desk/orders/100/change/9/settlement").status_code == 404


def test_there_is_no_such_order(desk, ada):
    assert desk.get("/desk/orders/nowhere/change").status_code == 404
    assert Order.objects.count() == 0


def test_what_it_costs_what_was_paid_and_whose_it_is_stand_above(desk, ada):
    take_in_orders([order_record(paid=[])], now=clock.now())
    worlds.pays(order="100", amount_minor=2000)
    page = desk.get("/desk/orders/100/change")
    shown = words(page)
    assert "It costs 21.75\u00a0USD".replace("\u00a0", " ") in shown.replace("\u00a0", " ")
    assert "Paid 20.00 USD" in shown.replace("\u00a0", " ")
    assert "Still to pay 1.75 USD" in shown.replace("\u00a0", " ")
    assert f'href="/desk/customers/{ada.pk}/account"' in page.content.decode()
    assert "no open case" in shown


def test_a_helper_is_told_in_words_for_helpers(desk, ada):
    take_in_orders([order_record(lines={"BIRDS": 2})], now=clock.now())
    shown = words(desk.get("/desk/orders/100/change"))
    for customers in ("my account", "write to us", "You need not say", "What are you looking for"):
        assert customers not in shown
    assert "Keep what comes back on their account, for their next order" in shown
    assert "In the same country. Another one is another order" in shown
    seen = words(desk.post("/desk/orders/100/change", {"kind": "cancel", "units:BIRDS": "1"}))
    assert "You get" not in seen
    assert "go back, by" in seen
    kept = words(desk.post("/desk/orders/100/change", {"kind": "cancel", "units:BIRDS": "1", "stays": "yes"}))
    assert "stay on their account" in kept
    missed = words(desk.post("/desk/orders/100/change", {"kind": "cancel", "units:NONE": "1", "step": "do"}))
    assert "your order" not in missed
