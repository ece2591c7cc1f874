"""Whether work grows with its input, by the processor's time, and without being had by what else the machine does.

What others do only ever adds to a time. So the least of several readings is the work itself, and whoever looks slow is
looked at again: work in the square of its input stays slow however often it is looked at.
"""

import gc
from collections.abc import Callable
from time import thread_time

READINGS = 6


def grows_no_more_than(times: float, *, small: Callable[[], object], large: Callable[[], object], more: float) -> bool:
    """Whether `large` takes at most `times` as long as `small`, and `more` seconds for what is there at all events."""
    least_of_small = least_of_large = float("inf")
    for _ in range(READINGS):
        least_of_small = min(least_of_small, _seconds(small))
        least_of_large = min(least_of_large, _seconds(large))
        if least_of_large <= times * least_of_small + more:
            return True
    return False


def _seconds(run: Callable[[], object]) -> float:
    gc.disable()
    try:
        begun = thread_time()
        run()
        return thread_time() - begun
    finally:
        gc.enable()
