"""Each story's undisturbed run, once for all its disturbed ones."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes.enumeration import Undisturbed, lanes, play_undisturbed
from tests.crashes.lane import Lane, make_home
from tests.crashes.script import Story
from tests.crashes.stories import STORIES


@pytest.fixture(scope="session", params=STORIES.values(), ids=lambda story: story.name)
def story(request: pytest.FixtureRequest) -> Story:
    told: Story = request.param
    return told


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="makegood-crashes-"))
    folder.chmod(0o711)  # as root the server runs as nobody, who has to get through
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def empty(folder: Path) -> Path:
    home = folder / "empty"
    make_home(home)
    return home


@pytest.fixture(scope="session")
def played(story: Story, folder: Path, empty: Path) -> Iterator[tuple[list[Lane], Undisturbed]]:
    with lanes(story, folder, empty, play_undisturbed) as shops:
        yield shops


@pytest.fixture(scope="session")
def shops(played: tuple[list[Lane], Undisturbed]) -> list[Lane]:
    return played[0]


@pytest.fixture(scope="session")
def undisturbed(played: tuple[list[Lane], Undisturbed]) -> Undisturbed:
    return played[1]
