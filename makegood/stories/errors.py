"""What is wrong with a story, where in the file, and how to put it right."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`where` is a JSON pointer into the story's file ("" is the whole of it); `reason` ends with the way out."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where or '/'}: {self.reason}"


class BadStory(Exception):
    """The file is no story that can be played; nothing of it was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
