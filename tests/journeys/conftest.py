"""A theatre for stories: the product on databases of its own, apart from the tests' one."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from makegood.staging import Theatre
from makegood.stories.outcome import Outcome
from makegood.stories.player import play
from makegood.stories.schema import Story

Perform = Callable[[Story], Outcome]


@pytest.fixture
def perform(django_db_blocker: DjangoDbBlocker) -> Iterator[Perform]:
    """Plays a story on a stage of its own; what comes of it."""
    with django_db_blocker.unblock(), Theatre() as theatre:

        def on_a_stage(story: Story) -> Outcome:
            with theatre.stage(story) as stage:
                return play(story, stage)

        yield on_a_stage
