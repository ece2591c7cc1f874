"""A carrier that tells, and one that answers, by hand: what stands behind the ports where no real carrier should."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from makegood.parcels.carrier import Parsed, UnreadableScan, shows_secret, storable
from makegood.parcels.reading import Part, read_events
from makegood.parcels.rules.polling import PollLimit
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.tracker import TrackerResponse


class ConsoleCarrier:
    """A carrier whose scans are written by hand, in our own words, under any code: for the console, demo and tests.

    A body is `{"number": "...", "scans": [{"kind": "moved", "happened_at": "2026-10-05T16:00Z", "code": "...",
    "place": "...", "words": "..."}]}`; kind and an aware happened_at are needed. It is verified by the shared secret.
    """

    def __init__(self, code: str = "gls") -> None:
        self.code = code

    def parse(self, body: object) -> Parsed:
        if not isinstance(body, Mapping) or not isinstance(number := body.get("number"), str) or not number.strip():
            raise UnreadableScan("number", "it is missing")
        if not isinstance(events := body.get("scans"), list):
            raise UnreadableScan("scans", "it is not a list")
        number = number.strip()
        return read_events(events, field="scans", number=number, read=lambda event, _: self._scan(number, event))

    def verify(self, *, headers: Mapping[str, str], raw_body: bytes, secret: str) -> bool:
        return shows_secret(headers=headers, secret=secret)

    def _scan(self, number: str, event: Part) -> Scan:
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


class ConsoleTracker:
    """A carrier whose answers are written by hand: `known` holds what `ConsoleCarrier` reads, by number.

    `asked` keeps what it was asked, call by call.
    """

    at_once = 10

    def __init__(self, known: Mapping[str, object], *, code: str = "gls", limits: tuple[PollLimit, ...] = ()) -> None:
        self.known, self.code = known, code
        self.limits = limits or (PollLimit(60, 60),)
        self.asked: list[tuple[str, ...]] = []

    def ask(self, numbers: Sequence[str], *, page: str = "") -> TrackerResponse:
        """One number a page, so that answers in parts are met as well."""
        self.asked.append(tuple(numbers))
        place = int(page or 0)
        rest = str(place + 1) if place + 1 < len(numbers) else ""
        return TrackerResponse(body=self.known.get(numbers[place]), next_page=rest)
