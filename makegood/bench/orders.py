"""Orders by the command itself, once and once more: rows a second and peak memory, at a tenth of the size and at it."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from makegood.bench.figures import Report, Threshold

BEGAN = datetime(2026, 10, 5, 16, 0, tzinfo=UTC)
CUSTOMERS = 10_000
SKUS = 200
# Memory may grow by what the allocator keeps, not with the file; a known file is read, compared and left alone.
LIMITS = {"memory_growth": Threshold(at_most=1.1), "again_faster": Threshold(at_least=1.5)}

# It says its peak itself, last: what `wait4` calls a child's peak begins with what its parent held, which has migrated.
PROCESS = """
import atexit, runpy
from makegood.bench.figures import memory_mb
atexit.register(lambda: print(memory_mb("VmHWM")))
runpy.run_module("makegood.cli", run_name="__main__")
"""

Progress = Callable[[str], None]


def measure(*, size: int = 100_000, say: Progress = lambda _: None) -> Report:
    """Import files of orders, three of four with a parcel, into an empty, migrated database named in the environment.

    Rates are rows a second of the whole command, its start included; memory is the command's peak resident set in MB.
    """
    figures: dict[str, float] = {"orders": size}
    with tempfile.TemporaryDirectory() as folder:
        _write_shop(Path(folder))
        for name in ("places", "products", "services", "customers"):
            _import(name, Path(folder) / f"{name}.jsonl")
        for prefix, first, count in (("small_", size, size // 10), ("", 0, size)):
            file = Path(folder) / f"orders-{count}.jsonl"
            _write(file, (order_of(number) for number in range(first, first + count)))
            for run in ("first", "again"):
                took, cpu, peak = _import("orders", file)
                say(f"  {count:,} orders, {run}: {count / took:,.0f} a second, {peak:,.0f} MB")
                figures |= {f"{prefix}{run}_per_second": count / took, f"{prefix}{run}_peak_mb": peak}
                figures[f"{prefix}{run}_cpu_s"] = cpu
    figures["memory_growth"] = figures["first_peak_mb"] / figures["small_first_peak_mb"]
    figures["again_faster"] = figures["again_per_second"] / figures["first_per_second"]
    return Report(bench="orders", figures=figures, limits=LIMITS)


def _import(kind: str, file: Path) -> tuple[float, float, float]:
    """`makegood import KIND FILE` in a process of its own: seconds, its own processor's seconds, peak megabytes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-c", PROCESS, "import", kind, str(file), "--json"]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, cpu, float(said.splitlines()[-1])


def _write_shop(folder: Path) -> None:
    _write(folder / "places.jsonl", [{"id": "reno", "name": "Reno", "country": "US", "zone": "America/Los_Angeles"}])
    products = ({"sku": f"S{n}", "title": f"Book {n}", "currency": "USD", "price_minor": 1000 + n} for n in range(SKUS))
    _write(folder / "products.jsonl", products)
    lanes = [{"country": "*", "rate_minor": 480, "transit_days": 4}]
    service = {"id": "ground", "name": "Ground", "carrier": "usps", "currency": "USD", "lanes": lanes}
    _write(folder / "services.jsonl", [service])
    customers = ({"id": f"c{n}", "name": f"Customer {n}", "email": f"c{n}@bench.example"} for n in range(CUSTOMERS))
    _write(folder / "customers.jsonl", customers)


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    with file.open("w") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")


def order_of(number: int) -> dict[str, Any]:
    """The order of this number: two lines, paid by card, promised in eleven days; three of four have left whole."""
    lines = [
        {"id": "1", "sku": f"S{number % SKUS}", "quantity": 1 + number % 3, "unit_price_minor": 1000 + number % SKUS},
        {"id": "2", "sku": f"S{(number * 7 + 1) % SKUS}", "quantity": 1, "unit_price_minor": 1500},
    ]
    placed_at = BEGAN - timedelta(seconds=number % 86_400)
    parcel = {
        "id": f"P{number}",
        "place": "reno",
        "service": "ground",
        "carrier": "usps",
        "number": _number_of(number),
        "label_at": BEGAN.isoformat(),
        "units": [{"line": line["id"], "quantity": line["quantity"]} for line in lines],
    }
    return {
        "id": f"O{number}",
        "customer": f"c{number % CUSTOMERS}",
        "placed_at": placed_at.isoformat(),
        "currency": "USD",
        "lines": lines,
        "postage_minor": 480,
        "paid": [{"tender": "card", "amount_minor": 5000, "label": "Visa ending 4242"}],
        "ship_to": {
            "name": f"Customer {number % CUSTOMERS}",
            "lines": [f"{number} Orchard Street"],
            "postcode": "10002",
            "country": "US",
            "zone": "America/New_York",
        },
        "deliver_by_date": "2026-10-16",
        "version_at": placed_at.isoformat(),
        "parcels": [parcel] if number % 4 else [],
    }


def _number_of(serial: int) -> str:
    """A USPS number of 22 digits with its check digit (mod 10, weights 3 and 1 from the right)."""
    digits = f"94001{serial:016d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"
