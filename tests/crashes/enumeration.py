"""The undisturbed run, its points, and one disturbed run after the other."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.crashes.ending import Ending, differences
from tests.crashes.lane import Lane, lane
from tests.crashes.points import Point
from tests.crashes.script import STAGES, Stage
from tests.waiting import until

LANES = 2
TRIES = 3
AFTER_LETTER = "after a letter was handed over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """The points in the order in which they were passed, the end, and which letters were received before each stage."""

    points: list[Point]
    ending: Ending
    received: list[Counter[str]]
    complaints: list[str]


def kept(stage: int) -> str:
    """The database as it was before a stage."""
    return f"before_{stage}"


def play_undisturbed(shop: Lane) -> Undisturbed:
    """Play stage by stage, and keep the database before each, so that a disturbed run can begin where it is struck."""
    shop.migrate()
    points: list[Point] = []
    received = []
    for place, stage in enumerate(STAGES):
        shop.keep(kept(place))
        received.append(Counter(shop.box.received))
        _play_smoothly(shop, place, stage)
        points += [Point(stage=place, by=p["by"], n=p["n"], what=p["what"]) for p in shop.points()]
    outcome = shop.outcome()
    return Undisturbed(
        points=points, ending=outcome.ending, received=received, complaints=[*outcome.wrong, *outcome.twice]
    )


def _play_smoothly(shop: Lane, place: int, stage: Stage) -> None:
    """Play a stage, again where two jobs met and one was put back: the points are to be the story's, not the day's."""
    for _ in range(TRIES):
        received = Counter(shop.box.received)
        shop.play([stage])
        until(lambda: _all_jobs_counted(shop))
        if not _words(shop)["put"]:
            return
        shop.bring_back(kept(place))
        shop.box.received = received
    pytest.fail(f"jobs are put back in {stage.name}, again and again: {(shop.home / 'said.log').read_text()[-2000:]}")


def _all_jobs_counted(shop: Lane) -> bool:
    """A job's end is seen in the database a moment before it is counted."""
    words = _words(shop)
    return words["took"] == words["finished"] + words["put"]


def _words(shop: Lane) -> Counter[str]:
    return Counter(point["what"].split()[0] for point in shop.points() if point["by"] == "worker")


def disturbed(shop: Lane, point: Point, *, undisturbed: Undisturbed, kills_postgres: bool) -> list[str]:
    """Strike once at `point`, play to the end, and say what is different from the undisturbed end."""
    shop.bring_back(kept(point.stage))
    shop.box.received = Counter(undisturbed.received[point.stage])
    try:
        shop.play(STAGES[point.stage :], strike=point, kills_postgres=kills_postgres)
    except AssertionError as stuck:
        return [f"{point}: {stuck}"]
    outcome = shop.outcome()
    found = [*outcome.wrong, *differences(undisturbed.ending, outcome.ending)]
    if not outcome.struck:
        found.append("this point was not reached")
    if point.what == AFTER_LETTER and not kills_postgres and not outcome.twice:
        found.append("the letter in doubt was not handed over again")
    return [f"{point}: {each}" for each in found]


def disturbed_at(
    shops: Sequence[Lane], points: Sequence[Point], *, undisturbed: Undisturbed, kills_postgres: bool = False
) -> list[str]:
    """Strike at each of the points, in as many lanes as there are; everything that came out differently."""
    free: SimpleQueue[Lane] = SimpleQueue()
    for shop in shops:
        free.put(shop)

    def strike(point: Point) -> list[str]:
        shop = free.get()
        try:
            return disturbed(shop, point, undisturbed=undisturbed, kills_postgres=kills_postgres)
        finally:
            free.put(shop)

    with ThreadPoolExecutor(len(shops)) as lanes:
        return [complaint for complaints in lanes.map(strike, points) for complaint in complaints]


@contextmanager
def lanes(folder: Path, play: Callable[[Lane], Undisturbed]) -> Iterator[tuple[list[Lane], Undisturbed]]:
    """The undisturbed run, and shops that remember it."""
    homes = [folder / str(each) for each in range(LANES)]
    with lane(homes[0]) as shop:
        undisturbed = play(shop)
    for home in homes[1:]:
        subprocess.run(["cp", "-a", "--reflink=auto", homes[0], home], check=True)
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(lane(home)) for home in homes], undisturbed
    finally:
        shutil.rmtree(folder, ignore_errors=True)
