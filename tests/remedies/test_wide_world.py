"""What a world with one tender, one currency and one order would not show: each of these was once wrong unseen."""

from datetime import date

import pytest

from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.remedies.models import Perk
from makegood.remedies.planner import plan
from makegood.remedies.queries import options_for
from tests import worlds
from tests.remedies.situations import route, situation, units
from tests.worlds import DAY, DUE, HELPER, HOUR, live_until

AGAIN, REFUND = RemedyKind.SEND_AGAIN, RemedyKind.REFUND


@pytest.fixture
def ada(db):
    worlds.open_shop()
    who = worlds.customer()
    worlds.lived()
    return who


def grant(kind, reference="100"):
    order_id = Order.objects.get(reference=reference).pk
    return grant_remedy(order_id=order_id, kind=kind, by=HELPER, now=clock.now())


@pytest.mark.parametrize(("currency", "service"), [("USD", 1), ("EUR", 2), ("JPY", 2)])
def test_of_two_as_fast_the_orders_own_currency_counts_before_the_smaller_number(currency, service):
    """Where neither is in it, the numbers don't compare; then the currency's name decides, the same way every time."""
    ways = [route(service=1, days=1, rate=2900), route(service=2, days=1, rate=100, currency="EUR")]
    best = plan(situation([units(1)], routes=ways, currency=currency)).best
    assert [sending.route.service_id for sending in best.sendings] == [service]


def test_the_faster_way_counts_before_the_currency():
    ways = [route(service=1, days=2), route(service=2, days=1, rate=9900, currency="EUR")]
    best = plan(situation([units(1)], routes=ways)).best
    assert [sending.route.service_id for sending in best.sendings] == [2]


@pytest.mark.parametrize(("reference", "currency", "service"), [("100", "USD", "express"), ("200", "EUR", "courier")])
def test_each_order_is_sent_by_a_service_of_its_currency_to_its_own_address(ada, reference, currency, service):
    worlds.lost("300", serial=3)
    worlds.lost(reference, currency=currency)
    grant(AGAIN, reference)
    dispatch = Dispatch.objects.get()
    assert (dispatch.order.reference, dispatch.service.reference) == (reference, service)
    assert dispatch.delivery.address_lines == [worlds.street_of(reference)]
    assert worlds.street_of("100") != worlds.street_of("200") != worlds.street_of("300")


@pytest.mark.parametrize("turned", [False, True], ids=["the least first", "the most first"])
def test_money_goes_back_by_the_tender_that_most_was_paid_with(ada, turned):
    paid = worlds.PAID[::-1] if turned else worlds.PAID
    worlds.lost(paid=paid)
    grant(REFUND)
    assert Refund.objects.get().tender == "Visa ending 4242"


def test_a_perk_is_good_for_half_a_year(ada, settings):
    settings.FREE_EXPRESS = "account"
    worlds.lost()
    worlds.settle()
    assert Perk.objects.get().until_date == date(2027, 4, 6)


def test_what_is_late_has_its_remedies_though_it_moves(ada):
    parcel = worlds.shipped()
    while clock.now() < DUE + HOUR:
        worlds.say(parcel, ScanKind.MOVED)
        live_until(min(clock.now() + DAY, DUE + HOUR))
    parcel.refresh_from_db()
    assert parcel.estimate.verdict == "delayed"
    options = options_for(Order.objects.get(reference="100"), now=clock.now())
    assert options.kinds == (AGAIN, REFUND)
    grant(AGAIN)
    assert Dispatch.objects.get().order.reference == "100"


def test_what_he_ordered_long_ago_is_not_made_good(ada):
    worlds.settle()
    for order in Order.objects.filter(reference__startswith="ada-"):
        assert not options_for(order, now=clock.now())
    assert worlds.news_told() == []
