"""The story that is disturbed: two lost parcels, from the orders to the closed case. `story` says what a step does."""

from dataclasses import dataclass

BEGINS = "2026-12-02T17:00Z"


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that are asked for one after the other; when they are done, everything that follows from them happens."""

    name: str
    steps: tuple[tuple[str, str], ...]


STAGES = (
    Stage(
        "the orders and their labels",
        (("set clock", BEGINS), ("import world", ""), ("import orders", ""), ("label parcels", BEGINS)),
    ),
    Stage("a day of silence", (("set clock", "2026-12-03T17:00Z"),)),
    Stage("told in danger", (("set clock", "2026-12-07T17:00Z"),)),
    Stage("the customer writes", (("customer writes", "Where are my books?"),)),
    Stage("a helper answers", (("helper replies", "We are looking into it, and will not rest."),)),
    Stage("the date passes", (("set clock", "2026-12-15T02:00Z"),)),
    Stage("morning", (("set clock", "2026-12-15T15:00Z"),)),
    Stage("the customer chooses", (("customer chooses", "send_again"),)),
    Stage("the replacements leave", (("warehouse announces", "2026-12-15T15:00Z"),)),
    Stage("evening", (("set clock", "2026-12-16T04:00Z"),)),
    Stage("they move", (("carrier scans", "accepted"),)),
    Stage("the day they are due", (("set clock", "2026-12-17T17:00Z"),)),
    Stage("they arrive", (("carrier scans", "delivered"),)),
)
