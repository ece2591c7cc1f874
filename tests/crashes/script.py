"""What a story that is disturbed is: stages, what they ask of whom, and what must hold after each."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

# The step in which the gateway pushes all that it has not told yet, each by the web's step of that name.
TELLS, HEARS = "the gateway tells", "hear the gateway"
# What the web is asked whenever nothing more follows: is anything wrong?
WRONG = "is anything wrong"
LETTER = "a letter is handed over"
# Each is something that whoever asked would ask again if no answer came.
Steps = Mapping[str, Callable[[str], None]]


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that are asked for one after the other; when they are done, everything that follows from them happens."""

    name: str
    steps: tuple[tuple[str, str], ...]


def nothing_wrong() -> Sequence[str]:
    """What a story without checks of its own finds."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that can be disturbed anywhere.

    `steps` are asked of the shop's web; `elsewhere` happens at the gateway's side (`gateway.GatewaySide`), where nobody
    is killed. `wrong` is asked of the web whenever nothing more follows. `told`: how often which news is sent to
    customers in the end; `cases`: how many cases are in which state; `calls`: what is asked of the world outside.
    """

    name: str
    stages: tuple[Stage, ...]
    steps: Steps
    told: Mapping[str, int]
    cases: Mapping[str, int]
    calls: Collection[str] = (LETTER,)
    elsewhere: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    has_gateway: bool = False
    wrong: Callable[[], Sequence[str]] = nothing_wrong
    # Where it is struck if not everywhere: at so many points over the story, and at the first that is called so.
    sample: int
    sample_of_postgres: int
    in_doubt: str
