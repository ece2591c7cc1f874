"""What is tried in part by default, so that `make test` takes minutes, and whole on demand: `pytest -m exhaustive`."""

from collections.abc import Sequence
from typing import Any

import pytest

# Every screen and scheme in which a page is looked at; every other of them has each width and each scheme once.
VIEWS = ((390, "light"), (390, "dark"), (1440, "dark"), (1440, "light"))


def sampled(cases: Sequence[Any], *, every: int) -> list[Any]:
    """The cases of a parametrized test, every so-manieth as it is and the others marked as exhaustive.

    A case of several arguments is a tuple.
    """
    return [each if place % every == 0 else _on_demand(each) for place, each in enumerate(cases)]


def _on_demand(case: Any) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.exhaustive)
