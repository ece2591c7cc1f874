"""The bench of the ledger for a second: everything it claims but its speed, with eight real processes."""

import json
import os
import subprocess
import sys

import pytest


# Forty processes of Python are begun for it, half a minute.
@pytest.mark.exhaustive
def test_many_book_at_once_and_the_books_are_right(tmp_path):
    options = ["--size", "1", "--runs", "1", "--seconds", "1", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "makegood.cli", "bench", "ledger", *options],
        env={**os.environ, "MAKEGOOD_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    report = json.loads(done.stdout)
    figures = report["figures"]
    assert (report["bench"], figures["faults"]) == ("ledger", 0)
    assert figures["transfers"] > 100
    assert figures["ratio"] == pytest.approx(figures["ours_per_second"] / figures["bare_per_second"], abs=0.001)
    assert done.returncode == (0 if report["passed"] else 1), done.stderr
