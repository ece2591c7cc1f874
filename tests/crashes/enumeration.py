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
from tests.crashes.lane import Kept, Lane, lane
from tests.crashes.points import Point
from tests.crashes.script import LETTER, Stage, Story
from tests.waiting import until

LANES = 2
TRIES = 3
AFTER_LETTER = f"after {LETTER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """The points in the order in which they were passed, the end, and everything as it was before each stage."""

    points: list[Point]
    ending: Ending
    before: list[Kept]
    complaints: list[str]


def play_undisturbed(shop: Lane) -> Undisturbed:
    """Play stage by stage, and keep everything before each, so that a disturbed run can begin where it is struck."""
    points: list[Point] = []
    before = []
    for place, stage in enumerate(shop.story.stages):
        before.append(shop.keep(f"before_{place}"))
        _play_smoothly(shop, stage, before[-1])
        points += [Point(stage=place, by=p["by"], n=p["n"], what=p["what"]) for p in shop.points()]
    outcome = shop.outcome()
    return Undisturbed(points=points, ending=outcome.ending, before=before, complaints=[*outcome.wrong, *outcome.twice])


def _play_smoothly(shop: Lane, stage: Stage, before: Kept) -> None:
    """Play a stage, again where two jobs met and one was put back: the points are to be the story's, not the day's."""
    for _ in range(TRIES):
        shop.play([stage])
        until(lambda: _all_jobs_counted(shop))
        if not _words(shop)["put"]:
            return
        shop.bring_back(before)
    pytest.fail(f"jobs are put back in {stage.name}, again and again: {(shop.home / 'said.log').read_text()[-2000:]}")


def _all_jobs_counted(shop: Lane) -> bool:
    """A job's end is seen in the database a moment before it is counted."""
    words = _words(shop)
    return words["took"] == words["finished"] + words["put"]


def _words(shop: Lane) -> Counter[str]:
    return Counter(point["what"].split()[0] for point in shop.points() if point["by"] == "worker")


def disturbed(shop: Lane, point: Point, *, undisturbed: Undisturbed, kills_postgres: bool) -> list[str]:
    """Strike once at `point`, play to the end, and say what is different from the undisturbed end."""
    shop.bring_back(undisturbed.before[point.stage])
    try:
        shop.play(shop.story.stages[point.stage :], strike=point, kills_postgres=kills_postgres)
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
def lanes(
    story: Story, folder: Path, empty: Path, play: Callable[[Lane], Undisturbed]
) -> Iterator[tuple[list[Lane], Undisturbed]]:
    """The undisturbed run in a copy of the `empty` home, and shops that remember it."""
    homes = [folder / f"{story.name} {each}".replace(" ", "-") for each in range(LANES)]
    _copy(empty, homes[0])
    with lane(story, homes[0]) as shop:
        undisturbed = play(shop)
    for home in homes[1:]:
        _copy(homes[0], home)
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(lane(story, home)) for home in homes], undisturbed
    finally:
        for home in homes:
            shutil.rmtree(home, ignore_errors=True)


def _copy(home: Path, to: Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", home, to], check=True)
