"""The numbered points of the ten stories, and which of them nobody has played."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path


@cache
def points() -> Mapping[str, Mapping[str, str]]:
    """Each story's points with a short name."""
    found: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("points.json").read_text())
    return found


def numbers_in(point: str) -> set[str]:
    """The points that free words name: "2.1", "2.1 told early", "2.3 and 2.4"."""
    return set(re.findall(r"(?<![\d.])\d{1,2}\.\d{1,2}(?![\d.]*\d)", point))


def unplayed(story: str, ran: Iterable[str]) -> list[str]:
    """The story's points that no expectation which ran has named; a story of one's own has none."""
    played = {number for point in ran for number in numbers_in(point)}
    return [number for number in points().get(story, {}) if number not in played]
