"""Holds the product against a shop and its worked requests: prints every difference and, last, `N of M`.

    python -m verification.retail --data DIR --tasks FILE

Exit code 1: some request did not end as it was to. One process carries the requests out, shown neither what is to be
different nor what is to be refused; another one compares.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from verification.retail.files import read_tasks, without_answers, write_lines
from verification.retail.product import ROOT


def _run(module: str, *arguments: Path) -> int:
    words = [sys.executable, "-m", f"verification.retail.{module}", *(str(each) for each in arguments)]
    return subprocess.run(words, cwd=ROOT, check=False).returncode


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m verification.retail", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of users, products and orders (.json)")
    parser.add_argument("--tasks", type=Path, required=True, help="the requests, one a line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="makegood-retail-") as folder:
        tasks, results = Path(folder) / "tasks.jsonl", Path(folder) / "results.jsonl"
        write_lines(tasks, without_answers(read_tasks(options.tasks)))
        failed = _run("carrying_out", options.data.absolute(), tasks, results)
        return failed or _run("comparing", options.tasks.absolute(), results)


if __name__ == "__main__":
    sys.exit(main())
