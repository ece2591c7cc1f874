"""A shop on a stopped clock, and browsers without JavaScript that are signed in."""

from datetime import timedelta

import pytest
from django.test import Client

from makegood.customers.links import Purpose, sign_in_token
from tests import worlds

# The evening after the promise broke: the label was never scanned.
AFTERWARDS = worlds.DUE + timedelta(hours=18)


def signed_in(customer):
    client = Client()
    client.get(f"/enter/{sign_in_token(customer, purpose=Purpose.LETTER)}")
    return client


@pytest.fixture
def shop(db):
    worlds.open_shop()


@pytest.fixture
def ada(shop):
    return worlds.customer()


@pytest.fixture
def page(ada):
    """Ada's browser."""
    return signed_in(ada)


@pytest.fixture
def lost(ada):
    """Order 100 of Ada's, whose label was never scanned, after its promise broke."""
    parcel = worlds.shipped(lines={"BIRDS": 1, "TIDES": 1})
    worlds.live_until(AFTERWARDS)
    parcel.refresh_from_db()
    return parcel
