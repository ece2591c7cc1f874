"""What the system understands of a carrier's words, and why: nothing is looked up and nothing changes."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from makegood.catalog.carriers import carrier_named
from makegood.kit.holidays import calendar_of
from makegood.parcels.carrier import CARRIERS, Parsed, UnreadableScan
from makegood.parcels.rules.boxes import first_of_latest
from makegood.parcels.rules.clocks import clock_of
from makegood.parcels.rules.numbers import doubt_about, numbers_in, recognise
from makegood.parcels.rules.scans import Scan, in_order
from makegood.parcels.rules.verdicts import assess
from makegood.parcels.words import in_words, number_doubt_words


class NotExplained(Exception):
    """There is nothing to explain, and why."""


def explain_parcels(
    body: object, *, carrier: str, number: str | None, label_at: datetime | None, now: datetime
) -> dict[str, Any]:
    """What a carrier's body comes to, as plain values.

    Raises:
        NotExplained: nobody reads this carrier, the body says nothing, or not of this number.
    """
    code = carrier_named(carrier) or carrier.strip().lower()
    parsed = _parse(code, body)
    wanted = numbers_in(number) if number else None
    by_number: dict[str, list[Scan]] = {}
    for scan in parsed.scans:
        if wanted is None or scan.number in wanted:
            by_number.setdefault(scan.number, []).append(scan)
    if wanted and not by_number:
        numbers = ", ".join(sorted({scan.number for scan in parsed.scans})) or "none"
        raise NotExplained(f"it holds no scans of {min(wanted, key=len)}; it holds those of: {numbers}")
    return {
        "carrier": code,
        "now": _written(now),
        "parcels": [_parcel(code, each, scans, label_at, now) for each, scans in by_number.items()],
        "refused": [asdict(refused) for refused in parsed.refused],
    }


def _parse(code: str, body: object) -> Parsed:
    known = CARRIERS.get(code)
    if known is None:
        raise NotExplained(f"we read no carrier called {code!r}; known: {', '.join(sorted(CARRIERS))}")
    try:
        return known.parse(body)
    except UnreadableScan as error:
        raise NotExplained(str(error)) from error


def _parcel(code: str, number: str, scans: Sequence[Scan], label_at: datetime | None, now: datetime) -> dict[str, Any]:
    ordered = in_order(scans)
    origin = calendar_of(country=settings.SHOP_COUNTRY, zone=settings.SHOP_ZONE)
    made_at = label_at or first_of_latest(ordered).happened_at
    believed = assess(label_at=made_at, scans=ordered, promised_at=None, clock=clock_of(code), origin=origin, now=now)
    window = believed.claim_window
    return {
        "number": number,
        "formats": [
            {"courier": each.courier, "format": each.format_name, "check_digit_holds": each.check_holds}
            for each in recognise(number)
        ],
        "doubt": number_doubt_words(doubt) if (doubt := doubt_about(number, code)) else None,
        "label_at": _written(made_at),
        "scans": [_scan(scan) for scan in ordered],
        "verdict": believed.state.value,
        "outcome": believed.outcome.value,
        "probability_percent": believed.probability_percent,
        "evidence": [{**each.as_plain(), "words": in_words(each, zone=origin.zone)} for each in believed.evidence],
        "claim_window": {"opens_date": str(window.opens_date), "closes_date": str(window.closes_date)}
        if window
        else None,
        "look_again_at": _written(believed.look_again_at) if believed.look_again_at else None,
    }


def _scan(scan: Scan) -> dict[str, str]:
    return {
        "happened_at": _written(scan.happened_at),
        "kind": scan.kind.value,
        "code": scan.code,
        "place": scan.place,
        "words": scan.words,
    }


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
