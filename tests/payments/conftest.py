import pytest

from makegood.money.queries import faults_in_books
from makegood.orders.queries import faults_in_payments
from makegood.payments.gateway import PORT
from tests import worlds
from tests.payments.gateways import StripeSide, console, stripe


@pytest.fixture
def shop(db):
    """Ada's bookshop, whose books are right when the test ends."""
    worlds.open_shop()
    worlds.customer()
    yield
    assert (faults_in_books(), faults_in_payments()) == ([], [])


@pytest.fixture(params=[console, stripe])
def side(request, monkeypatch):
    """A gateway that the shop uses, and what happens at its side."""
    with request.param() as opened:
        if isinstance(opened, StripeSide):
            opened.books.now = int(worlds.MONDAY.timestamp())
        monkeypatch.setattr(PORT, "gateway", opened.gateway)
        yield opened


@pytest.fixture
def stripe_side(monkeypatch):
    with stripe() as opened:
        assert isinstance(opened, StripeSide)
        opened.books.now = int(worlds.MONDAY.timestamp())
        monkeypatch.setattr(PORT, "gateway", opened.gateway)
        yield opened
