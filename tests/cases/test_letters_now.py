"""What letters say of orders that have not left, and of what is paid back already."""

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.cases.truth_check import check_words
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
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


@pytest.mark.parametrize(
    ("language", "to_come", "overdue", "paid"),
    [
        ("en", "We will pay back", "We promised to pay back", "We paid"),
        ("fr", "Nous vous rembourserons", "Nous avions promis", "Nous vous avons remboursé"),
        ("es", "Le devolveremos", "Le prometimos", "Le devolvimos"),
    ],
)
def test_money_is_said_to_be_paid_back_only_once_it_is(language, to_come, overdue, paid):
    customer = worlds.customer(language=language)
    worlds.lost()
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.REFUND, by=HELPER, now=clock.now())
    worlds.settle()
    task, case = Refund.objects.get(), Case.objects.get()

    def drafted():
        draft = draft_for(case, helper_name="Maya", now=clock.now())
        check_words(case, draft.text, now=clock.now())
        return [words for words in (to_come, overdue, paid) if words in draft.text]

    assert customer.language == language
    assert drafted() == [to_come]
    live_until(task.promise.due_at + HOUR)
    assert drafted() == [overdue]
    finish_refund(refund_id=task.pk, by=HELPER, note="", now=clock.now())
    assert drafted() == [paid]


@pytest.mark.parametrize(
    ("language", "until"),
    [
        ("en", "That day holds if you choose by Monday 5 October at 18:00 EDT."),
        ("fr", "Ce jour vaut si vous choisissez au plus tard le lundi 5 octobre à 18:00 EDT."),
        ("es", "Ese día vale si elige a más tardar el lunes 5 de octubre a las 18:00 EDT."),
    ],
)
def test_an_offered_day_comes_with_until_when_it_holds(language, until):
    worlds.customer(language=language)
    worlds.lost()
    worlds.settle()
    case = Case.objects.get()
    draft = draft_for(case, helper_name="Maya", now=clock.now())
    check_words(case, draft.text, now=clock.now())
    assert until in draft.text
