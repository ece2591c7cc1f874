"""References, people, services and shops that are called like dates, sums and deeds: every letter about them goes.

And nothing else is let through by it: the same words elsewhere in a letter are held against the records.
"""

import pytest

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.cases.truth_check import check_words, claims_in
from makegood.catalog.actions import put_places, put_services
from makegood.catalog.records import PlaceRecord
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.sampling import sampled
from tests.worlds import LEAD, number_of, service

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "fr", "es")
SHOP_ZONE = "America/Los_Angeles"


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop(stock={"BIRDS": 1})


def live(reference="100", *, name="Ada Marsh", language="en"):
    """A matter from the loss to the box that turns up, in four letters, and a helper's draft at each step."""
    worlds.customer(language=language, name=name)
    first = worlds.lost(reference, lines={"BIRDS": 2})
    settle_and_draft()
    grant_remedy(order_id=Order.objects.get().pk, kind=RemedyKind.SEND_PART, by=LEAD, now=clock.now())
    settle_and_draft()
    (dispatch,) = Dispatch.objects.all()
    announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=number_of(50), label_at=clock.now(), now=clock.now()
    )
    settle_and_draft()
    worlds.say(first, ScanKind.DELIVERED)
    worlds.settle()
    assert worlds.news_told() == ["in_danger", "sent_part", "replacement_left", "turned_up"]


def settle_and_draft():
    worlds.settle()
    draft = draft_for(case := Case.objects.get(), helper_name="Maya", now=clock.now())
    check_words(case, draft.text, subject=draft.subject, now=clock.now())


REFERENCES = [
    *("No. 12", "5%", "12:30", "2026-12-24 at 18:00", "$100 gift", "Box of 7 books", "24/12/2026", "7 parcels", "3.50"),
    *("We have refunded you 54.00 USD", "Friday", "16 October", "R. 5, part 2", "#1001", "1,001", "SO 7 2026"),
]


@pytest.mark.parametrize("reference", sampled(REFERENCES, every=5))
def test_an_order_may_be_called_anything(reference):
    live(reference, language=LANGUAGES[REFERENCES.index(reference) % 3])


NAMES = [
    *("Jeudi 12", "100 % sure", "May 5 Society", "14 Juillet", "20 de noviembre", "Family of 5", "7 USD Club", "12:30"),
    *("Friday", "24/7", "It was delivered on Monday"),
]


@pytest.mark.parametrize("name", sampled(NAMES, every=5))
def test_a_customer_may_be_called_anything(name):
    live(name=name, language=LANGUAGES[NAMES.index(name) % 3])


@pytest.mark.parametrize("name", ["24h", "Chrono 13:00", "2 days", "Next day by 12:00"])
def test_a_service_may_be_called_after_how_fast_it_is(name):
    put_services([service("express", rate_minor=2895, transit_days=1, name=name)])
    live(language=LANGUAGES[len(name) % 3])


PLACES = [
    *(("May", "en"), ("Mai", "fr"), ("Mayo", "es"), ("Sunday River", "en"), ("Friday 13", "fr"), ("12:30", "es")),
    ("Depot 5 %", "en"),
]


@pytest.mark.parametrize(("name", "language"), PLACES)
def test_a_place_may_be_called_anything(name, language):
    put_places([PlaceRecord(id=each, name=name, country="US", zone=SHOP_ZONE) for each in ("reno", "columbus")])
    worlds.customer(language=language)
    worlds.say(worlds.shipped(), ScanKind.MOVED, place=name)
    worlds.take_in(worlds.order_record("200"))
    worlds.live_until(worlds.DUE + worlds.HOUR)
    grant_remedy(
        order_id=Order.objects.get(reference="200").pk, kind=RemedyKind.SEND_ELSEWHERE, by=LEAD, now=clock.now()
    )
    settle_and_draft()
    assert {"in_danger", "broken", "sent_otherwise"} <= set(worlds.news_told())
    assert all(name in letter.body for letter in (*worlds.letters("broken"), *worlds.letters("sent_otherwise")))


def test_a_place_called_like_a_month_makes_no_month_true():
    worlds.customer()
    worlds.say(worlds.shipped(), ScanKind.MOVED, place="May")
    worlds.lost("200", serial=2)
    worlds.settle()
    for words in ("It will be with you in May.", "It arrives in May, we think.", "It left us on 7 May by Express."):
        assert [claim for claim in claims_in(Case.objects.get(), words, now=clock.now()) if not claim.supported], words


@pytest.mark.parametrize("name", ["1984", "24 Hours", "Friday 13", "5%"])
def test_a_shop_may_be_called_anything(name, settings):
    settings.SHOP_NAME = name
    worlds.helper()
    live()


def test_orders_of_odd_names_are_told_together():
    worlds.customer()
    for serial, reference in enumerate(("12:30", "100", "5%", "No. 12"), start=1):
        worlds.lost(reference, serial=serial)
    worlds.settle()
    (letter,) = worlds.letters("in_danger")
    assert letter.subject.startswith("Orders 12:30, 100, 5%, and No. 12:")


@pytest.mark.parametrize(
    "words",
    [
        "It comes at 12:30.",
        "You get 5% off.",
        "Order 12:31 comes soon.",
        "It will be with you on Jeudi 12.",
        "It arrives on Jeudi 12,",
        "Hello Ada, you have 5% more.",
    ],
)
def test_the_same_words_elsewhere_are_held_against_the_records(words):
    worlds.customer(name="Jeudi 12")
    worlds.lost("12:30")
    worlds.lost("5%", serial=2)
    worlds.settle()
    assert [claim for claim in claims_in(Case.objects.get(), words, now=clock.now()) if not claim.supported]


def test_what_is_said_of_an_order_of_an_odd_name_is_held_against_that_order():
    worlds.customer()
    worlds.lost("12:30")
    worlds.lost("5%", serial=2, deliver_by_date="2026-11-20")
    worlds.settle()
    case = Case.objects.get()

    def wrong(words):
        return [claim.text for claim in claims_in(case, words, now=clock.now()) if not claim.supported]

    assert wrong("Order 5% was promised for 20 November.") == []
    assert wrong("Order 12:30 was promised for 20 November.") == ["20 November"]
