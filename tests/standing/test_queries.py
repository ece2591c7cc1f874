"""How long and how well we know each other, derived from what happened."""

from datetime import UTC, date, datetime

import pytest

from makegood.parcels.rules.scans import ScanKind
from makegood.promises.actions import break_overdue
from makegood.standing.queries import Standing, standing_of
from tests import worlds
from tests.worlds import DUE, MONDAY

pytestmark = pytest.mark.django_db


def test_who_never_ordered_has_the_date_the_shop_gave_alone():
    assert standing_of(worlds.customer(since_date=None)) == Standing(
        since_date=None, orders=0, spent=(), kept=0, broken=0
    )
    assert standing_of(worlds.customer()).since_date == date(2020, 3, 14)


def test_it_counts_what_was_spent_by_currency_and_kept_and_broken():
    worlds.open_shop()
    who = worlds.customer(since_date=None)
    worlds.say(worlds.shipped(lines={"BIRDS": 2}), ScanKind.DELIVERED)
    worlds.take_in(worlds.order_record("200"), worlds.order_record("300", currency="EUR", postage_minor=0))
    worlds.take_in(worlds.order_record("400", cancelled_at=MONDAY))
    break_overdue(now=DUE)
    assert standing_of(who) == Standing(
        since_date=date(2026, 10, 4),
        orders=3,
        spent=(("EUR", 1695), ("USD", 3 * 1695 + 2 * 480)),
        kept=1,
        broken=2,
    )


def test_it_takes_as_many_queries_for_many_orders_as_for_one(django_assert_num_queries, django_assert_max_num_queries):
    worlds.open_shop()
    who = worlds.customer()
    worlds.take_in(worlds.order_record("1"))
    with django_assert_max_num_queries(6) as few:
        standing_of(who)
    worlds.take_in(worlds.order_record("2"), worlds.order_record("3"))
    with django_assert_num_queries(len(few)):
        standing_of(who)


def test_a_year_is_named_only_once_it_is_a_year_ago():
    standing = standing_of(worlds.customer(since_date="2026-01-08"))
    assert standing.long_known_since(now=datetime(2026, 11, 28, tzinfo=UTC)) is None
    assert standing.long_known_since(now=datetime(2027, 1, 9, tzinfo=UTC)) == 2026
