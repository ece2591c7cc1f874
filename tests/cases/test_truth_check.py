"""What a helper's words are held against: the order that they name, what is done, and who answers for the rest."""

import pytest
from django.db import connection

from makegood.cases.actions import send_reply
from makegood.cases.models import Case, WordsOverride
from makegood.cases.truth_check import UnsupportedWords, check_words, claims_in, overridden
from makegood.catalog.actions import put_products
from makegood.catalog.queries import products_called
from makegood.catalog.records import ProductRecord
from makegood.kit import clock
from makegood.orders.models import Order, OrderRefund
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.replies.rules.claims import ClaimKind, Why
from tests import worlds
from tests.queries import queries_of
from tests.worlds import HELPER

pytestmark = pytest.mark.django_db
NOVEMBER = {"deliver_by_date": "2026-11-20"}


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


@pytest.fixture
def two_lost():
    """Order 100 is promised for 16 October, 200 for 20 November; 200's atlas cost 54.00."""
    worlds.lost("100", lines={"BIRDS": 1})
    worlds.lost("200", serial=2, lines={"ATLAS": 1}, **NOVEMBER)
    worlds.settle()
    return Case.objects.get()


def wrong(case, text):
    return [(claim.text, claim.why) for claim in claims_in(case, text, now=clock.now()) if not claim.supported]


def refund(reference):
    grant_remedy(order_id=Order.objects.get(reference=reference).pk, kind=RemedyKind.REFUND, by=HELPER, now=clock.now())
    worlds.settle()
    return OrderRefund.objects.get(order__reference=reference).refund


def test_a_truth_about_one_order_supports_nothing_about_another(two_lost):
    task = refund("200")
    sum_back = f"{task.amount_minor / 100:.2f}"
    text = f"Order 100 was promised for 20 November, and we pay {sum_back} back."
    assert wrong(two_lost, text) == [("20 November", Why.OF_ANOTHER), (sum_back, Why.OF_ANOTHER)]
    assert wrong(two_lost, text.replace("100", "200")) == []


@pytest.mark.parametrize(
    "words", ["I have refunded you.", "Je vous ai remboursé.", "Le hemos devuelto el dinero.", "We refunded you."]
)
def test_no_promise_of_money_makes_it_paid(two_lost, words):
    task = refund("100")
    refund("200")
    ((_, why),) = [each for each in wrong(two_lost, words) if each[1] is not Why.NO_RECORD]
    assert why is Why.NOT_DONE
    finish_refund(refund_id=task.pk, by=HELPER, note="", now=clock.now())
    assert Why.NOT_DONE not in {why for _, why in wrong(two_lost, words)}


def test_delivered_means_delivered():
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.LOST)
    worlds.settle()
    case = Case.objects.get()
    assert [why for _, why in wrong(case, "It was delivered.")] == [Why.NOT_DONE]
    worlds.say(parcel, ScanKind.DELIVERED)
    assert wrong(case, "It was delivered on 5 October.") == []


def test_the_arrival_of_one_parcel_makes_no_other_of_its_order_delivered():
    boxes = [worlds.parcel_record("PA", {"BIRDS": 1}), worlds.parcel_record("PB", {"ATLAS": 1}, serial=2)]
    worlds.take_in(worlds.order_record("100", lines={"BIRDS": 1, "ATLAS": 1}, parcels=boxes))
    one, other = Parcel.objects.order_by("reference")
    worlds.say(other, ScanKind.LOST)
    worlds.settle()
    worlds.say(one, ScanKind.DELIVERED)
    worlds.settle()
    case = Case.objects.get()
    assert wrong(case, f"Parcel {one.number} was delivered on 5 October.") == []
    assert [why for _, why in wrong(case, f"Parcel {other.number} was delivered on 5 October.")] == [
        Why.OF_ANOTHER,
        Why.NOT_DONE,
    ]


@pytest.mark.parametrize("count", [3, 7, 93, 100, 250, 999])
def test_a_count_is_held_against_what_is_counted(two_lost, count):
    assert wrong(two_lost, "Your 2 parcels are lost.") == []
    assert [text for text, _ in wrong(two_lost, f"Your {count} parcels are lost.")] == (
        [str(count)] if count > 1 else []
    )


@pytest.mark.parametrize(
    "words",
    [
        "We are closed on 24 December.",
        "The book has 320 pages.",
        "Call us at +1 775 555 0199.",
        "Our shop is at 5 Main Street.",
        "Nous sommes fermés le 24 décembre.",
        "El libro tiene 320 páginas.",
    ],
)
def test_what_is_nobodys_order_may_be_said(two_lost, words):
    assert wrong(two_lost, words) == []


def test_a_price_of_the_catalogue_may_be_said_of_what_they_never_ordered(two_lost):
    title, price, _, _ = worlds.BOOKS["TIDES"]
    said = f"{price / 100:.2f} USD"
    assert wrong(two_lost, f"“{title}” costs {said}.") == []
    assert wrong(two_lost, f"You asked for {title.upper()}: we have it for {said}.") == []
    for words in (
        f"We have it for {said}.",
        f"Atlas of Small Islands costs {said}.",
        f"Order 100 cost {said}.",
        f"“Dune” costs {said}.",
        f"You paid {said}.",
        f"We refund {said}.",
    ):
        assert [text for text, _ in wrong(two_lost, words)] == [said], words


def test_the_price_of_every_product_may_be_said_however_many_cost_as_much(two_lost):
    titles = [f"Volume {first}{second}" for first in "ABCDEFGHIJKL" for second in "ABCDEFGHIJ"]
    rows = [{"sku": title, "title": title, "currency": "USD", "price_minor": 999, "cost_minor": 1} for title in titles]
    put_products([ProductRecord(**row) for row in rows])
    assert wrong(two_lost, "“Volume LJ” costs 9.99 USD, and Volume AA costs 9.99 USD.") == []
    title = two_lost.subjects.first().delivery.order.lines.get().title
    put_products([ProductRecord(**rows[0] | {"sku": "BIRDS", "title": "Field Notes, newly printed"})])
    assert wrong(two_lost, f"Today {title} costs 9.99 USD.") == []
    assert [text for text, _ in wrong(two_lost, f"Today {title} costs 28.90 USD.")] == ["28.90 USD"]


def test_a_product_is_found_by_its_title_through_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "product_by_title" in products_called(["Rivers", "Seas"]).explain()


@pytest.mark.parametrize("words", ["{} USD", "USD {}", "{}", "{} parcels", "{}.50", "order {}", "{}%", "{} days"])
def test_so_many_digits_that_nobody_reads_them_are_held_back(two_lost, words):
    digits = "9" * 5000
    assert wrong(two_lost, f"You get {words.format(digits)}.")


def test_another_number_in_their_street_is_a_wrong_address(two_lost):
    street = two_lost.subjects.first().delivery.address_lines[0]
    house, name = street.split(" ", 1)
    assert wrong(two_lost, f"It goes to {street}.") == []
    assert [text for text, _ in wrong(two_lost, f"It goes to {int(house) + 1} {name}.")] == [str(int(house) + 1)]


def test_who_answers_for_words_is_kept_with_the_reason(two_lost):
    body = "On 3 May my colleague is back."
    with pytest.raises(UnsupportedWords) as refused:
        overridden(two_lost, body, reason=" ", now=clock.now())
    assert refused.value.may_override
    override = overridden(two_lost, body, reason=" She told me ", now=clock.now())
    send_reply(case_id=two_lost.pk, key="k", subject="", body=body, by=HELPER, now=clock.now(), override=override)
    kept = WordsOverride.objects.get()
    assert (kept.case_message.case, kept.reason, kept.overridden_by) == (two_lost, "She told me", str(HELPER))
    assert [each["text"] for each in kept.claims] == ["3 May"]


def test_nobody_answers_for_money_that_was_never_paid(two_lost):
    with pytest.raises(UnsupportedWords) as refused:
        overridden(two_lost, "We have refunded you.", reason="I am sure", now=clock.now())
    assert not refused.value.may_override


def test_nobody_answers_for_a_false_sum_of_money_that_was_paid(two_lost):
    task = refund("200")
    finish_refund(refund_id=task.pk, by=HELPER, note="", now=clock.now())
    text = f"For order 200 we have refunded {task.amount_minor / 100:.2f} USD."
    assert wrong(two_lost, text) == []
    with pytest.raises(UnsupportedWords) as refused:
        overridden(two_lost, text.replace(".", "1.", 1), reason="I am sure", now=clock.now())
    assert [claim.kind for claim in refused.value.found] == [ClaimKind.SUM]
    assert not refused.value.may_override


def test_what_was_paid_is_what_came_in_and_not_what_the_shop_once_told(two_lost):
    """Of 200.00 that came for 100 and 200 the rest is hers, and pays for 300 before the money order does."""
    Order.objects.filter(reference="100").update(paid=[{"tender": "card", "amount_minor": 1, "label": "Visa 9999"}])
    worlds.take_in(worlds.order_record("300", paid=[], lines={"ATLAS": 3}))
    worlds.pays(order="300", amount_minor=1000, label="Postal money order 7301")
    assert wrong(two_lost, "For order 300 your 10.00 USD came, Postal money order 7301; 37.35 USD are due.") == []
    told = "For order 100 you paid 0.01 USD with Visa 9999, and not with Visa ending 4242."
    assert [text for text, _ in wrong(two_lost, told)] == ["0.01 USD", "9999"]


def test_money_that_is_theirs_may_be_told(two_lost):
    worlds.pays(customer="ada", amount_minor=1111, label="Postal money order 7301")
    assert wrong(two_lost, "Your 11.11 USD came, Postal money order 7301; 130.56 USD are yours.") == []


def test_words_that_need_no_override_have_none(two_lost):
    assert overridden(two_lost, "Order 100 is lost.", reason="whatever", now=clock.now()) is None


def test_the_check_costs_the_same_for_one_order_four_and_eight():
    costs = []
    for more in ([0], range(1, 4), range(4, 8)):
        for number in more:
            worlds.lost(str(100 + number), serial=number + 1)
        worlds.settle()
        case = Case.objects.get()
        costs.append(queries_of(lambda case=case: check_words(case, "Your parcel is lost.", now=clock.now())))
    assert costs == [costs[0]] * 3
    assert costs[0] < 55, costs
