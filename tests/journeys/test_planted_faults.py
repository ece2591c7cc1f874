"""A story that passes proves something only if it fails where the product is wrong: so we make it wrong."""

from pkgutil import resolve_name

import pytest

from makegood.stories.catalogue import story
from makegood.stories.schema import Story
from makegood.stories.worlds.lost_plot import draw
from tests.journeys.faults import FAULTS, Fault
from tests.sampling import sampled

SEEDS = range(1, 21)


def test_there_are_more_than_ten():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) > 10


@pytest.mark.slow
@pytest.mark.parametrize("fault", sampled(FAULTS, every=3), ids=str)
def test_a_planted_fault_makes_a_seed_fail(fault, failures_of, monkeypatch):
    monkeypatch.setattr(fault.where, fault.plant(resolve_name(fault.where)))
    # Without any fault they all pass: test_two_lost_parcels.
    caught = next(filter(None, (failures_of(story, until=fault.point) for story in _likely_first(fault))), set())
    assert fault.point in caught


def _likely_first(fault: Fault) -> list[Story]:
    """The variants in which the fault must show, then the others; the short before the long."""
    variants = [(not fault.shows_where(draw(seed)), story("two-lost-parcels", seed=seed)) for seed in SEEDS]
    return [each for _, each in sorted(variants, key=lambda variant: (variant[0], len(variant[1].script)))]
