"""Whoever's order is cancelled here, or who sends more or less than was due, hears it once, with the sums."""

import pytest

from makegood.cases.models import Case, MessageSubject
from makegood.changes.rules.values import Units
from makegood.kit import clock
from makegood.payments.models import Refund
from makegood.policies.rules.values import ChangeKind
from makegood.remedies.actions import finish_refund
from tests import worlds
from tests.changes.shop import change, gift_card
from tests.worlds import DAY, HELPER, MONDAY

pytestmark = pytest.mark.django_db
CARD = {"tender": "card", "label": "Visa ending 4242", "amount_minor": 2175}


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()


def ordered(reference="100", paid=(CARD,), **more):
    order = worlds.take_in(worlds.order_record(reference, paid=list(paid), **more))
    worlds.settle()
    return order


def cancel(reference="100", **more):
    change(reference, at=clock.now(), **more)
    worlds.settle()


def plain(message):
    return message.body.replace("\u00a0", " ").replace("\u202f", " ")


def only(news):
    (letter,) = worlds.letters(news)
    assert worlds.news_told().count(news) == 1
    return letter


def test_a_cancelled_order_says_what_is_not_sent_what_goes_back_where_and_by_when():
    ordered()
    cancel()
    letter = only("order_cancelled")
    assert letter.subject == "Order 100: it is cancelled"
    assert "This is not sent any more: “" in plain(letter)
    assert "We will pay back 21.75 USD by " in plain(letter)
    assert "It goes to your Visa ending 4242." in plain(letter)
    assert "stays on your account" not in plain(letter)
    assert [case.state for case in Case.objects.all()] == ["closed"]
    assert MessageSubject.objects.get(topic="order_cancelled").order.reference == "100"


def test_that_it_is_there_is_told_later_and_once():
    ordered()
    cancel()
    clock.freeze(clock.now() + DAY)
    finish_refund(refund_id=Refund.objects.get().pk, by=HELPER, note="", now=clock.now())
    worlds.settle()
    assert worlds.news_told() == ["order_cancelled", "refund_done"]


def test_what_is_on_a_gift_card_at_once_is_told_with_the_cancelling_alone():
    order = ordered(paid=())
    gift_card(order, 5000)
    change("100", kind=ChangeKind.CHANGE_TENDER, tender="g1", at=clock.now())
    cancel()
    letter = only("order_cancelled")
    assert "We paid 21.75 USD back on Monday 5 October." in plain(letter)
    assert worlds.letters("refund_done") == []


def test_what_cannot_go_back_the_way_it_came_is_said_to_stay():
    ordered(paid=())
    worlds.pays("MO-1", order="100", amount_minor=2175, label="Money order 7301")
    cancel()
    assert "Of what you paid, this stays on your account: 21.75 USD (Money order 7301)." in plain(
        only("order_cancelled")
    )


def test_an_order_that_nobody_paid_says_so():
    ordered(paid=())
    cancel()
    assert "Nothing was paid for it that would have to go back." in plain(only("order_cancelled"))


def test_what_the_shop_cancels_in_its_own_system_is_its_own_to_say():
    ordered(version_at=MONDAY)
    at = clock.now()
    worlds.take_in(worlds.order_record("100", paid=[CARD], version_at=at, cancelled_at=at))
    worlds.settle()
    assert worlds.letters() == []


def test_a_part_that_is_cancelled_leaves_the_order_standing():
    ordered(lines={"BIRDS": 2}, paid=[{**CARD, "amount_minor": 3870}])
    cancel(units=(Units(line="BIRDS", quantity=1),))
    assert worlds.letters("order_cancelled") == []


def test_more_than_was_due_is_told_with_what_is_left_of_it():
    ordered(paid=())
    worlds.pays("MO-1", order="100", amount_minor=3000, label="Money order 7301")
    worlds.settle()
    letter = only("money_left")
    assert "30.00 USD (Money order 7301) came in: 8.25 USD of it is left, and the rest pays for: 100." in plain(letter)
    assert "/account/statement" in plain(letter)
    assert worlds.news_told() == ["money_left"]


def test_money_that_nothing_was_due_for_is_told_as_theirs():
    worlds.pays("MO-1", customer="ada", amount_minor=3000, label="Money order 7301")
    worlds.settle()
    assert "30.00 USD (Money order 7301) came in, and nothing was due that it could pay for." in plain(
        only("money_left")
    )


def test_less_than_was_due_is_told_with_what_is_still_to_be_paid_each_time_that_it_is_so():
    ordered(paid=())
    worlds.pays("MO-1", order="100", amount_minor=1000, label="Money order 7301")
    worlds.settle()
    assert "Order 100: 11.75 USD is still to be paid." in plain(only("money_short"))
    worlds.pays("MO-2", order="100", amount_minor=1000, label="Money order 7302")
    worlds.settle()
    _first, second = worlds.letters("money_short")
    assert "Order 100: 1.75 USD is still to be paid." in plain(second)
    worlds.pays("MO-3", order="100", amount_minor=175, label="Money order 7303")
    worlds.settle()
    assert worlds.news_told() == ["money_short", "money_short"]


def test_two_that_come_together_are_one_letter():
    ordered(paid=())
    worlds.pays("MO-1", order="100", amount_minor=1000, label="Money order 7301")
    worlds.pays("MO-2", order="100", amount_minor=1000, label="Money order 7302")
    worlds.settle()
    assert "We received: 10.00 USD (Money order 7301) and 10.00 USD (Money order 7302)." in plain(only("money_short"))


def test_a_till_that_takes_a_part_and_money_of_long_ago_are_no_news():
    ordered(paid=({**CARD, "amount_minor": 1000},))
    worlds.pays("MO-1", customer="ada", amount_minor=5000, received_at=clock.now() - 30 * DAY)
    worlds.settle()
    assert worlds.letters() == []


def test_money_in_another_currency_than_is_due_waits_for_its_rate():
    ordered(paid=())
    worlds.pays("MO-1", customer="ada", amount_minor=3000, currency="EUR")
    worlds.settle()
    assert worlds.letters() == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ["Votre commande est annulée.", "Ceci ne sera plus envoyé", "Votre compte chez nous"]),
        ("es", ["Su pedido está cancelado.", "Esto ya no se envía", "Su cuenta con nosotros"]),
    ],
)
def test_it_is_told_in_the_customers_language(language, said):
    worlds.Customer.objects.update(language=language)
    ordered()
    cancel()
    for words in said:
        assert words in plain(only("order_cancelled"))
