"""Orders that were over when we first heard of them: nothing comes of them by themselves, and nothing is claimed."""

from datetime import timedelta

import pytest

from makegood.cases.models import Case
from makegood.intake.actions import take_in_orders
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.orders.rules import HISTORY_AFTER, is_history
from makegood.parcels.actions import say_not_received
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.waiting import unsettled
from makegood.promises.models import Promise
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.worlds import DAY, HOUR, MONDAY, order_record, parcel_record

K = ScanKind


@pytest.mark.parametrize(
    ("days_ago", "signs", "before", "expected"),
    [
        (100, [], None, True),
        (90, [], None, False),
        (400, [-30], None, False),  # ordered long before it is due
        (400, [89], None, False),
        (400, [91], None, True),
        (3, [], 2, True),
        (2, [], 2, False),
        (1, [-5], 2, False),
    ],
)
def test_history_is_what_was_over_when_it_was_told(days_ago, signs, before, expected):
    assert HISTORY_AFTER == 90 * DAY
    found = is_history(
        placed_at=MONDAY - timedelta(days=days_ago),
        signs=[MONDAY - timedelta(days=each) for each in signs],
        before=None if before is None else MONDAY - timedelta(days=before),
        now=MONDAY,
    )
    assert found is expected


@pytest.fixture
def shop(db):
    worlds.open_shop()
    worlds.customer()


def old(reference="100", *, serial=1, days=300, **more):
    left_at = MONDAY - days * DAY
    box = parcel_record(f"P{reference}", {"BIRDS": 1}, serial=serial, label_at=left_at, **more)
    placed = {"placed_at": left_at - DAY, "deliver_by_date": (left_at + 9 * DAY).date()}
    return order_record(reference, parcels=[box], **placed)


def promises():
    return set(Promise.objects.values_list("state", "awaits_news", "at_risk_at", "at_risk_since"))


@pytest.mark.usefixtures("shop")
def test_old_orders_never_become_fresh_trouble():
    never_left = order_record("300", placed_at=MONDAY - 300 * DAY, deliver_by_date=(MONDAY - 290 * DAY).date())
    worlds.take_in(old(), old("200", serial=2, days=120), never_left)
    worlds.live_until(MONDAY + 40 * DAY, step=10 * DAY)
    assert set(Order.objects.values_list("history_since", flat=True)) == {MONDAY}
    assert promises() == {("open", True, None, None)}
    assert not Parcel.objects.in_danger().exists()
    assert not Case.objects.exists()
    assert worlds.letters() == []
    assert not unsettled("usps", now=clock.now()).exists()
    assert list(Parcel.objects.values_list("estimate__look_at", flat=True)) == [None, None]


@pytest.mark.usefixtures("shop")
def test_whatever_was_placed_before_a_day_is_history():
    fresh = [
        order_record(f"{n}00", parcels=[parcel_record(f"P{n}", {"BIRDS": 1}, serial=n)], placed_at=MONDAY - n * DAY)
        for n in (1, 2, 3)
    ]
    take_in_orders(fresh, now=MONDAY, history_before=MONDAY - 2 * DAY)
    assert list(Order.objects.order_by("id").values_list("history_since", flat=True)) == [None, None, MONDAY]
    assert unsettled("usps", now=MONDAY + HOUR).count() == 2


@pytest.mark.usefixtures("shop")
def test_how_it_ended_counts_where_it_was_told():
    worlds.take_in(old(delivered_at=MONDAY - 295 * DAY))
    worlds.settle()
    assert Promise.objects.get().state == "kept"
    late = old("200", serial=2)
    worlds.take_in(late)
    worlds.say(Parcel.objects.get(reference="P200"), K.RETURNED, MONDAY - 280 * DAY)
    worlds.live_until(MONDAY + 2 * DAY)
    assert Parcel.objects.get(reference="P200").estimate.verdict == "returned"
    assert worlds.letters() == []
    assert not Parcel.objects.in_danger().exists()


@pytest.mark.usefixtures("shop")
def test_who_asks_about_an_old_order_is_answered_like_anybody():
    worlds.take_in(old())
    worlds.settle()
    say_not_received(parcel_id=Parcel.objects.get().pk, now=clock.now())
    worlds.settle()
    case = Case.objects.get()
    assert (case.attention, case.case_type) == ("danger", "delivery")
    # Nobody else was heard, and its day is over.
    assert Parcel.objects.get().estimate.verdict == "not_received"
    assert worlds.letters() == []


@pytest.mark.usefixtures("shop")
def test_a_new_parcel_of_an_old_order_is_no_history():
    record = order_record(
        "100", lines={"BIRDS": 2}, placed_at=MONDAY - 300 * DAY, deliver_by_date=(MONDAY - 290 * DAY).date()
    )
    worlds.take_in(record)
    clock.freeze(MONDAY + DAY)
    box = parcel_record("P100", {"BIRDS": 2}, label_at=MONDAY + DAY)
    worlds.take_in(
        record.model_copy(
            update={"parcels": [type(record).model_validate({**record.model_dump(), "parcels": [box]}).parcels[0]]}
        )
    )
    assert Parcel.objects.get().estimate.known_at == MONDAY + DAY
    assert not Promise.objects.get().awaits_news


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We don’t know how this one ended."),
        ("fr", "Nous ne savons pas comment celle-ci s’est terminée."),
        ("es", "No sabemos cómo terminó este pedido."),
    ],
)
@pytest.mark.usefixtures("shop")
def test_its_page_says_that_we_don_t_know(language, words):
    ada = worlds.customer(language=language)
    worlds.take_in(old())
    worlds.live_until(MONDAY + DAY)
    client = signed_in(ada)
    text = client.get("/orders/100").content.decode()
    assert words in text
    assert 'name="parcel"' in client.get("/orders/100/wrong").content.decode()
