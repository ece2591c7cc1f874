"""What every test may count on: closed sockets, examples that are the same everywhere, a browser for those who ask."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection
from django.db.models.signals import post_migrate
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from makegood.logging import quieten
from tests.browser import browser
from tests.granting import limited
from tests.sockets import Guard

__all__ = ["browser", "limited"]


def pytest_configure() -> None:
    """The log is the product's own. What Django empties is furnished again; without Django there is no furniture."""
    quieten()
    if django_settings.configured:
        from tests.committed import furnish_emptied  # noqa: PLC0415  its models want Django

        post_migrate.connect(furnish_emptied, sender=apps.get_app_config("makegood"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the exhaustive out, unless they are asked for."""
    if "exhaustive" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("exhaustive")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


# The same examples on every machine, however slow, so that a red test is red for everyone.
# To look for new ones: .venv/bin/pytest --hypothesis-profile=explore
settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def guard() -> Iterator[Guard]:
    guard = Guard()
    guard.close()
    yield guard
    guard.open()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Sessions that outlive who opened them, a killed process say, must not keep the tests' database from going."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


@pytest.fixture(autouse=True)
def _closed_sockets(guard: Guard) -> Iterator[None]:
    """Fail the test that tried to reach the world, even where the product swallowed the refusal."""
    guard.refused.clear()
    yield
    refused = [*guard.refused]
    guard.refused.clear()
    assert refused == []
