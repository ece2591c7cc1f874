"""Orders that do not leave when they should, on the real product and through its public API."""

from pathlib import Path
from pkgutil import resolve_name

import pytest

from makegood.stories.catalogue import story
from makegood.stories.reading import read
from makegood.stories.worlds.never_left import TOLD_AS, draw
from tests.journeys.faults import FAULTS_OF_WHAT_NEVER_LEFT
from tests.sampling import sampled

STORY = Path(__file__).with_name("never_left.json")
SEEDS = range(1, 13)


def test_what_never_left_is_seen_in_time_told_truthfully_and_made_good(perform):
    outcome = perform(read(STORY.read_text()))
    assert list(outcome.failures) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", sampled(SEEDS, every=4))
def test_so_it_is_in_every_variant(seed, perform):
    outcome = perform(story("never-left", seed=seed))
    assert list(outcome.failures) == []


def test_every_kind_of_variant_comes_up():
    plots = [draw(seed) for seed in SEEDS]
    assert {plot.remedy for plot in plots} == set(TOLD_AS)
    assert {plot.land.language for plot in plots} == {"en", "es", "fr"}
    assert {len(plot.places) for plot in plots} == {1, 2}
    assert {plot.chooser for plot in plots} == {"customer:c1", "staff:h1"}


@pytest.mark.slow
@pytest.mark.parametrize("fault", sampled(FAULTS_OF_WHAT_NEVER_LEFT, every=2), ids=str)
def test_a_planted_fault_makes_a_seed_fail(fault, failed_points, monkeypatch):
    monkeypatch.setattr(fault.where, fault.plant(resolve_name(fault.where)))
    shows = [story("never-left", seed=seed) for seed in range(1, 41) if fault.shows_where(draw(seed))][:3]
    assert any(fault.point in failed_points(each) for each in shows)
