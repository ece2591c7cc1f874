"""What both sides saw, instant by instant: a customer's messages here, our verdicts, promises and cases there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from pydantic import JsonValue

from makegood.stories.acts import read_whole
from makegood.stories.checking import items_of
from makegood.stories.money_words import account_words
from makegood.stories.stage import Stage


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
    yield from _account_of(stage, customer)
    for kind, address, line in LOOKS:
        for item in items_of(read_whole(stage, f"{address}?customer={quote(customer)}").body) or []:
            if isinstance(item, dict) and item.get("direction") != "in":
                words = line.format_map(defaultdict(str, item | {"customer": customer}))
                yield kind, f"{address}/{item.get('id')}", words, str(item.get("body") or "")


def _account_of(stage: Stage, customer: str) -> Iterator[tuple[Kind, str, str, str]]:
    """What is owed on either side, in each currency."""
    address = f"/v1/customers/{quote(customer)}/account"
    account = read_whole(stage, address).body
    currencies = account.get("currencies") if isinstance(account, dict) else None
    for each in currencies if isinstance(currencies, list) else ():
        if isinstance(each, dict):
            words = f"account of {customer}: {account_words(each)}"
            yield Kind.KNEW, f"{address}/{each.get('currency')}", words, ""


LOOKS = (
    (Kind.KNEW, "/v1/parcels", "parcel {id}: {verdict}, {probability_percent} %"),
    (Kind.KNEW, "/v1/promises", "promise to {customer}: {kind} by {due_at}, {state}"),
    (Kind.KNEW, "/v1/cases", "case {id} of {customer}: {state}, needs {attention}"),
    (Kind.SAW, "/v1/messages", "{customer} is told: {subject}"),
)
"""What is looked at, where, and what is said of each; what the customer wrote themselves is no news."""
