"""In which order the transactions of a test lock what: read off the statements that Django runs."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

# `FOR UPDATE OF` names what is locked, by its table or another name; without it, it is the table of the last FROM. An
# UPDATE locks what it changes.
NAMED = re.compile(r'\bFOR (?:NO KEY )?UPDATE OF "?(\w+)"?')
PLAIN = re.compile(r'\bFROM "?(makegood_\w+)"?(?:(?!\bFROM\b).)*?\bFOR (?:NO KEY )?UPDATE\b', re.DOTALL)
WRITTEN = re.compile(r'\bUPDATE "?(makegood_\w+)"?')
# A customer has one open case of a type: whoever opens it waits for whoever else does.
OPENED = re.compile(r'\bINSERT INTO "?(makegood_case)"')


def locked_by(statement: str) -> str | None:
    """The table that a statement locks and waits for; what skips rows that others hold waits for nobody."""
    if "SKIP LOCKED" in statement:
        return None
    if named := NAMED.search(statement):
        table = re.search(rf'"?(makegood_\w+)"? (?:AS )?"?{named.group(1)}\b', statement)
        return table.group(1) if table else named.group(1)
    found = PLAIN.search(statement) or WRITTEN.search(statement)
    return found.group(1) if found else None


class Taken:
    """The tables this transaction has locked so far, and every pair of which the second was locked under the first."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.pairs: dict[tuple[str, str], str] = {}

    def __call__(self, execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        if opened := OPENED.search(statement):
            # Also where its customer's cases were locked before, and there were none.
            self.pairs |= {(before, opened[1]): statement for before in self.held if before != opened[1]}
        table = locked_by(statement)
        if table is not None and table not in self.held:
            self.pairs |= {(before, table): statement for before in self.held}
            self.held.append(table)
        return execute(statement, parameters, many, context)

    def end(self) -> None:
        """A transaction ended, and let go of everything."""
        self.held = []


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Taken]:
    taken = Taken()
    for name in ("commit", "rollback"):
        ends = getattr(connection, name)

        def end(ends: Callable[[], None] = ends) -> None:
            taken.end()
            ends()

        monkeypatch.setattr(connection, name, end)
    with connection.execute_wrapper(taken):
        yield taken
