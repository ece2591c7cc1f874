"""What is granted goes back by tender: written a task each, told where it goes, and never more than was paid."""

from collections import Counter
from itertools import permutations

import pytest

from makegood.cases.models import Case
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import Refund
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.models import Grant
from makegood.remedies.queries import options_for
from tests import worlds
from tests.faces.account.conftest import signed_in
from tests.faces.api.conftest import Program
from tests.worlds import LEAD

pytestmark = pytest.mark.django_db
SKUS = ("BIRDS", "TIDES", "ATLAS")
GIFT, CARD, CREDIT = "Gift card ending 7731", "Visa ending 4242", "store_credit"


def tender(kind, amount_minor, label=""):
    return {"tender": kind, "amount_minor": amount_minor, "label": label}


@pytest.fixture(autouse=True)
def _shop():
    worlds.open_shop()
    worlds.customer()
    worlds.count(BIRDS=0, TIDES=0, ATLAS=0)


def order(**more):
    boxes = [worlds.parcel_record(f"P{sku}", {sku: 1}, serial=number) for number, sku in enumerate(SKUS, 1)]
    return worlds.order_record(lines=dict.fromkeys(SKUS, 1), parcels=boxes, **more)


def three_boxes(paid, *, currency="USD"):
    """16.95, 28.90 and 54.00 in a box each, and 4.80 of postage: 104.65."""
    return worlds.take_in(order(paid=paid, currency=currency))


def lose(*skus):
    for sku in skus:
        worlds.say(Parcel.objects.get(reference=f"P{sku}"), ScanKind.LOST)


def pay_back():
    return grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())


def tasks():
    return list(Refund.objects.order_by("id").values_list("tender", "amount_minor"))


def test_each_tender_gets_a_task_with_a_promise_of_its_own():
    three_boxes([tender("gift_card", 4_000, GIFT), tender("card", 5_000, CARD), tender("store_credit", 1_465)])
    lose("BIRDS", "TIDES", "ATLAS")
    grant = pay_back()
    assert tasks() == [(CARD, 5_000), (GIFT, 4_000), (CREDIT, 1_465)]
    assert Refund.objects.values("promise").distinct().count() == 3
    assert [(step.kind, step.amount_minor) for step in grant.steps.order_by("id")] == [
        ("refund", 5_000),
        ("refund", 4_000),
        ("refund", 1_465),
    ]
    assert grant.cost_minor == 10_465


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
@pytest.mark.parametrize("boxes", [*permutations(SKUS)])
def test_box_by_box_no_tender_gives_more_than_it_took(boxes, currency):
    paid = [tender("gift_card", 3_000, GIFT), tender("card", 4_000, CARD), tender("store_credit", 2_000)]
    three_boxes(paid, currency=currency)
    for sku in boxes:
        lose(sku)
        pay_back()
        back: Counter[str] = Counter()
        for name, amount_minor in tasks():
            back[name] += amount_minor
        assert back[CARD] <= 4_000
        assert back[GIFT] <= 3_000
        assert back[CREDIT] <= 2_000
    # 14.65 of the 104.65 were never paid.
    assert back.total() == 9_000
    assert sum(Grant.objects.values_list("unpaid_minor", flat=True)) == 1_465


def test_what_was_never_paid_is_offered_to_nobody_and_the_rest_says_so():
    three_boxes([tender("card", 500, CARD)])
    lose("BIRDS", "TIDES", "ATLAS")
    (refund,) = options_for(Order.objects.get(), now=clock.now())
    assert (refund.refund.amount_minor, refund.unpaid.amount_minor, refund.cost.amount_minor) == (500, 9_965, 500)
    page = signed_in(worlds.Customer.objects.get()).get("/orders/100").content.decode()
    assert "99.65 USD of what it cost was not paid" in page.replace("\u00a0", " ")
    pay_back()
    worlds.settle()
    (letter,) = worlds.letters("refund_promised")
    words = letter.body.replace("\u00a0", " ")
    assert "We will pay back 5.00 USD by" in words
    assert "It goes to your Visa ending 4242." in words
    assert "99.65 USD of what it cost was not paid, and so does not go back." in words


def test_of_an_order_that_was_not_paid_at_all_nothing_goes_back():
    three_boxes([])
    lose("BIRDS")
    assert RemedyKind.REFUND not in options_for(Order.objects.get(), now=clock.now()).kinds


def test_where_the_shop_does_not_say_how_it_was_paid_all_of_it_counts_as_paid():
    three_boxes(None)
    lose("BIRDS", "TIDES", "ATLAS")
    pay_back()
    assert tasks() == [("", 10_465)]


def test_a_newer_version_that_does_not_say_leaves_what_was_said():
    three_boxes([tender("card", 500, CARD)])
    boxes = [
        worlds.parcel_record(f"P{sku}", {sku: 1}, serial=n) for n, sku in enumerate(("BIRDS", "TIDES", "ATLAS"), 1)
    ]
    lines = {"BIRDS": 1, "TIDES": 1, "ATLAS": 1}
    worlds.take_in(worlds.order_record(lines=lines, parcels=boxes, paid=None, version_at=clock.now()))
    assert [each["amount_minor"] for each in Order.objects.get().paid] == [500]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "That is 54.65 USD to your Gift card ending 7731 and 50.00 USD to your Visa ending 4242."),
        ("fr", "Soit 54,65 USD sur votre Gift card ending 7731 et 50,00 USD sur votre Visa ending 4242."),
        ("es", "Son 54,65 USD a su Gift card ending 7731 y 50,00 USD a su Visa ending 4242."),
    ],
)
def test_the_letter_says_how_much_goes_where(language, words):
    worlds.Customer.objects.update(language=language)
    three_boxes([tender("gift_card", 5_465, GIFT), tender("card", 5_000, CARD)])
    lose("BIRDS", "TIDES", "ATLAS")
    worlds.settle()
    pay_back()
    worlds.settle()
    (letter,) = worlds.letters("refund_promised")
    assert words in letter.body.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_page_the_desk_and_the_api_say_how_much_goes_where():
    three_boxes([tender("gift_card", 5_465), tender("card", 5_000, CARD)])
    lose("BIRDS", "TIDES", "ATLAS")
    worlds.settle()
    page = signed_in(worlds.Customer.objects.get())
    before = page.get("/orders/100").content.decode().replace("\u00a0", " ")
    assert "<b>54.65 USD</b> to your gift card and <b>50.00 USD</b> to your Visa ending 4242, by" in before
    (remedy,) = Program().items("/orders/100/remedies")
    assert remedy["refunds"] == [
        {"amount_minor": 5_465, "tender": "gift_card", "tender_kind": "gift_card"},
        {"amount_minor": 5_000, "tender": CARD, "tender_kind": "card"},
    ]
    pay_back()
    worlds.settle()
    after = page.get("/orders/100").content.decode().replace("\u00a0", " ")
    assert "We will pay back <b>54.65 USD</b> to your gift card, by" in after
    assert "We will pay back <b>50.00 USD</b> to your Visa ending 4242, by" in after
    told = [(each["tender_kind"], each["amount_minor"]) for each in Program().items("/refunds")]
    assert told == [("gift_card", 5_465), ("card", 5_000)]


def test_a_case_waits_until_the_last_tender_has_its_money():
    three_boxes([tender("gift_card", 5_465, GIFT), tender("card", 5_000, CARD)])
    lose("BIRDS", "TIDES", "ATLAS")
    worlds.settle()
    pay_back()
    worlds.settle()
    case = Case.objects.get()
    for task in Refund.objects.order_by("id"):
        case.refresh_from_db()
        assert (case.state, case.attention) == ("open", "waiting")
        finish_refund(refund_id=task.pk, by=LEAD, note="", now=clock.now())
        worlds.settle()
    case.refresh_from_db()
    assert case.state == "closed"
