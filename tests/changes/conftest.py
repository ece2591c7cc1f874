import pytest

from makegood.money.queries import faults_in_books
from makegood.orders.models import Order
from makegood.orders.queries import faults_in_payments
from tests import worlds
from tests.committed import committed

__all__ = ["committed"]


@pytest.fixture
def balanced_shop(db):
    """A shop and a customer; in the end every cent is where it belongs."""
    worlds.open_shop()
    worlds.customer()
    yield
    assert [*faults_in_books(), *faults_in_payments()] == []
    for order in Order.objects.all():
        assert 0 <= sum(row.amount_minor for row in order.allocations.all()) <= order.charged_minor, order.reference
