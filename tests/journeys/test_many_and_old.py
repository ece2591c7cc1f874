"""Stories of what is much, and of what is old: letters name whatever they are about, however much came after it."""

from pathlib import Path

import pytest

from makegood.stories.reading import read

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["sixty_orders", "thirteen_months"])
def test_the_story_goes_as_told(name, perform):
    outcome = perform(read((HERE / f"{name}.json").read_text()))
    assert list(outcome.failures) == []
