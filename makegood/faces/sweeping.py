"""The port through which a face asks for a sweep: what is swept, and in which order, is composed above the faces."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn


class NotBound(Exception):
    """Nobody has said what a sweep is."""


def _nobody() -> NoReturn:
    raise NotBound


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep found: the due rows it handled, and the reactions that were to be done when it began or ended,
    whichever were more. Where both are 0, nothing was left to do.
    """

    handled: int
    jobs_waiting: int


@dataclass(slots=True)
class Sweeper:
    """`sweep` finds everything that is due now and does it, when no other sweep is under way. `next_due` is the
    earliest instant at which it would find something. `wiring` binds both.
    """

    sweep: Callable[[], Swept] = _nobody
    next_due: Callable[[], datetime | None] = _nobody


SWEEPER = Sweeper()
