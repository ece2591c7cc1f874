"""The undisturbed run, once for all the disturbed ones."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes.enumeration import Undisturbed, lanes, play_undisturbed
from tests.crashes.lane import Lane


@pytest.fixture(scope="session")
def played() -> Iterator[tuple[list[Lane], Undisturbed]]:
    folder = Path(tempfile.mkdtemp(prefix="makegood-crashes-"))
    folder.chmod(0o711)  # as root the server runs as nobody, who has to get through
    with lanes(folder, play_undisturbed) as shops:
        yield shops


@pytest.fixture(scope="session")
def shops(played: tuple[list[Lane], Undisturbed]) -> list[Lane]:
    return played[0]


@pytest.fixture(scope="session")
def undisturbed(played: tuple[list[Lane], Undisturbed]) -> Undisturbed:
    return played[1]
