"""What letters say of orders that have not left, and of what is paid back already."""

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.remedies.actions import grant_remedy
from makegood.remedies.rules.values import RemedyKind
from tests import worlds
from tests.worlds import DUE, HELPER, HOUR, letters, live_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()


def test_a_letter_about_what_is_still_here_says_so_and_guesses_nothing():
    worlds.customer()
    worlds.take_in(worlds.order_record("100"))
    live_until(DUE + HOUR)
    (letter,) = letters("broken")
    assert "Order 100, with “Field Notes on Birds”. It is still with us.\n" in letter.body
    assert " sure" not in letter.body


@pytest.mark.parametrize(
    ("language", "was", "still"), [("en", "was promised", "is promised"), ("es", "Estaba", "Está")]
)
def test_a_draft_after_the_money_back_says_what_was_promised(language, was, still):
    worlds.customer(language=language)
    worlds.lost()
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.REFUND, by=HELPER, now=clock.now())
    worlds.settle()
    draft = draft_for(Case.objects.get(), helper_name="Maya", now=clock.now())
    assert was in draft.text
    assert still not in draft.text
