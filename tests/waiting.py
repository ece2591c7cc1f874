"""Waiting for what another process or thread does: as short as it takes, and never for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(happened: Callable[[], T], *, seconds: float = 10, what: str = "") -> T:
    """The first true answer of `happened`, asked again and again.

    Raises:
        AssertionError: it took longer than `seconds`.
    """
    gives_up_at = time.monotonic() + seconds
    while not (answer := happened()):
        assert time.monotonic() < gives_up_at, f"waited {seconds} s for {what or happened}"
        time.sleep(0.02)
    return answer
