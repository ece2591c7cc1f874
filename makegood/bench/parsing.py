"""How quickly each carrier's JSON becomes scans: one body of each, as the carrier publishes it, read many times."""

import json
from pathlib import Path

from makegood.bench.figures import seconds
from makegood.parcels.carrier import CARRIERS

BODIES = Path(__file__).parent / "bodies"
SCANS = 5000


def parsing() -> dict[str, float]:
    """Scans a second by carrier, from the bytes that came to scans: `parse_usps_per_second` and its like."""
    return {f"parse_{code}_per_second": _rate(code) for code in sorted(CARRIERS) if _body(code).exists()}


def _body(code: str) -> Path:
    return BODIES / f"{code}.json"


def _rate(code: str) -> float:
    raw, carrier = _body(code).read_bytes(), CARRIERS[code]
    parsed = carrier.parse(json.loads(raw))
    if parsed.refused or not parsed.scans:
        raise RuntimeError(f"{code}.json: {parsed.refused or 'no scans'}")
    times = max(SCANS // len(parsed.scans), 1)

    def read() -> None:
        for _ in range(times):
            carrier.parse(json.loads(raw))

    return times * len(parsed.scans) / seconds(read)
