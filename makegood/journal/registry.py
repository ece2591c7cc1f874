"""Which reactions follow which kind of fact, and in which queue their jobs wait."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.journal.facts import Fact

# What is done in our own database, and what calls somebody outside: each has slots of its own, so that a host that
# hangs slows none of our own work.
QUEUE, CALLS = "reactions", "calls"

Reaction = Callable[..., None]
# Which of several facts a reaction has anything to do with, in their order; asked inside the announcing transaction.
ShouldRun = Callable[[Sequence[Any]], Sequence[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A reaction, and among whom a worker's slots are shared: never more than a share of them go to one.

    Our own work is shared among customers, calls among where they go. Each job names its sharer: `sharers`, a colon,
    and what the fact holds in `sharer_field`.
    """

    run: Reaction
    is_outside: bool
    gathers: bool
    sharers: str
    sharer_field: str

    @property
    def queue(self) -> str:
        return CALLS if self.is_outside else QUEUE

    def sharer_of(self, content: Mapping[str, object]) -> str:
        """As announce.sql writes it."""
        return f"{self.sharers}:{content.get(self.sharer_field, '')}"


class Reactions:
    """Which reactions follow which kind of fact, by name. `wiring` fills it once."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[str]] = {}
        self.by_name: dict[str, Registered] = {}
        self.should_run: dict[tuple[str, str], ShouldRun] = {}

    def register(
        self,
        kind: type[Fact],
        *reactions: Reaction,
        outside: bool = False,
        destination: str = "",
        gathers: bool = False,
        should_run: ShouldRun | None = None,
    ) -> None:
        """Let `reactions` follow facts of `kind`; `outside` ones call the world and keep their own account (law 3).

        `destination` is the fact's field that names where the call goes; without it all go to one place, and share one
        share of the slots. One that `gathers` is given all facts at once that wait for it of one customer, in a list:
        forty parcels of one customer are looked at once and not forty times. Where it is told to keep them `apart`, it
        does nothing but what follows from these, since something else fails.

        Where `should_run` is given, a fact that it says no to gets no job, so that a hundred thousand facts that
        concern nobody cost no hundred thousand jobs. It must see whatever could make the reaction do something.
        """
        for reaction in reactions:
            name = name_of(reaction)
            self.by_kind.setdefault(kind.__name__, []).append(name)
            self.by_name[name] = Registered(
                run=reaction,
                is_outside=outside,
                gathers=gathers,
                sharers=name if outside else "customer",
                sharer_field=destination if outside else "customer_id",
            )
            if should_run is not None:
                self.should_run[kind.__name__, name] = should_run

    def asked(self, facts: Sequence[Fact]) -> list[tuple[int, str]]:
        """The reactions that are asked first, and have something to do: the fact's place, from 1, and their names."""
        by_kind: dict[str, list[tuple[int, Fact]]] = {}
        for place, fact in enumerate(facts, 1):
            by_kind.setdefault(type(fact).__name__, []).append((place, fact))
        return [
            (place, name)
            for (kind, name), should_run in self.should_run.items()
            if (placed := by_kind.get(kind))
            for (place, _), is_needed in zip(placed, should_run([fact for _, fact in placed]), strict=True)
            if is_needed
        ]


REACTIONS = Reactions()


def name_of(reaction: Reaction) -> str:
    """`room.reaction`, as jobs name it."""
    return f"{reaction.__module__.split('.')[-2]}.{reaction.__name__}"
