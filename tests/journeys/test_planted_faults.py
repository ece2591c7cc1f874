"""A story that passes proves something only if it fails where the product is wrong: so we make it wrong."""

from importlib import import_module

import pytest

from makegood.stories.catalogue import story
from makegood.stories.worlds.lost_plot import draw
from tests.journeys.faults import FAULTS

SEEDS = range(1, 21)


def test_there_are_more_than_ten():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) > 10


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_makes_a_seed_fail(fault, perform, monkeypatch):
    module, _, name = fault.where.rpartition(".")
    monkeypatch.setattr(fault.where, fault.plant(getattr(import_module(module), name)))
    caught = set()
    # Those in which it must show come first; without any fault they all pass: test_two_lost_parcels.
    for seed in sorted(SEEDS, key=lambda seed: not fault.shows_where(draw(seed))):
        outcome = perform(story("two-lost-parcels", seed=seed))
        caught = {failure.point[:3] for failure in outcome.failures}
        if caught:
            break
    assert fault.point in caught
