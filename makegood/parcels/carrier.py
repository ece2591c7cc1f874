"""The port through which carriers tell us of parcels, and a carrier that is written by hand."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from makegood.kit.errors import InvalidField
from makegood.parcels.rules.scans import Scan, ScanKind

SECRET_HEADER = "X-Scan-Secret"


class UnreadableScan(InvalidField, ValueError):
    """What a carrier sent can't be understood: `field` is its own name for the part, `reason` says why."""

    slug, title = "unreadable-scan", "What the carrier sent can't be understood"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedScan:
    """One part of a body that was not understood: `index` counts from 0 in the carrier's list; `number` may be ""."""

    number: str
    index: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a body came to: the scans in the carrier's own order, and what was refused of it, each with its reason."""

    scans: tuple[Scan, ...]
    refused: tuple[RefusedScan, ...] = ()


class Carrier(Protocol):
    """A carrier's way of telling us. Neither method looks anything up, calls anyone or waits."""

    @property
    def code(self) -> str:
        """Our code of the carrier, as in `Scan.carrier`."""

    def parse(self, body: object) -> Parsed:
        """The scans in a body decoded from JSON: an event that can't be read is refused, the others are returned.

        Raises:
            UnreadableScan: the body as a whole says nothing: no tracking number, no list of events, an error.
        """

    def verify(self, *, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
        """Whether the carrier signed this very body with `secret`, in its own published way. Never raises."""


def shows_secret(*, headers: Mapping[str, str], secret: str) -> bool:
    """Whether a request carries the shared secret in `X-Scan-Secret`: for carriers and pollers that don't sign.

    Header names in any case. An empty secret is never shown.
    """
    given = header(headers, SECRET_HEADER)
    return bool(secret) and hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode("utf-8", "replace"))


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value, its name in any case; "" where it is missing."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def storable(text: str) -> str:
    """Text without what a database can't keep: NUL, and halves of characters that JSON can smuggle in."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()


class ConsoleCarrier:
    """A carrier whose scans are written by hand, in our own words, under any code: for the console, demo and tests.

    A body is `{"number": "...", "scans": [{"kind": "moved", "happened_at": "2026-10-05T16:00Z", "code": "...",
    "place": "...", "words": "..."}]}`; kind and an aware happened_at are needed. It is verified by the shared secret.
    """

    def __init__(self, code: str = "console") -> None:
        self._code = code

    @property
    def code(self) -> str:
        return self._code

    def parse(self, body: object) -> Parsed:
        if not isinstance(body, Mapping) or not isinstance(number := body.get("number"), str) or not number.strip():
            raise UnreadableScan("number", "it is missing")
        if not isinstance(events := body.get("scans"), list):
            raise UnreadableScan("scans", "it is not a list")
        scans: list[Scan] = []
        refused: list[RefusedScan] = []
        for index, event in enumerate(events):
            try:
                scans.append(self._scan(number.strip(), event))
            except UnreadableScan as problem:
                refused.append(
                    RefusedScan(number=number.strip(), index=index, field=problem.field, reason=problem.reason)
                )
        return Parsed(scans=tuple(scans), refused=tuple(refused))

    def verify(self, *, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
        return shows_secret(headers=headers, secret=secret)

    def _scan(self, number: str, event: object) -> Scan:
        if not isinstance(event, Mapping):
            raise UnreadableScan("scans", "an entry is not an object")
        try:
            kind = ScanKind(str(event.get("kind")))
        except ValueError:
            raise UnreadableScan("kind", f"there is no kind {event.get('kind')!r}") from None
        return Scan(
            carrier=self.code,
            number=number,
            code=storable(str(event.get("code") or kind.value)),
            kind=kind,
            happened_at=_instant(event.get("happened_at")),
            place=storable(str(event.get("place") or "")),
            words=storable(str(event.get("words") or "")),
        )


def _instant(value: object) -> datetime:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        instant = None
    if instant is None or instant.utcoffset() is None:
        raise UnreadableScan("happened_at", f"{value!r} is not an instant with its zone")
    return instant


CARRIERS: dict[str, Carrier] = {}
"""Which carrier stands behind each code; `wiring` fills it."""
