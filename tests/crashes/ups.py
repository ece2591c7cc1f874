"""`makegood up` in a process group of its own, and what can be seen of it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import psycopg

from tests.ports import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90
SETTINGS = {"MAKEGOOD_WORKER_SILENT_SECONDS": "3", "MAKEGOOD_WORKER_SWEEP_SECONDS": "0.3"}
# A promise that is due at once: the worker's sweep breaks it, and its reaction leaves a mark.
DUE = """
WITH customer AS (
    INSERT INTO makegood_customer (reference, name, language, zone, since_date, sign_in_generation)
    VALUES (gen_random_uuid(), 'Ada', 'en', 'UTC', '2020-01-01', 0) RETURNING id
)
INSERT INTO makegood_promise (customer_id, kind, made_at, made_by, due_at, original_due_at, state)
SELECT id, 'reply', now(), 'shop', now(), now(), 'open' FROM customer RETURNING customer_id
"""
TAKEN = "SELECT count(*) FROM makegood_reactionrun WHERE customer_id = %s"


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def command_of(pid: int) -> list[str]:
    """The words that a process was started with; none of one that is gone, be it while we ask."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def command(*words: str, home: Path, said: str = "", **environment: str) -> "subprocess.Popen[str]":
    """A `makegood` command in a process group of its own; it finds no DATABASE_URL unless it is given one.

    Whoever lets it say much names a file for it: a pipe that nobody reads fills, and then it waits for a reader.
    """
    there = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "MAKEGOOD_HOME"}}
    with ExitStack() as files:
        return subprocess.Popen(
            [sys.executable, "-m", "makegood.cli", *words],
            cwd=ROOT,
            env={**there, **SETTINGS, "MAKEGOOD_HOME": str(home), **environment},
            stdout=files.enter_context(Path(said).open("w")) if said else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def outcome(*words: str, home: Path, **environment: str) -> tuple[int, str]:
    running = command(*words, home=home, **environment)
    said, _ = running.communicate(timeout=PATIENCE_SECONDS)
    return running.returncode, said.strip()


class Up:
    """A shop that is being brought up; `await_ready` returns when its page answers."""

    def __init__(self, home: Path, *words: str, said: str = "", **environment: str) -> None:
        self.home, self.port = home, free_port()
        self.seen: set[int] = set()
        words = words or ("--no-demo",)
        self.process = command("up", "--port", str(self.port), *words, home=home, said=said, **environment)

    @property
    def url(self) -> str:
        return (self.home / "database-url").read_text()

    def await_ready(self) -> "Up":
        until(self.answers, seconds=PATIENCE_SECONDS, what="the page")
        until(lambda: self.part("worker"), seconds=PATIENCE_SECONDS, what="the worker")
        self.seen |= {self.part("web"), self.part("worker")}
        if (self.home / "cluster").exists():
            self.seen.add(self.postmaster())
        return self

    def answers(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()[0]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/contact", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def part(self, name: str) -> int:
        """The id of `up`'s web or worker; 0 while there is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next((pid for pid in map(int, children) if {"makegood.cli", name} <= set(command_of(pid))), 0)

    def postmaster(self) -> int:
        return int((self.home / "cluster" / "postmaster.pid").read_text().split("\n")[0])

    def reacts(self) -> None:
        """Let something fall due, and wait until it has had its effect."""
        began = time.monotonic()
        customer = until(lambda: self.asked(DUE), seconds=PATIENCE_SECONDS, what="the database")
        until(lambda: self.asked(TAKEN, customer), seconds=PATIENCE_SECONDS, what="a reaction")
        assert time.monotonic() - began < 60

    def asked(self, question: str, *values: object) -> int:
        """The one number of an answer; 0 while nobody answers."""
        assert self.process.poll() is None, self.process.communicate()[0]
        try:
            with psycopg.connect(self.url) as connection:
                row = connection.execute(question, values).fetchone()
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable, FileNotFoundError):
            return 0
        return int(row[0]) if row else 0

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C: the whole group hears it."""
        os.killpg(self.process.pid, signal.SIGINT)
        said, _ = self.process.communicate(timeout=30)
        return self.process.returncode, said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def await_gone(self, *, seconds: float) -> None:
        for pid in self.seen:
            until(lambda pid=pid: is_gone(pid), seconds=seconds, what=f"the end of {pid}")  # type: ignore[misc]

    def clean_up(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=30)
        self.await_gone(seconds=30)
