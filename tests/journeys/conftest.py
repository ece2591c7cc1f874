"""A theatre for stories: the product on databases of its own, apart from the tests' one."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from makegood.staging import StoryRunner
from makegood.stories.outcome import Outcome
from makegood.stories.player import Player, play
from makegood.stories.schema import Story

Perform = Callable[[Story], Outcome]
FailuresOf = Callable[[Story, str], set[str]]


@pytest.fixture
def theatre(django_db_blocker: DjangoDbBlocker) -> Iterator[StoryRunner]:
    with django_db_blocker.unblock(), StoryRunner() as theatre:
        yield theatre


@pytest.fixture
def perform(theatre: StoryRunner) -> Perform:
    """Plays a story on a stage of its own; what comes of it."""

    def on_a_stage(story: Story) -> Outcome:
        with theatre.stage(story) as stage:
            return play(story, stage)

    return on_a_stage


@pytest.fixture
def failed_points(perform: Perform) -> Callable[[Story], set[str]]:
    """Plays a story to its end; the points that failed."""
    return lambda story: {failure.point for failure in perform(story).failures}


@pytest.fixture
def failures_of(theatre: StoryRunner) -> FailuresOf:
    """Plays a story until a point has failed, or to its end; the points that failed so far."""

    def on_a_stage(story: Story, until: str) -> set[str]:
        failed: set[str] = set()
        with theatre.stage(story) as stage:
            player = Player(story, stage)
            for _ in player.steps():
                failed = {failure.point[:3] for failure in player.failures}
                if until in failed:
                    break
        return failed

    return on_a_stage
