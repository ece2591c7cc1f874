"""By when an order is needed: said, taken back, and what is done about it ranked by it."""

from datetime import date, time, timedelta

import pytest

from makegood.journal.models import FactRow
from makegood.kit import clock
from makegood.kit.errors import InvalidField
from makegood.orders.models import Order
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import OfferChanged, grant_remedy
from makegood.remedies.models import NeedStated
from makegood.remedies.needs import needs_of, state_needs
from makegood.remedies.queries import options_for
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost_order(db):
    worlds.open_shop()
    worlds.customer()
    worlds.lost()
    return Order.objects.get(reference="100"), clock.now()


def say(by_date, by_time=None, *, now):
    return state_needs(references=["100"], by_date=by_date, by_time=by_time, by=worlds.HELPER, now=now)


def test_the_last_word_counts_and_none_takes_it_back(lost_order):
    order, now = lost_order
    day = now.date() + timedelta(days=9)
    say(day, now=now)
    say(day, now=now)
    assert NeedStated.objects.count() == 1
    say(day, time(12), now=now)
    need = needs_of([order])[order.pk]
    assert (need.by_date, need.by_at.hour, str(need.by_at.tzinfo)) == (day, 12, order.ship_to["zone"])
    say(None, now=now)
    assert needs_of([order]) == {}
    kinds = FactRow.objects.filter(kind="NeedSaid").count()
    assert kinds == 3


@pytest.mark.parametrize(
    ("days", "by_time", "field"), [(-2, None, "by_date"), (500, None, "by_date"), (None, time(9), "by_date")]
)
def test_a_day_that_makes_no_sense_is_refused_in_words(lost_order, days, by_time, field):
    _, now = lost_order
    with pytest.raises(InvalidField) as caught:
        say(None if days is None else now.date() + timedelta(days=days), by_time, now=now)
    assert caught.value.field == field
    assert NeedStated.objects.count() == 0


def test_an_order_that_is_not_there(lost_order):
    with pytest.raises(Order.DoesNotExist):
        state_needs(references=["none"], by_date=date(2030, 1, 1), by=worlds.HELPER, now=lost_order[1])


def test_what_can_be_done_is_ranked_by_it_and_just_what_was_seen_is_granted(lost_order):
    order, now = lost_order
    before = options_for(order, now=now)
    assert (before.need, before.best.is_late) == (None, None)
    soonest = before.best.arrives_date
    say(soonest + timedelta(days=20), now=now)
    relaxed = options_for(order, now=now)
    assert relaxed.best.is_late is False
    assert relaxed.best.cost.amount_minor <= before.best.cost.amount_minor
    say(now.date(), now=now)
    pressed = options_for(order, now=now)
    late = pressed.of_kind(RemedyKind.SEND_AGAIN)
    assert late.is_late
    with pytest.raises(OfferChanged):
        grant_remedy(order_id=order.pk, kind=RemedyKind.SEND_AGAIN, by=worlds.LEAD, seen="otherwise", now=now)
    grant = grant_remedy(order_id=order.pk, kind=RemedyKind.SEND_AGAIN, by=worlds.LEAD, seen=late.fingerprint, now=now)
    assert grant.situation["need"]["by_date"] == now.date().isoformat()
