"""Whatever there is to tell, whenever the worker comes to tell it, in whichever language: the letter goes, and is true.

What is composed by itself is held against the records before it leaves; here no letter may fail that. `settle` raises
what a worker would set aside.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.cases.truth_check import check_words
from makegood.catalog.actions import put_products
from makegood.catalog.records import ProductRecord
from makegood.changes.actions import change_order
from makegood.changes.rules.values import ChangeRequest
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.correcting import correct_number
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.shortages import say_short
from makegood.payments.models import Refund
from makegood.payments.refunding import fail
from makegood.policies.rules.values import ChangeKind, RemedyKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.models import GrantUnits
from makegood.replies.rules.values import NewsKind
from tests import worlds
from tests.sampling import sampled
from tests.worlds import DAY, DUE, HOUR, LEAD, MONDAY, live_until, number_of

pytestmark = pytest.mark.django_db
LANGUAGES = {"ada": "en", "fleur": "fr", "ines": "es"}
LEAVE_BY = datetime(2026, 10, 9, 22, tzinfo=UTC)
DELAYS = (timedelta(0), 23 * HOUR, 36 * HOUR, 12 * DAY, 400 * DAY)


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop(stock={"BIRDS": 10})
    for reference, language in LANGUAGES.items():
        worlds.customer(reference, language=language)


def each_order(references=("100", "200", "300")):
    return [(place, reference, by) for place, (reference, by) in enumerate(zip(references, LANGUAGES, strict=True))]


def all_lost(lines=None):
    for place, reference, by in each_order():
        worlds.lost(reference, serial=place + 1, by=by, lines=lines or {"BIRDS": 2})


def all_under_way():
    for place, reference, by in each_order():
        worlds.say(worlds.shipped(reference, serial=place + 1, by=by), ScanKind.ACCEPTED)


def all_granted(kind):
    all_lost({"BIRDS": 2, "ATLAS": 1})
    worlds.count(ATLAS=0 if kind is RemedyKind.SEND_PART else 10)
    worlds.settle()
    for order in Order.objects.order_by("id"):
        grant_remedy(order_id=order.pk, kind=kind, by=LEAD, now=clock.now())


def all_left():
    """What is sent again leaves now, in one parcel each."""
    for place, dispatch in enumerate(Dispatch.objects.filter(parcel=None).order_by("id")):
        number = number_of(50 + place)
        announce_parcel(dispatch_id=dispatch.pk, carrier="usps", number=number, label_at=clock.now(), now=clock.now())


def sent_again_and_left():
    all_granted(RemedyKind.SEND_AGAIN)
    worlds.settle()
    all_left()


def sent_again_and_came():
    sent_again_and_left()
    for parcel in Parcel.objects.filter(delivery__is_replacement=True):
        worlds.say(parcel, ScanKind.DELIVERED)


def all_turned_up():
    all_granted(RemedyKind.SEND_AGAIN)
    worlds.settle()
    for parcel in Parcel.objects.filter(delivery__is_replacement=False):
        worlds.say(parcel, ScanKind.DELIVERED)


def none_left():
    """None can leave in time any more in its ordinary way: from Reno, four days by ground over Columbus Day."""
    for _, reference, by in each_order():
        worlds.take_in(worlds.order_record(reference, by=by, lines={"BIRDS": 2}))
    worlds.live_until(LEAVE_BY)


def all_granted_of_what_is_here(kind):
    none_left()
    for order in Order.objects.order_by("id"):
        grant_remedy(order_id=order.pk, kind=kind, by=LEAD, now=clock.now())


def all_short(kind, price_minor):
    """Not there to pack; another edition is, at this price."""
    edition = {"sku": "OTHER", "title": "Birds, another edition", "currency": "USD", "price_minor": price_minor}
    stand_in = [{"sku": "OTHER", "kind": "edition"}]
    title, price, cost, _ = worlds.BOOKS["BIRDS"]
    book = {"sku": "BIRDS", "title": title, "currency": "USD", "price_minor": price, "cost_minor": cost}
    put_products([ProductRecord(**edition), ProductRecord.model_validate(book | {"substitutes": stand_in})])
    worlds.count(OTHER=99)
    for _, reference, by in each_order():
        order = worlds.take_in(worlds.order_record(reference, by=by, lines={"BIRDS": 2}))
        say_short(order_id=order.pk, line="BIRDS", quantity=2, place="reno", by="helper:1", now=clock.now())
        grant_remedy(order_id=order.pk, kind=kind, by=LEAD, agreed="On the phone.", now=clock.now())


def all_renumbered():
    sent_again_and_left()
    worlds.settle()
    for place, dispatch in enumerate(Dispatch.objects.order_by("id")):
        correct_number(dispatch_id=dispatch.pk, carrier="usps", number=number_of(70 + place), now=clock.now())


def all_were_there():
    """Their customers hear of trouble, and only then do we hear that they had been delivered days before."""
    for place, reference, by in each_order():
        worlds.shipped(reference, serial=place + 1, by=by)
    worlds.live_until(MONDAY + 4 * DAY)
    clock.freeze(clock.now() + HOUR)
    for parcel in Parcel.objects.all():
        worlds.say(parcel, ScanKind.DELIVERED, MONDAY + DAY)


def all_paid():
    all_granted(RemedyKind.REFUND)
    worlds.settle()
    for refund in Refund.objects.order_by("id"):
        finish_refund(refund_id=refund.pk, by=LEAD, note="", now=clock.now())


def none_arrived():
    all_paid()
    worlds.settle()
    for refund in Refund.objects.order_by("id"):
        fail(refund.pk, by="test", failure="the card is gone", now=clock.now())


def all_cancelled():
    """Each paid by a card and by a money order, of which that stays here."""
    for place, reference, by in each_order():
        card = {"tender": "card", "label": "Visa ending 4242", "amount_minor": 1000}
        worlds.take_in(worlds.order_record(reference, by=by, lines={"BIRDS": 2}, paid=[card]))
        worlds.pays(f"MO-{place}", order=reference, amount_minor=9000, label=f"Money order 730{place}")
        request = ChangeRequest(kind=ChangeKind.CANCEL)
        change_order(reference=reference, request=request, by=LEAD, now=clock.now())


def all_pay(minor):
    for place, reference, by in each_order():
        worlds.take_in(worlds.order_record(reference, by=by, lines={"BIRDS": 2}, paid=[]))
        worlds.pays(f"MO-{place}", order=reference, amount_minor=minor, label=f"Money order 730{place}")


# What happens, and the news of it; nobody works on it until the delay is over.
SCENES: Mapping[str, tuple[Callable[[], None], NewsKind]] = {
    "lost": (all_lost, NewsKind.IN_DANGER),
    "under way": (all_under_way, NewsKind.BROKEN),
    "sent again": (lambda: all_granted(RemedyKind.SEND_AGAIN), NewsKind.SENT_AGAIN),
    "sent in part": (lambda: all_granted(RemedyKind.SEND_PART), NewsKind.SENT_PART),
    "paid back": (lambda: all_granted(RemedyKind.REFUND), NewsKind.REFUND_PROMISED),
    "left": (sent_again_and_left, NewsKind.REPLACEMENT_LEFT),
    "left and came": (sent_again_and_came, NewsKind.REPLACEMENT_LEFT),
    "turned up": (all_turned_up, NewsKind.TURNED_UP),
    "not left": (none_left, NewsKind.IN_DANGER),
    "sent otherwise": (lambda: all_granted_of_what_is_here(RemedyKind.SEND_ELSEWHERE), NewsKind.SENT_OTHERWISE),
    "a later day": (lambda: all_granted_of_what_is_here(RemedyKind.NEW_DATE), NewsKind.NEW_DATE),
    "not left, and paid back": (lambda: all_granted_of_what_is_here(RemedyKind.REFUND), NewsKind.REFUND_PROMISED),
    "in a better edition": (lambda: all_short(RemedyKind.UPGRADE_EDITION, 2995), NewsKind.SENT_INSTEAD),
    "in a cheaper edition": (lambda: all_short(RemedyKind.SUBSTITUTE, 995), NewsKind.SENT_INSTEAD),
    "renumbered": (all_renumbered, NewsKind.NUMBER_CORRECTED),
    "told wrongly": (all_were_there, NewsKind.CORRECTED),
    "money is there": (all_paid, NewsKind.REFUND_DONE),
    "money came back": (none_arrived, NewsKind.REFUND_CAME_BACK),
    "cancelled": (all_cancelled, NewsKind.ORDER_CANCELLED),
    "too much": (lambda: all_pay(9000), NewsKind.MONEY_LEFT),
    "too little": (lambda: all_pay(1000), NewsKind.MONEY_SHORT),
}
# A door tells no news.
HAVE_NO_SCENE = {NewsKind.SIGN_IN}
# Of trouble that is no news any more, because it came with an import, nothing is told.
MAY_BE_SILENT = {NewsKind.IN_DANGER, NewsKind.BROKEN}


def test_every_kind_of_letter_has_its_scene():
    assert {kind for _, kind in SCENES.values()} == set(NewsKind) - HAVE_NO_SCENE


@pytest.mark.parametrize(("scene", "delay"), sampled([*product(SCENES, DELAYS)], every=7), ids=str)
def test_what_there_is_to_tell_is_told_whenever_the_worker_comes(scene, delay):
    happen, news = SCENES[scene]
    happen()
    clock.freeze(clock.now() + delay)
    worlds.settle()
    told = {letter.language for letter in worlds.letters(news)}
    assert told == set(LANGUAGES.values()) or (news in MAY_BE_SILENT and not told)
    for case in Case.objects.all():
        draft = draft_for(case, helper_name="Maya", now=clock.now())
        check_words(case, draft.text, subject=draft.subject, now=clock.now())


@pytest.mark.parametrize("delay", DELAYS, ids=str)
def test_what_leaves_later_than_promised_is_told_with_both_days(delay):
    all_granted(RemedyKind.SEND_AGAIN)
    worlds.settle()
    clock.freeze(MONDAY + delay)
    all_left()
    worlds.settle()
    told = {letter.language: letter.body for letter in worlds.letters(NewsKind.REPLACEMENT_LEFT)}
    assert told.keys() == set(LANGUAGES.values())
    # Asked for on Monday before the cut-off, it was promised for Tuesday; whatever leaves later comes later.
    assert ("It will be with you on Tuesday 6 October." in told["en"]) == (delay == DELAYS[0])
    if delay:
        year = " 2026" if delay > 365 * DAY else ""
        assert f"It was promised for Tuesday 6 October{year}, and it comes later than that." in told["en"]
        assert "It should arrive on " in told["en"]
        assert "Il devrait arriver le " in told["fr"]
        assert "Debería llegar el " in told["es"]


def test_what_leaves_on_its_day_by_a_service_that_takes_another_is_late_already():
    all_granted(RemedyKind.SEND_AGAIN)
    worlds.live_until(MONDAY + DAY - HOUR)
    all_left()
    worlds.settle()
    body = worlds.letters(NewsKind.REPLACEMENT_LEFT)[0].body
    assert "it comes later than that. We’re sorry. It should arrive on Wednesday 7 October." in body


def test_what_was_sent_and_came_before_anybody_was_told_is_not_on_its_way():
    sent_again_and_came()
    clock.freeze(MONDAY + DAY)
    worlds.settle()
    body = worlds.letters(NewsKind.REPLACEMENT_LEFT)[0].body
    assert "Your replacement has arrived." in body
    assert "It was delivered on Monday 5 October." in body
    assert "on its way" not in body


def test_a_title_of_which_some_are_sent_is_not_said_to_be_gone():
    worlds.count(BIRDS=1)
    worlds.lost("100", lines={"BIRDS": 2, "TIDES": 1})
    worlds.count(TIDES=0)
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_PART, by=LEAD, now=clock.now())
    worlds.settle()
    (letter,) = worlds.letters(NewsKind.SENT_PART)
    assert "We have only one of “Field Notes on Birds”. We no longer have “A Year of Tides”." in letter.body


def test_a_draft_tells_each_choice_beside_what_it_is_for():
    worlds.lost("100")
    worlds.lost("400", serial=2, lines={"TIDES": 1})
    worlds.settle()
    one, other = Order.objects.order_by("id")
    grant_remedy(order_id=one.pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())
    grant_remedy(order_id=other.pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle()
    case = Case.objects.get()
    draft = draft_for(case, helper_name="Maya", now=clock.now())
    assert "Order 100, with “Field Notes on Birds”. We will pay back 21.75" in draft.text
    assert "Order 400, with “A Year of Tides”. We are sending you the same again" in draft.text
    check_words(case, draft.text, subject=draft.subject, now=clock.now())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Two of your orders should", "For order 100: we can send you the same again", "For order 400: we can")),
        (
            "fr",
            ("Deux de vos commandes ", "Pour la commande 100 : nous pouvons", "Pour la commande 400 : nous pouvons"),
        ),
        ("es", ("Dos de sus pedidos ", "Para el pedido 100: podemos ", "Para el pedido 400: podemos enviarlo")),
    ],
)
def test_a_letter_of_several_orders_names_the_order_of_every_offer(language, said):
    worlds.customer(language=language)
    worlds.lost("100")
    worlds.take_in(worlds.order_record("400", lines={"TIDES": 1}))
    live_until(DUE + HOUR, step=4 * DAY)
    letter = worlds.letters(NewsKind.BROKEN)[-1]
    for words in said:
        assert words in letter.body
    draft = draft_for(Case.objects.get(), helper_name="Maya", now=clock.now())
    check_words(Case.objects.get(), draft.text, subject=draft.subject, now=clock.now())
    assert said[1] in draft.text


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_orders_to_which_the_same_is_offered_are_told_together(language):
    worlds.customer(language=language)
    for serial, reference in enumerate(["100", "200", "500"], 1):
        worlds.take_in(worlds.order_record(reference, lines={"BIRDS": serial}))
    live_until(DUE + HOUR, step=4 * DAY)
    letter = worlds.letters(NewsKind.BROKEN)[-1]
    offers = [part for part in letter.body.split("\n\n") if "100, 200" in part]
    assert len(offers) == 1
    for order, sum_back in (("100", "21"), ("200", "38"), ("500", "55")):
        assert re.search(rf"{order} (US)?\D*{sum_back}[.,]", offers[0]), (order, offers[0])


def test_a_draft_names_what_is_paid_back_in_each_currency():
    worlds.lost("100", currency="EUR")
    worlds.lost("400", serial=2, currency="JPY", postage_minor=0)
    worlds.settle()
    for order in Order.objects.order_by("id"):
        grant_remedy(order_id=order.pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())
    worlds.settle()
    text = draft_for(Case.objects.get(), helper_name="Maya", now=clock.now()).text
    assert text.count("We will pay back") == 2
    assert "EUR" in text or "€" in text
    assert "JPY" in text or "¥" in text


def test_what_was_called_off_is_not_said_to_come():
    worlds.lost("100", version_at=MONDAY)
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle()
    boxes = [worlds.parcel_record("P100", {"BIRDS": 1})]
    at = MONDAY + HOUR
    worlds.take_in(worlds.order_record("100", version_at=at, parcels=boxes, cancelled_at=at))
    worlds.settle()
    assert GrantUnits.objects.exists()
    for case in Case.objects.all():
        assert "again" not in draft_for(case, helper_name="Maya", now=clock.now()).text


STAYS = "What we sent you instead stays yours."
STILL_HERE = "What goes to you in its place is still with us, and stays yours, too."


@pytest.mark.parametrize(
    ("replacement", "said"), [("still here", STILL_HERE), ("on its way", STAYS), ("lost", None), ("paid back", None)]
)
def test_what_turned_up_beside_its_replacement_says_what_became_of_that(replacement, said):
    first = worlds.lost("100")
    worlds.settle()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    worlds.settle()
    if replacement != "still here":
        all_left()
        worlds.settle()
    if replacement in {"lost", "paid back"}:
        worlds.say(Parcel.objects.get(delivery__is_replacement=True), ScanKind.LOST)
        worlds.settle()
    if replacement == "paid back":
        grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.REFUND, by=LEAD, now=clock.now())
        worlds.settle()
    worlds.say(first, ScanKind.DELIVERED)
    worlds.settle()
    (letter,) = worlds.letters(NewsKind.TURNED_UP)
    assert [each for each in (STAYS, STILL_HERE) if each in letter.body] == ([said] if said else [])
