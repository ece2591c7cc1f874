"""The port through which a face asks for a sweep: what is swept, and in which order, is composed above the faces."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn


class NotBound(Exception):
    """Nobody has said what a sweep is."""


def _nobody() -> NoReturn:
    raise NotBound


@dataclass(slots=True)
class Sweeper:
    """`sweep` finds everything that is due now and does it: how many due rows there were. `next_due` is the earliest
    instant at which it would find something. `wiring` binds both.
    """

    sweep: Callable[[], int] = _nobody
    next_due: Callable[[], datetime | None] = _nobody


SWEEPER = Sweeper()
