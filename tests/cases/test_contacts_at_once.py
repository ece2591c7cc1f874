"""Two helpers who answer one stranger at once make one contact."""

import pytest

from makegood.cases.matching import ContactIsKnown, create_unmatched_message, take_to_new_contact
from makegood.customers.models import Customer
from tests import worlds
from tests.committed import at_once, committed  # noqa: F401
from tests.worlds import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


def take(row):
    try:
        return take_to_new_contact(unassigned_id=row.pk, now=MONDAY).customer_id
    except ContactIsKnown:
        return "known"


@pytest.mark.usefixtures("committed")
def test_one_stranger_becomes_one_contact():
    worlds.open_shop()
    rows = [
        create_unmatched_message(
            name="Zoe",
            address="zoe@x.example",
            order_reference="",
            body=f"Hi, {n}.",
            language="en",
            now=MONDAY,
        )
        for n in range(2)
    ]
    took = at_once(*(lambda row=row: take(row) for row in rows))
    assert sorted(map(str, took)) == sorted([str(Customer.objects.get().pk), "known"])
