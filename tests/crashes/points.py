"""Where a story can be struck."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One commit, or one side of one outside call: in which stage, of which process, the how manieth of its kind."""

    stage: int
    by: str
    n: int
    what: str

    def __str__(self) -> str:
        return f"stage {self.stage}, {self.by}: {self.what} ({self.n})"
