"""The port through which a face asks for a sweep: what is swept, and in which order, is composed above the faces."""

from collections.abc import Callable
from dataclasses import dataclass


class NotBound(Exception):
    """Nobody has said what a sweep is."""


def _nobody() -> int:
    raise NotBound


@dataclass(slots=True)
class Sweeper:
    """Finds everything that is due now and does it; how many due rows there were. `wiring` binds it."""

    sweep: Callable[[], int] = _nobody


SWEEPER = Sweeper()
