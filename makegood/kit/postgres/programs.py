"""How each PostgreSQL program is called: as the server's user, with a clean environment, dying with us."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from makegood.kit.postgres.account import Account
from makegood.kit.postgres.unusable import PostgresUnusable, last_words

Words = list[str | Path]  # a program and its arguments

# None of the caller's PG* variables, and no locale or zone but the ones we choose.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def command_line(*, account: Account, program: Words, death_signal: signal.Signals) -> list[str]:
    """`program` by way of launch.py; it must be started by a thread that lives as long as it should."""
    if not sys.executable:
        raise PostgresUnusable("Python doesn't know its own path, so it can't start PostgreSQL; set DATABASE_URL")
    launch = Path(__file__).with_name("launch.py")
    before = [os.getpid(), account.uid, account.gid, int(death_signal)]
    return [sys.executable, "-I", "-S", str(launch), *map(str, before), *map(str, program)]


def run(*, account: Account, program: Words, standard_input: str = "") -> None:
    """Run a program to its end.

    Raises:
        PostgresUnusable: it failed; the message holds its last words.
    """
    finished = subprocess.run(
        command_line(account=account, program=program, death_signal=signal.SIGKILL),
        input=standard_input,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=ENVIRONMENT,
        start_new_session=True,
        text=True,
        errors="replace",
        check=False,
    )
    if finished.returncode:
        name = Path(program[0]).name
        raise PostgresUnusable(f"{name} failed (exit {finished.returncode}): {last_words(finished.stdout)}")
