"""What the worlds are drawn from, and how days and sums are reckoned in them."""

import re
from datetime import UTC, date, datetime, time

import pytest

from makegood.parcels.carrier import CARRIERS
from makegood.parcels.rules.numbers import check
from makegood.parcels.rules.scans import ScanKind
from makegood.stories.worlds.cast import FREE_EXPRESS, LANDS, PLACES, Service, in_words
from makegood.stories.worlds.lost_plot import draw
from makegood.stories.worlds.reckoning import refund_due_at, reply_due_at, share_minor, sum_in_words, way_of
from makegood.stories.worlds.two_lost_parcels import two_lost_parcels
from makegood.stories.worlds.voices import VOICES, Said, another

SEEDS = range(1, 201)


def test_the_same_seed_is_the_same_story_and_another_is_another():
    assert two_lost_parcels(7) == two_lost_parcels(7)
    assert len({str(two_lost_parcels(seed)) for seed in SEEDS}) == len(SEEDS)


def test_every_kind_of_variant_comes_up():
    plots = [draw(seed) for seed in SEEDS]
    lost = {sum(len(each.lost) for each in plot.purchases) for plot in plots}
    assert lost == {1, 2, 3, 4}
    assert {len(plot.purchases) for plot in plots} == {1, 2}
    assert {plot.land for plot in plots} == set(LANDS)
    assert {plot.place for plot in plots} == set(PLACES)
    assert {plot.free_express for plot in plots} == set(FREE_EXPRESS)
    assert {plot.land.language for plot in plots} == {"en", "fr", "es"}
    for trait in ("short", "rival", "other_place", "prefers_refund", "comes_as_it_happens", "is_impatient"):
        assert {bool(getattr(plot, trait)) for plot in plots} == {True, False}
    assert {plot.asks for plot in plots} == {"write", "contact"}


def test_the_worlds_are_wide():
    """One tender, one address, one currency and one order a customer would let faults through that mix them up."""
    plots = [draw(seed) for seed in SEEDS]
    his = [plot.purchases for plot in plots if len(plot.purchases) > 1]
    assert {len({each.land.currency for each in purchases}) for purchases in his} == {1, 2}
    assert {len({each.land for each in purchases}) for purchases in his} == {1, 2}
    assert {len({each.street for each in purchases}) for purchases in his} >= {2}
    assert {len(plot.past) for plot in plots} == {0, 1, 3, 8}
    paid = [purchase.paid for plot in plots for purchase in plot.all_purchases]
    assert {len(each) for each in paid} == {1, 2, 3}
    assert {each.index(max(each, key=lambda one: one.amount_minor)) for each in paid} == {0, 1, 2}
    assert all(service.currency != plot.land.currency for plot in plots for service in plot.services[2:])


def test_numbers_are_valid():
    for seed in SEEDS:
        for purchase in draw(seed).all_purchases:
            for box in purchase.boxes:
                again = another(box.carrier, box.number)
                assert check(box.number, box.carrier) == box.number
                assert check(again, box.carrier) == again != box.number


def test_every_carrier_loses_and_brings_parcels_within_twenty_seeds():
    boxes = [box for seed in range(1, 21) for each in draw(seed).all_purchases for box in each.boxes]
    assert {(box.carrier, box.is_lost) for box in boxes} == {(code, lost) for code in VOICES for lost in (True, False)}


MEANT = {
    Said.LABEL: ScanKind.LABEL,
    Said.LABEL_AGAIN: ScanKind.LABEL,
    Said.NOTICE: ScanKind.NOTICE,
    Said.NONSENSE: ScanKind.UNKNOWN,
    Said.TAKEN: ScanKind.ACCEPTED,
    Said.MOVED: ScanKind.MOVED,
    Said.OUT: ScanKind.OUT_FOR_DELIVERY,
    Said.DELIVERED: ScanKind.DELIVERED,
}


@pytest.mark.parametrize("code", VOICES)
def test_each_carrier_says_what_it_is_meant_to_however_it_says_it(code):
    """Stories know nothing of the product; that both mean the same is seen here alone."""
    voice, at = VOICES[code], datetime(2026, 10, 5, 16, 7, tzinfo=UTC)
    number = drawn_number(code)
    events = [voice.event(what, at, zone="America/New_York", city="Albany") for what in MEANT]
    for bodies in ([voice.answer(number, events)], voice.pushed(number, events)):
        scans = [scan for body in bodies for scan in CARRIERS[code].parse(body).scans]
        assert {(scan.number, scan.happened_at) for scan in scans} == {(number, at)}
        assert sorted(scan.kind for scan in scans) == sorted(MEANT.values())


@pytest.mark.parametrize("code", VOICES)
def test_an_unreadable_event_is_refused(code):
    voice = VOICES[code]
    event = voice.unreadable(datetime(2026, 10, 5, 16, 7, tzinfo=UTC), zone="America/New_York")
    parsed = CARRIERS[code].parse(voice.answer(drawn_number(code), [event]))
    assert (parsed.scans, len(parsed.refused)) == ((), 1)


def drawn_number(code):
    return VOICES[code].number("123456789012345")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (3840, "USD", "38.40\u00a0USD"),
        (123456, "EUR", "1\u202f234,56\u00a0€"),
        (1234, "JPY", "1,234\u00a0JPY"),
        (5, "KWD", "0.005\u00a0KWD"),
        (123456789, "CLP", "123.456.789\u00a0CLP"),
    ],
)
def test_a_sum_is_found_however_it_is_written(amount, currency, text):
    assert re.search(sum_in_words(amount, currency), text)
    assert not re.search(sum_in_words(amount + 1, currency), text)
    assert not re.search(sum_in_words(amount, currency), "9" + text)


def test_cents_that_do_not_divide_go_to_the_first_units():
    assert [share_minor(total_minor=1001, quantity=3, count=count) for count in range(4)] == [0, 334, 668, 1001]


def test_days_are_written_as_people_write_them():
    assert in_words(date(2026, 10, 16), "en") == "16 October"
    assert in_words(date(2026, 10, 1), "fr") == "1er octobre"
    assert in_words(date(2026, 10, 1), "es") == "1 de octubre"


EXPRESS = Service(
    id="express",
    currency="USD",
    cutoff_time=time(14),
    transit_days=2,
    rate_minor=1,
    delivers_saturdays=False,
)
RENO, NEW_YORK = PLACES[0], LANDS[0]


@pytest.mark.parametrize(
    ("now", "leaves", "arrives"),
    [
        # Before the cut-off in Reno, after it, and on the eve of Thanksgiving.
        (datetime(2026, 10, 5, 20, 59, tzinfo=UTC), date(2026, 10, 5), date(2026, 10, 7)),
        (datetime(2026, 10, 5, 21, 0, tzinfo=UTC), date(2026, 10, 6), date(2026, 10, 8)),
        (datetime(2026, 11, 25, 18, 0, tzinfo=UTC), date(2026, 11, 25), date(2026, 11, 30)),
    ],
)
def test_a_service_leaves_and_arrives_on_business_days(now, leaves, arrives):
    way = way_of(place=RENO, service=EXPRESS, land=NEW_YORK, now=now)
    assert (way.leaves_date, way.arrives_date) == (leaves, arrives)


def test_answers_and_refunds_fall_due_by_the_shop_s_own_days():
    friday = datetime(2026, 10, 2, 18, tzinfo=UTC)
    shop = ("US", "America/Los_Angeles")
    assert reply_due_at(shop=shop, now=friday) == datetime(2026, 10, 6, 1, tzinfo=UTC)
    # Eight business days on, Columbus Day not among them.
    assert refund_due_at(shop=shop, now=friday) == datetime(2026, 10, 16, 3, tzinfo=UTC)
