"""Transfers booked by many at once, beside pgbench's TPC-B-like transactions on the same server."""

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connection

from makegood.bench.figures import Report, Threshold, alternating, until
from makegood.kit.postgres import binaries
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.queries import balance, faults_in_books
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLIENTS = 8
CUSTOMERS = 100_000
# Every so-manieth transfer is of one customer's one receipt, for which all clients wait in turn.
HOT_EVERY = 10
HOT = Account(AccountKind.RECEIVED, 1)
CENT = Money(amount_minor=1, currency="USD")
LIMITS = {"ratio": Threshold(at_least=0.8), "faults": Threshold(at_most=0)}
CLIENT = "import sys, django; django.setup(); from makegood.bench.ledger import work; work(*map(int, sys.argv[1:]))"
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)

Progress = Callable[[str], None]


def measure(*, seconds: int = 20, runs: int = 3, scale: int = 100, say: Progress = lambda _: None) -> Report:
    """Measure on an empty, migrated database that nobody else uses; `seconds` is how long each run lasts.

    `ratio` is our transfers a second over pgbench's transactions a second (TPC-B-like, prepared, `scale` branches), by
    8 clients each, with one commit each. Ours are calls of `money.actions.book` from processes of Python.
    """
    say(f"pgbench at scale {scale}")
    _pgbench("--initialize", "--quiet", f"--scale={scale}")
    before = _count()

    def ours() -> float:
        return -_ours(seconds)

    def bare() -> float:
        said = _pgbench(f"--client={CLIENTS}", "--jobs=2", "--protocol=prepared", f"--time={seconds}", "--no-vacuum")
        found = _TPS.search(said)
        if found is None:
            raise RuntimeError(f"pgbench told no figure: {said}")
        return -float(found[1])

    def after(name: str) -> None:
        say(f"  {name}, {_count():,} transfers by now")
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")

    booked, bare_tps = (-median for median in alternating(ours=ours, bare=bare, runs=runs, after_each=after))
    transfers = _count() - before
    faults = len(faults_in_books())
    if balance(HOT, "USD", customer_id=1).amount_minor * HOT_EVERY < transfers * 0.9:
        raise RuntimeError("the one account that all wait for holds less than was booked on it")
    figures = {
        "ratio": booked / bare_tps,
        "ours_per_second": booked,
        "bare_per_second": bare_tps,
        "transfers": transfers,
        "faults": faults,
    }
    return Report(bench="ledger", figures=figures, limits=LIMITS)


def _ours(seconds: int) -> float:
    """Transfers a second by all clients together, counted from when the last of them is ready."""
    run = _count()
    clients = [
        subprocess.Popen(
            [sys.executable, "-c", CLIENT, str(place), str(run), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(CLIENTS)
    ]
    for client in clients:
        if client.stdout is None or client.stdout.readline() != "ready\n":
            raise RuntimeError("a client did not begin")
    counted = 0
    for client in clients:
        if client.stdin is not None:
            client.stdin.write("go\n")
            client.stdin.flush()
    for client in clients:
        said, _ = client.communicate()
        counted += int(said)
    return counted / seconds


def work(place: int, run: int, seconds: int) -> None:
    """One client: say when it is ready, and book until the time is over."""
    chance = random.Random(run + place)  # noqa: S311  whose turn it is, not a secret
    connection.ensure_connection()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    turn = 0
    for turn in until(seconds):
        customer = 1 if turn % HOT_EVERY == 0 else chance.randrange(2, CUSTOMERS)
        legs = [Leg(debit=HOT, credit=RUNNING, amount=CENT)]
        book(customer_id=customer, kind=TransferKind.RECEIVED, key=f"{run}:{place}:{turn}", legs=legs, at=NOW)
    sys.stdout.write(f"{turn}\n")


def _count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM makegood_transfer")
        return int(cursor.fetchone()[0])


def _pgbench(*arguments: str) -> str:
    url = os.environ["DATABASE_URL"]
    done = subprocess.run([str(binaries() / "pgbench"), *arguments, url], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pgbench: {done.stderr.strip()}")
    return done.stdout
