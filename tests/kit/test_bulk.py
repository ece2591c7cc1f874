"""Rows written by COPY are the rows that INSERT would have written."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from makegood.customers.models import Customer
from makegood.kit.bulk import store_new
from makegood.orders.models import Delivery, Order
from makegood.promises.models import Promise
from tests import worlds

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 5, 16, 0, 0, 7, tzinfo=UTC)
HARD = ("", "\\N", "\\", "a\tb", "line\nline\r", 'Q"3', "“été” 東京", "\x01\x1a", "\\.")


def order(reference, **more):
    owner = Customer.objects.get()
    told = {"placed_at": AT, "currency": "USD", "digest": reference, "paid": [{"label": reference}], **more}
    return Order(reference=reference, customer=owner, **told)


@pytest.fixture(autouse=True)
def _customer(db):
    worlds.customer()


def test_every_value_comes_back_as_it_was_and_numbers_rise():
    rows = [order(text, cancelled_at=None if n % 2 else AT) for n, text in enumerate(HARD)]
    store_new(rows)
    assert [row.pk for row in rows] == sorted({row.pk for row in rows})
    for row in rows:
        there = Order.objects.get(pk=row.pk)
        assert {name: value for name, value in vars(there).items() if name != "_state"} == {
            name: value for name, value in vars(row).items() if name != "_state"
        }
    rows[0].cancelled_at = AT
    rows[0].save()
    assert Order.objects.count() == len(HARD)


def test_days_and_truths_and_lists_too():
    placed = order("1")
    store_new([placed])
    promise = Promise(
        customer_id=placed.customer_id, kind="deliver", made_at=AT, made_by="shop", due_at=AT, original_due_at=AT
    )
    store_new([promise])
    delivery = Delivery(
        order=placed, customer_id=placed.customer_id, promise=promise, is_replacement=True, by_date=date(2026, 10, 9),
        name="Ada", address_lines=["1 \\ Way", "\n"], country="US", zone="America/New_York",
    )  # fmt: skip
    store_new([delivery])
    there = Delivery.objects.get()
    assert (there.is_replacement, there.by_date, there.address_lines, there.version_at) == (
        True,
        date(2026, 10, 9),
        ["1 \\ Way", "\n"],
        None,
    )


def test_what_postgresql_refuses_is_an_integrity_error():
    with pytest.raises(IntegrityError), transaction.atomic():
        store_new([order("1"), order("1")])
    store_new([])
    assert not Order.objects.exists()
