"""The tests' PostgreSQL: started once, before Django reads its settings, and gone afterwards.

Loaded by `-p tests.database` in pyproject.toml, since a conftest is too late: pytest-django reads the settings first.
With DATABASE_URL the tests run there instead (its role must be allowed to create databases).
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from makegood.kit import postgres

# Nothing here must survive a crash, so PostgreSQL need not wait for the disk.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # What tests write to customers counts as received.
    os.environ.setdefault("MAKEGOOD_MAIL_IS_PLAYED", "1")
    if not os.environ.get("DATABASE_URL"):
        _start_server(early_config)
    return (yield)


def _start_server(config: pytest.Config) -> None:
    home = Path(tempfile.mkdtemp(prefix="makegood-tests-"))
    home.chmod(0o711)  # as root the server runs as nobody, who has to get through
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    server = postgres.start(home=home, settings=FORGETFUL)
    config.add_cleanup(server.stop)
    os.environ["DATABASE_URL"] = server.url
