"""The port through which carriers tell us of parcels."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from makegood.kit.errors import InvalidField
from makegood.parcels.rules.scans import Scan

SECRET_HEADER = "X-Scan-Secret"


class UnreadableScan(InvalidField, ValueError):
    """What a carrier sent can't be understood: `field` is its own name for the part, `reason` says why."""

    slug, title = "unreadable-scan", "What the carrier sent can't be understood"


class ZoneUnknown(UnreadableScan):
    """A local time, of which nothing says in which zone it is."""

    def __init__(self, field: str, local: datetime) -> None:
        super().__init__(field, f"{local.isoformat()} is a local time and nothing says in which zone")


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

    code: str
    """Our code of the carrier, as in `Scan.carrier`."""

    def parse(self, body: object) -> Parsed:
        """The scans in a body decoded from JSON: an event that can't be read is refused, the others are returned.

        Raises:
            UnreadableScan: the body as a whole says nothing: no tracking number, no list of events, an error.
        """

    def verify(self, *, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
        """Whether the carrier signed this very body with `secret`, in its own published way. Never raises."""


def shows_secret(*, headers: Mapping[str, str], secret: str, name: str = SECRET_HEADER) -> bool:
    """Whether a request carries the shared secret in a header: for carriers and pollers that don't sign.

    Header names in any case. An empty secret is never shown.
    """
    return bool(secret) and hmac.compare_digest(_bytes(header(headers, name)), _bytes(secret))


def is_signed(message: bytes, *, given: str, secret: str) -> bool:
    """Whether `given` is the Base64 of the message's HMAC-SHA256 under `secret`; an empty secret signs nothing."""
    wanted = base64.b64encode(hmac.digest(_bytes(secret), message, hashlib.sha256))
    return bool(secret) and hmac.compare_digest(_bytes(given), wanted)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value, its name in any case; "" where it is missing."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def storable(text: str) -> str:
    """Text without what a database can't keep: NUL, and halves of characters that JSON can smuggle in."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()


CARRIERS: dict[str, Carrier] = {}
"""Which carrier stands behind each code; `wiring` fills it."""
