"""What both sides saw, instant by instant: a customer's messages here, our verdicts, promises and cases there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from pydantic import JsonValue

from makegood.stories.acts import read_whole
from makegood.stories.checking import items_of
from makegood.stories.stage import Stage

Row = Mapping[str, JsonValue]


class Kind(StrEnum):
    DONE = "done"
    SAW = "saw"
    KNEW = "knew"
    PROVEN = "proven"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what happened, what a customer saw, what we knew, or what was proven. `detail` is the whole of it."""

    at: datetime
    kind: Kind
    words: str
    detail: str = ""


@dataclass(slots=True)
class Timeline:
    """Grows while a story is played. Only customers that have orders, and their parcels, are looked at."""

    customers: Sequence[str]
    entries: list[Entry] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)

    def note(self, at: datetime, kind: Kind, words: str) -> None:
        self.entries.append(Entry(at, kind, words))

    def look(self, stage: Stage, *, at: datetime) -> None:
        """Write down what is different from the last look."""
        for customer in self.customers:
            for kind, key, words, detail in _seen_of(stage, customer):
                if self.seen.get(key) != words:
                    self.seen[key] = words
                    self.entries.append(Entry(at, kind, words, detail))


def customers_of(orders: Sequence[Mapping[str, JsonValue]]) -> list[str]:
    """Whoever ordered something, in the order of their orders."""
    return list(dict.fromkeys(str(order.get("customer")) for order in orders))


def _seen_of(stage: Stage, customer: str) -> Iterator[tuple[Kind, str, str, str]]:
    for kind, address, tell in _LOOKS:
        items = items_of(read_whole(stage, f"{address}?customer={quote(customer)}").body) or []
        for item in items:
            if isinstance(item, dict):
                words = tell(item, customer)
                if words:
                    key = f"{address}/{item.get('id')}"
                    yield kind, key, words, str(item.get("body") or "")


def _message(row: Row, customer: str) -> str:
    return f"{customer} is told: {row.get('subject')}" if row.get("direction") == "out" else ""


def _verdict(row: Row, _: str) -> str:
    verdict = row.get("verdict")
    probability = row.get("probability_percent")
    return f"parcel {row.get('id')}: {verdict}, {probability} %"


def _promise(row: Row, customer: str) -> str:
    return f"promise to {customer}: {row.get('kind')} by {row.get('due_at')}, {row.get('state')}"


def _case(row: Row, customer: str) -> str:
    return f"case {row.get('id')} of {customer}: {row.get('state')}, needs {row.get('attention')}"


_LOOKS: tuple[tuple[Kind, str, Callable[[Row, str], str]], ...] = (
    (Kind.KNEW, "/v1/parcels", _verdict),
    (Kind.KNEW, "/v1/promises", _promise),
    (Kind.KNEW, "/v1/cases", _case),
    (Kind.SAW, "/v1/messages", _message),
)
