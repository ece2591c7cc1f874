"""Faults that were planted once can be planted still: what can't be any more proves nothing."""

import pytest

from tests.house.source import ROOT
from tests.mutations import MUTATIONS


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_it_can_be_planted(mutation):
    assert (ROOT / mutation.file).read_text().count(mutation.sound) == 1
