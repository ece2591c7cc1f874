"""The second message about money: that it is there, or that it did not arrive and how it is wanted."""

import pytest
from django.db import transaction

from makegood.cases.models import Case, MessageSubject, Note
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.payments.drawing import draw
from makegood.payments.locks import lock_refund
from makegood.payments.models import Refund
from makegood.payments.refunding import NoFailureGiven, RefundDoneBefore, advance, fail
from makegood.payments.rules.refunds import RefundState
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.models import GrantStep
from tests import worlds
from tests.worlds import DAY, HELPER, LEAD

pytestmark = pytest.mark.django_db
CARD, GIFT = "Visa ending 4242", "Gift card ending 7731"


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()


def granted(paid=((CARD, "card", 2175),), **more):
    tenders = [{"tender": kind, "label": label, "amount_minor": minor} for label, kind, minor in paid]
    worlds.lost(paid=tenders, **more)
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())
    worlds.settle()
    return list(Refund.objects.order_by("id"))


def plain(message):
    return message.body.replace("\u00a0", " ").replace("\u202f", " ")


def news(refund, state, **more):
    with transaction.atomic():
        advance(lock_refund(refund.pk), state, by="gateway:test", now=clock.now(), **more)
    worlds.settle()


def test_money_that_is_paid_by_hand_is_told_by_itself_and_ends_the_case():
    (refund,) = granted()
    assert Case.objects.get().state == "open"
    clock.freeze(clock.now() + DAY)
    finish_refund(refund_id=refund.pk, by=HELPER, note="", now=clock.now())
    worlds.settle()
    assert worlds.news_told() == ["in_danger", "refund_promised", "refund_done"]
    (letter,) = worlds.letters("refund_done")
    assert letter.subject == "Order 100: your money has gone back to you"
    assert "We paid 21.75 USD back on Tuesday" in plain(letter)
    assert "It went to your Visa ending 4242." in plain(letter)
    case = Case.objects.get()
    assert (case.state, case.attention) == ("closed", "none")
    assert MessageSubject.objects.get(topic="refund_done").refund == refund


def test_each_of_two_tenders_is_told_once_when_its_money_is_there():
    first, second = granted(paid=((GIFT, "gift_card", 1000), (CARD, "card", 1175)))
    for refund in (first, second):
        assert Case.objects.get().state == "open"
        finish_refund(refund_id=refund.pk, by=HELPER, note="", now=clock.now())
        worlds.settle()
    letters = [plain(each) for each in worlds.letters("refund_done")]
    assert ["11.75 USD" in letters[0], "10.00 USD" in letters[0], "10.00 USD" in letters[1]] == [True, False, True]
    assert Case.objects.get().state == "closed"


def test_both_at_once_are_one_letter():
    for refund in granted(paid=((GIFT, "gift_card", 1000), (CARD, "card", 1175))):
        finish_refund(refund_id=refund.pk, by=HELPER, note="", now=clock.now())
    worlds.settle()
    (letter,) = worlds.letters("refund_done")
    assert "11.75 USD" in plain(letter)
    assert "10.00 USD" in plain(letter)


def test_what_a_gateway_tells_moves_the_step_and_is_told_when_it_is_there():
    (refund,) = granted()
    news(refund, RefundState.SENT)
    assert GrantStep.objects.get().state == "under_way"
    assert worlds.letters("refund_done") == []
    news(refund, RefundState.SETTLED)
    assert GrantStep.objects.get().state == "done"
    assert len(worlds.letters("refund_done")) == 1
    news(refund, RefundState.SENT)
    assert GrantStep.objects.get().state == "done"
    assert len(worlds.letters("refund_done")) == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "we heard that 21.75 USD did not go back to your Visa ending 4242.",
                "The money is yours, and stays on your account with us until you tell us how you want it.",
            ],
        ),
        ("fr", ["21,75 USD devaient être remboursés sur votre Visa ending 4242", "Cet argent est à vous"]),
        ("es", ["Debían devolverse 21,75 USD a su Visa ending 4242", "El dinero sigue siendo suyo"]),
    ],
)
@pytest.mark.parametrize("was_paid", [True, False])
def test_money_that_did_not_arrive_opens_the_case_again_and_asks(language, said, was_paid):
    worlds.Customer.objects.update(language=language)
    (refund,) = granted()
    if was_paid:
        finish_refund(refund_id=refund.pk, by=HELPER, note="", now=clock.now())
        worlds.settle()
        assert Case.objects.get().state == "closed"
    fail(refund.pk, by="helper:2", failure=" the account is closed ", now=clock.now())
    worlds.settle()
    (letter,) = worlds.letters("refund_came_back")
    for words in said:
        assert words in plain(letter)
    assert letter.state != "held"
    case = Case.objects.latest("id")
    assert (case.state, case.attention) == ("open", "waiting")
    assert Note.objects.get().body == "21.75 USD to Visa ending 4242 did not arrive: the account is closed"
    assert GrantStep.objects.get().state == "failed"
    refund.refresh_from_db()
    assert (refund.done_at, refund.failure, refund.promise.state) == (None, "the account is closed", "withdrawn") or (
        was_paid and refund.promise.state == "kept"
    )
    with pytest.raises(RefundDoneBefore):
        fail(refund.pk, by="helper:2", failure="again", now=clock.now())


def test_money_that_paid_for_nothing_is_told_by_the_names_of_what_it_came_by():
    ada = worlds.customer()
    for number, minor in ((7301, 870), (7303, 2880)):
        worlds.pays(f"MO-{number}", customer="ada", amount_minor=minor, label=f"Money order {number}")
    more = {"customer_id": ada.pk, "currency": "USD", "amount_minor": None, "to": None}
    large, small = draw(**more, key="draw/1", by="customer:1", now=clock.now())
    worlds.settle()
    finish_refund(refund_id=large.pk, by=HELPER, note="", now=clock.now())
    worlds.settle()
    (letter,) = worlds.letters("refund_done")
    assert (letter.state == "held", "Money order 7303" in plain(letter)) == (False, True)
    fail(small.pk, by="helper:2", failure="the post lost it", now=clock.now())
    worlds.settle()
    (letter,) = worlds.letters("refund_came_back")
    assert (letter.state == "held", "Money order 7301" in plain(letter)) == (False, True)
    assert all("?to=/account/statement" in plain(each) for each in worlds.letters())


def test_somebody_says_why():
    (refund,) = granted()
    with pytest.raises(NoFailureGiven):
        fail(refund.pk, by="helper:2", failure=" ", now=clock.now())
    refund.refresh_from_db()
    assert refund.state == "requested"
