"""The bench of scans at a small size: everything it claims but its time, with two real processes."""

import json
import os
import subprocess
import sys

from makegood.bench.parsing import parsing
from makegood.parcels.carrier import CARRIERS


def test_scans_end_right_in_order_and_shuffled_doubled_and_split_over_two_processes(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "makegood.cli", "bench", "scans", "--size", "3000", "--runs", "1", "--check", "--json"],
        env={**os.environ, "MAKEGOOD_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    report = json.loads(done.stdout)
    figures = report["figures"]
    assert (report["bench"], figures["scans"], figures["distinct"]) == ("scans", 3000, 2970)
    assert (figures["wrong_verdicts"], figures["same_when_shuffled"]) == (0, 1)
    assert done.returncode == (0 if report["passed"] else 1)


def test_every_carrier_has_a_body_to_be_timed_with():
    assert {f"parse_{code}_per_second" for code in CARRIERS} <= {*parsing()}
