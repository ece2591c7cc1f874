"""What a story is played on: something that answers the public API, and whose clock can be moved."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self
from urllib.parse import quote

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """What was answered: JSON where it was JSON, else its text."""

    status: int
    body: JsonValue

    @classmethod
    def of(cls, status: int, content: bytes) -> Self:
        try:
            return cls(status, json.loads(content))
        except ValueError:
            return cls(status, content.decode("utf-8", "replace"))


def headers_for(by: str) -> dict[str, str]:
    """What a call says of for whom it is: customer:ID or staff:ID, by the story's own ids."""
    kind, _, reference = by.partition(":")
    acting = {"Acting-For": f"{'helper' if kind == 'staff' else kind}:{quote(reference)}"} if reference else {}
    return {"Accept": "application/json", **acting}


class Stage(Protocol):
    """A fresh world of its own. Nothing happens on it by itself."""

    def call(
        self, method: str, path: str, *, body: JsonValue = None, raw: str | None = None, by: str = "shop"
    ) -> ApiResponse:
        """Ask the public API, as customer:ID, staff:ID, shop or anyone; `raw` is sent as it is."""

    def move_clock(self, to: datetime) -> None:
        """Let it be `to`, which is never before what the clock shows."""

    def settle(self) -> None:
        """Do what is due now, and all that follows from it, until nothing is left to do."""

    def next_due(self) -> datetime | None:
        """The earliest instant at which something falls due; None where nothing ever will by itself."""
