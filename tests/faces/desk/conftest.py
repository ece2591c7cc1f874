"""Somebody at the desk."""

import pytest
from django.core.cache import cache
from django.test import Client

from makegood.staff.models import Helper
from makegood.staff.rules import Role
from tests import worlds


@pytest.fixture(autouse=True)
def _quick_door(settings) -> None:
    """The door remembers nothing of other tests, and passwords cost nothing to check."""
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def maya(db: None) -> Helper:
    return worlds.helper()


@pytest.fixture
def desk(maya: Helper) -> Client:
    """A helper's browser, signed in."""
    client = Client()
    client.force_login(maya)
    return client


@pytest.fixture
def lead_desk(db: None) -> Client:
    client = Client()
    client.force_login(worlds.helper("lena", role=Role.LEAD))
    return client
