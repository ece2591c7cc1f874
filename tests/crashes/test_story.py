"""kill -9 after every commit and around every outside call of a story: it ends as undisturbed.

The default run takes a spread sample of the points; `pytest tests/crashes -m exhaustive` takes them all.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from django.conf import settings

from makegood.journal.actions import ATTEMPTS
from tests.crashes.ending import differences
from tests.crashes.enumeration import Undisturbed, disturbed_at
from tests.crashes.points import Point
from tests.crashes.script import Story


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Say it to whoever runs the tests, passed or failed."""

    def aloud(words: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{words}\n")

    return aloud


def spread(points: Sequence[Point], count: int, *, in_doubt: str) -> list[Point]:
    """So many of the points, evenly over the story, and what leaves in doubt whether somebody outside heard us."""
    doubtful = next(point for point in points if point.what == in_doubt)
    found = [points[place * len(points) // count] for place in range(count)]
    return found if doubtful in found else [doubtful, *found]


def said(points: Sequence[Point], struck: int, what: str) -> str:
    by = Counter(f"{point.by} {point.what.split()[0]}" for point in points)
    return f"{len(points)} points ({', '.join(f'{n} {name}' for name, n in sorted(by.items()))}); {what} at {struck}"


def test_undisturbed_every_letter_is_received_once(story: Story, undisturbed):
    assert undisturbed.complaints == []
    assert undisturbed.ending["parked"] == []
    assert undisturbed.ending["jobs left"] == []
    assert Counter(case["state"] for case in undisturbed.ending["cases"]) == story.cases
    told = [message["news"] for message in undisturbed.ending["messages"] if message["direction"] == "out"]
    assert Counter(told) == story.told


def test_the_points_are_those_of_the_story(story: Story, undisturbed):
    kinds = {(point.by, point.what.split()[0]) for point in undisturbed.points}
    assert kinds >= {
        ("web", "commit"),
        *(("worker", word) for word in ("commit", "took", "finished", "before", "after")),
    }
    called = {point.what for point in undisturbed.points if point.what.startswith(("before", "after"))}
    assert called == {f"{side} {call}" for side in ("before", "after") for call in story.calls}
    assert len(undisturbed.points) > 100


def test_a_difference_is_seen(undisturbed):
    other = {**undisturbed.ending, "dispatches": [*undisturbed.ending["dispatches"], {"reference": "10482"}]}
    assert differences(undisturbed.ending, other) == ["too much in dispatches: {'reference': '10482'}"]


@pytest.mark.slow
def test_killed_anywhere_it_ends_as_undisturbed(story: Story, shops, undisturbed: Undisturbed, tell):
    sample = spread(undisturbed.points, story.sample, in_doubt=story.in_doubt)
    complaints = disturbed_at(shops, sample, undisturbed=undisturbed)
    tell(said(undisturbed.points, len(sample), "killed"))
    assert complaints == []


@pytest.mark.slow
def test_with_postgres_killed_anywhere_it_ends_as_undisturbed(story: Story, shops, undisturbed: Undisturbed, tell):
    sample = spread(undisturbed.points, story.sample_of_postgres, in_doubt=story.in_doubt)
    complaints = disturbed_at(shops, sample, undisturbed=undisturbed, kills_postgres=True)
    tell(said(undisturbed.points, len(sample), "PostgreSQL killed"))
    assert complaints == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("kills_postgres", [False, True], ids=["process", "postgres"])
def test_at_every_point(shops, undisturbed: Undisturbed, tell, kills_postgres):
    complaints = disturbed_at(shops, undisturbed.points, undisturbed=undisturbed, kills_postgres=kills_postgres)
    what = "PostgreSQL killed" if kills_postgres else "killed"
    tell(said(undisturbed.points, len(undisturbed.points), what))
    assert complaints == []


def test_jobs_of_a_killed_worker_are_taken_over_within_a_minute_and_failing_ones_parked_within_two():
    assert settings.WORKER_HEARTBEAT_SECONDS * 3 < settings.WORKER_SILENT_SECONDS
    assert settings.WORKER_SILENT_SECONDS + settings.WORKER_SWEEP_SECONDS + settings.WORKER_POLL_SECONDS < 60
    assert sum(2**attempt for attempt in range(ATTEMPTS - 1)) + ATTEMPTS * settings.WORKER_POLL_SECONDS < 120
