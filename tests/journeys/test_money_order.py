"""Story 4: a customer overseas pays by money order and gets it her way, on the real product, to the cent."""

from pkgutil import resolve_name

import pytest

from makegood.stories.catalogue import story
from makegood.stories.worlds.money_plot import ENDINGS, ODDITIES, draw
from tests.journeys.faults_of_money import FAULTS_OF_MONEY
from tests.sampling import sampled

SEEDS = range(1, 17)


@pytest.mark.slow
@pytest.mark.parametrize("seed", sampled(SEEDS, every=5))
def test_it_is_booked_and_told_to_the_cent(seed, perform):
    outcome = perform(story("money-order", seed=seed))
    assert list(outcome.failures) == []


def test_every_kind_of_variant_comes_up():
    plots = [draw(seed) for seed in range(1, 51)]
    assert {plot.oddity for plot in plots} == set(ODDITIES)
    assert {plot.ending for plot in plots} == set(ENDINGS)
    assert {plot.land.language for plot in plots} == {"en", "es", "fr"}
    assert {bool(plot.rate) for plot in plots} == {True, False}
    assert {plot.merger for plot in plots} == {"customer:c1", "staff:h1", "shop"}


@pytest.mark.slow
@pytest.mark.parametrize("fault", sampled(FAULTS_OF_MONEY, every=2), ids=str)
def test_a_planted_fault_makes_a_seed_fail(fault, failed_points, monkeypatch):
    monkeypatch.setattr(fault.where, fault.plant(resolve_name(fault.where)))
    shows = [story("money-order", seed=seed) for seed in range(1, 61) if fault.shows_where(draw(seed))][:2]
    assert any(point.startswith(fault.point) for each in shows for point in failed_points(each))
