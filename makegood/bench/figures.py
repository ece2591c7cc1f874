"""What a measurement says: its figures, its limits, and whether it kept them."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A figure's bound: at most, or at least."""

    at_most: float | None = None
    at_least: float | None = None

    def is_kept_by(self, figure: float) -> bool:
        above = self.at_most is None or figure <= self.at_most
        return above and (self.at_least is None or figure >= self.at_least)

    def as_plain(self) -> dict[str, float]:
        return {
            name: value for name, value in (("at_most", self.at_most), ("at_least", self.at_least)) if value is not None
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of one bench, in the shape that `makegood bench NAME --json` prints."""

    bench: str
    figures: Mapping[str, float]
    limits: Mapping[str, Threshold]

    @property
    def passed(self) -> bool:
        return all(limit.is_kept_by(self.figures[name]) for name, limit in self.limits.items())

    def as_plain(self) -> dict[str, Any]:
        return {
            "bench": self.bench,
            "figures": {name: round(figure, 4) for name, figure in self.figures.items()},
            "limits": {name: limit.as_plain() for name, limit in self.limits.items()},
            "passed": self.passed,
        }


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, by the clock that only goes forward."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def until(seconds: float) -> Iterator[int]:
    """1, 2, 3 … until so many seconds have passed."""
    end = time.perf_counter() + seconds
    turn = 1
    while time.perf_counter() < end:
        yield turn
        turn += 1


def memory_mb(field: str) -> float:
    """A line of /proc/self/status: VmRSS is what this process holds, VmHWM the most that it did."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


def alternating(
    *, ours: Callable[[], float], bare: Callable[[], float], runs: int, after_each: Callable[[str], None]
) -> tuple[float, float]:
    """The medians of both, run in turn so that other work falls on both; the first pair is thrown away."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for run in range(runs + 1):
        for name, work in (("ours", ours), ("bare", bare)) if run % 2 else (("bare", bare), ("ours", ours)):
            took = work()
            after_each(name)
            if run:
                times[name].append(took)
    return median(times["ours"]), median(times["bare"])
