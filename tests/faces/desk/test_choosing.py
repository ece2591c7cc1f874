"""A helper's click makes just that good which they saw: this order, these units, this day and sum, and once."""

import re

import pytest
from django.test import Client

from makegood.cases.making_good import make_good
from makegood.cases.models import Case
from makegood.kit import clock
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import OfferChanged
from makegood.remedies.models import Grant
from tests import worlds


@pytest.fixture
def shop(db) -> None:
    worlds.open_shop()
    worlds.customer()


def buttons(desk: Client, kind: str) -> list[str]:
    """What the buttons of this kind say was seen, in the order of the page."""
    page = desk.get(f"/desk/cases/{Case.objects.get().pk}").content.decode()
    return [each for each in re.findall(r'name="seen" value="([^"]+)"', page) if each.startswith(f"{kind}/")]


def press(desk: Client, seen: str) -> int:
    return desk.post(f"/desk/cases/{Case.objects.get().pk}/remedy", {"seen": seen}).status_code


def made_good() -> list[tuple[str, str]]:
    return list(Grant.objects.order_by("id").values_list("order__reference", "kind"))


@pytest.fixture
def alike(shop) -> None:
    """The same book in three orders, and one that is left: each order has remedies of its own."""
    worlds.count(BIRDS=1)
    for number in (1, 2, 3):
        worlds.lost(f"{number}00", serial=number)
    worlds.settle()


@pytest.mark.parametrize("clicked", [0, 1, 2])
def test_of_orders_that_look_alike_the_one_that_was_clicked(lead_desk: Client, alike: None, clicked: int) -> None:
    refunds = buttons(lead_desk, "refund")
    assert len(set(refunds)) == 3
    assert press(lead_desk, refunds[clicked]) == 302
    assert made_good() == [(f"{clicked + 1}00", "refund")]


def test_the_same_button_again_finds_nothing(lead_desk: Client, alike: None) -> None:
    first = buttons(lead_desk, "refund")[0]
    assert [press(lead_desk, first) for _ in range(3)] == [302, 409, 409]
    assert made_good() == [("100", "refund")]


def test_a_button_for_all_orders_is_for_those_it_showed(lead_desk: Client, shop: None) -> None:
    for number in (1, 2):
        worlds.lost(f"{number}00", serial=number)
    worlds.settle()
    (both,) = buttons(lead_desk, "refund")
    worlds.lost("300", serial=3)
    worlds.settle()
    assert press(lead_desk, both) == 409
    assert made_good() == []


def test_who_clicks_on_a_later_day_is_asked_again(lead_desk: Client, shop: None) -> None:
    worlds.lost()
    worlds.settle()
    (again,) = buttons(lead_desk, "send_again")
    clock.freeze(worlds.MONDAY + worlds.DAY)
    assert press(lead_desk, again) == 409
    assert made_good() == []


def test_what_changed_between_the_look_and_the_click_is_not_done(shop: None) -> None:
    """Under the locks of the grant: nobody slips in between."""
    worlds.lost()
    worlds.settle()
    case, now = Case.objects.get(), clock.now()
    with pytest.raises(OfferChanged):
        make_good(case_id=case.pk, kind=RemedyKind.REFUND, by=worlds.LEAD, now=now, seen=["another"])
    assert made_good() == []
