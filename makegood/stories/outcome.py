"""What became of a story that was played."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import JsonValue

from makegood.stories.points import unplayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that should have been otherwise. `where` is its place in the story's file."""

    point: str
    at: str
    get: str
    expected: JsonValue
    got: JsonValue
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`ran` are the points of all expectations that were looked at, whatever came of them."""

    story: str
    seed: int | None
    failures: Sequence[Failure]
    ran: Sequence[str]

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def unplayed(self) -> list[str]:
        return unplayed(self.story, self.ran)

    def as_plain(self) -> dict[str, JsonValue]:
        """One line of `makegood stories --json`."""
        return {
            "story": self.story,
            "seed": self.seed,
            "passed": self.passed,
            "failures": [asdict(failure) for failure in self.failures],
            "unplayed": list(self.unplayed),
        }
