"""What the command says where it can't begin: one line, and exit code 2."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", ["sweep", "doctor", "export ledger"])
def test_a_database_without_our_tables_is_named_and_no_fault(command):
    empty = os.environ["DATABASE_URL"].replace("/makegood?", "/postgres?")
    done = subprocess.run(
        [sys.executable, "-m", "makegood.cli", *command.split()],
        env={**os.environ, "DATABASE_URL": empty},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = "✗ the database is not that of this version; run `makegood migrate`, or `makegood up`\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
