"""Buckets: counted right however many take at once, refilled by time alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from makegood.kit.limits import RateLimit, forget_full, give_back, neighbourhood, refill, take
from makegood.kit.models import Bucket
from tests.committed import at_once

THREE = RateLimit(name="test", quota=3, window=timedelta(hours=3))
NEVER = RateLimit(name="test", quota=0, window=timedelta(hours=3))


def units(count: int, *, whose: str = "ada") -> list[int | None]:
    left = [take(limit=THREE, whose=whose) for _ in range(count)]
    return [each.units if each.was_let else None for each in left]


def test_so_many_and_no_more(db):
    assert units(5) == [2, 1, 0, None, None]
    assert units(1, whose="bea") == [2]


def test_it_is_told_when_to_come_back(db):
    units(3)
    left = take(limit=THREE, whose="ada")
    assert not left.was_let
    assert 3590 <= left.retry_after_seconds <= 3600
    assert left.limit.policy == '"test";q=3;w=10800'
    assert left.field.startswith('"test";r=0;t=10')


def test_time_gives_units_back_one_by_one(db):
    assert units(4) == [2, 1, 0, None]
    Bucket.objects.update(full_at=F("full_at") - timedelta(hours=1))
    assert units(2) == [0, None]
    Bucket.objects.update(full_at=F("full_at") - timedelta(days=9))
    assert units(4) == [2, 1, 0, None]


def test_what_did_not_count_is_given_back(db):
    units(3)
    give_back(limit=THREE, whose="ada")
    assert units(2) == [0, None]
    refill(limit=THREE, whose="ada")
    assert units(1) == [2]


def test_no_limit_costs_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert take(limit=NEVER, whose="ada").was_let


def test_full_buckets_are_forgotten(db):
    units(1)
    assert forget_full() == 0
    Bucket.objects.update(full_at=F("full_at") - timedelta(hours=4))
    assert (forget_full(), Bucket.objects.count()) == (1, 0)


def test_many_at_once_get_no_more_than_there_is(transactional_db):
    left = at_once(*[lambda: take(limit=THREE, whose="ada")] * 8)
    assert sorted(each.units for each in left if each.was_let) == [0, 1, 2]


def test_buckets_wait_for_no_disk(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'makegood_bucket'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
    ],
)
def test_whose_an_address_is(address, whose):
    assert neighbourhood(address) == whose
