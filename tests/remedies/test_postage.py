"""The order's postage goes back once, however its newer versions make the order grow after it was all paid back."""

import pytest

from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.worlds import BOOKS, DAY, HOUR, LEAD, MONDAY, parcel_record

pytestmark = pytest.mark.django_db
BIRDS, TIDES = BOOKS["BIRDS"][1], BOOKS["TIDES"][1]
POSTAGE = 480


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()


def pay_back():
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())


def paid_back():
    return list(Refund.objects.order_by("id").values_list("amount_minor", flat=True))


def grow_and_lose(**more):
    """After the first box was paid back, a newer version adds a book, whose box is lost too."""
    parcels = [parcel_record("P100", {"BIRDS": 1}), parcel_record("P200", {"TIDES": 1}, serial=2)]
    worlds.take_in(
        worlds.order_record(lines={"BIRDS": 1, "TIDES": 1}, version_at=MONDAY - DAY + HOUR, parcels=parcels, **more)
    )
    worlds.say(Parcel.objects.get(reference="P200"), ScanKind.LOST)


def test_postage_that_went_back_does_not_go_back_again():
    worlds.lost(version_at=MONDAY - DAY)
    pay_back()
    grow_and_lose()
    pay_back()
    assert paid_back() == [BIRDS + POSTAGE, TIDES]


@pytest.mark.parametrize(("postage", "more"), [(POSTAGE + 300, 300), (POSTAGE - 300, 0), (0, 0)])
def test_of_postage_that_a_newer_version_changed_only_what_is_left_goes_back(postage, more):
    worlds.lost(version_at=MONDAY - DAY)
    pay_back()
    grow_and_lose(postage_minor=postage)
    pay_back()
    assert paid_back() == [BIRDS + POSTAGE, TIDES + more]


def test_another_order_s_postage_is_its_own():
    worlds.lost(version_at=MONDAY - DAY)
    worlds.lost("200", serial=3)
    pay_back_of = [Order.objects.get(reference=each).pk for each in ("100", "200")]
    for order_id in pay_back_of:
        grant_remedy(order_id=order_id, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())
    assert paid_back() == [BIRDS + POSTAGE] * 2
