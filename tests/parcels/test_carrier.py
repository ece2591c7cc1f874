"""The port's shared secret, and the carrier that is written by hand."""

from datetime import datetime

import pytest

from makegood.parcels.carrier import Carrier, UnreadableScan, shows_secret
from makegood.parcels.rules.scans import Scan, ScanKind
from tests.carriers import ConsoleCarrier


def at(text):
    return datetime.fromisoformat(text)


def test_the_console_carrier_fits_the_port_too():
    carrier: Carrier = ConsoleCarrier("pigeon")
    good = {"kind": "moved", "happened_at": "2026-10-05T16:00Z", "place": "RENO"}
    parsed = carrier.parse({"number": " p 1 ", "scans": [good, {"kind": "flown"}, 3, good | {"happened_at": "16:00"}]})
    assert parsed.scans == (
        Scan(carrier="pigeon", number="p 1", code="moved", kind=ScanKind.MOVED, happened_at=at("2026-10-05T16:00Z"),
             place="RENO"),
    )  # fmt: skip
    assert [(one.index, one.field) for one in parsed.refused] == [(1, "kind"), (2, "scans"), (3, "happened_at")]
    assert carrier.verify(headers={"x-scan-secret": "s"}, raw_body=b"", secret="s")
    for body in (None, {}, {"number": ""}, {"number": "1"}):
        with pytest.raises(UnreadableScan):
            carrier.parse(body)


def test_a_shared_secret_is_shown_whole_or_not_at_all():
    assert shows_secret(headers={"X-Scan-Secret": "open"}, secret="open")
    assert not shows_secret(headers={"X-Scan-Secret": "ope"}, secret="open")
    assert not shows_secret(headers={}, secret="open")
    assert not shows_secret(headers={"X-Scan-Secret": ""}, secret="")
