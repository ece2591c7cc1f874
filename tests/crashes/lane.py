"""One shop of its own in which a story is played again and again: PostgreSQL, letterbox, gateway, web, worker."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from makegood.kit import postgres
from tests.crashes.ending import Ending, ending_of, misdelivered
from tests.crashes.gateway import GatewaySide, gateway
from tests.crashes.letterbox import Letterbox, letterbox
from tests.crashes.points import Point
from tests.crashes.script import HEARS, TELLS, WRONG, Stage, Story
from tests.stripe_server.server import KEY, SECRET
from tests.waiting import until

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
QUIET = """
SELECT NOT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))
   AND NOT EXISTS (SELECT FROM makegood_statusestimate WHERE look_at <= makegood_now())
   AND NOT EXISTS (SELECT FROM makegood_promise WHERE state = 'open' AND due_at <= makegood_now())
   AND NOT EXISTS (SELECT FROM makegood_promise
                   WHERE state = 'open' AND at_risk_since IS NULL AND at_risk_at <= makegood_now())
"""
# The default way to copy (WAL_LOG) leaves sequences that a crash puts back, since what they logged ahead is not copied.
COPIED = "STRATEGY FILE_COPY"
# A kill is no power cut: what was written stays in the system's memory, so PostgreSQL need not wait for the disk.
POSTGRES = {"fsync": "off"}
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "makegood.settings",
    "MAKEGOOD_WORKER_SILENT_SECONDS": "2",
    "MAKEGOOD_WORKER_SWEEP_SECONDS": "0.1",
    "MAKEGOOD_WORKER_POLL_SECONDS": "0.1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended: what the business sees, letters gone wrong, letters sent twice in doubt, the points passed."""

    ending: Ending
    wrong: list[str]
    twice: list[str]
    points: list[dict[str, Any]]

    @property
    def struck(self) -> bool:
        return any(point["struck"] for point in self.points)


def make_home(home: Path) -> None:
    """A shop in which nothing has happened."""
    with postgres.start(home=home, settings=POSTGRES) as server:
        command = [sys.executable, "-m", "makegood.cli", "migrate"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": server.url}, check=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A database, and what the world outside held then: letters received, and all that a gateway knows."""

    name: str
    received: Counter[str]
    gateway: tuple[Any, ...]


class Lane:
    """The processes of one shop, which it starts again when they end, as `makegood up` does."""

    def __init__(self, story: Story, *, home: Path, box: Letterbox, side: GatewaySide) -> None:
        self.story, self.home, self.box, self.side = story, home, box, side
        self.server = postgres.start(home=home, settings=POSTGRES)
        self.url = self.server.url
        self._pids: dict[str, int] = {}
        self._asking: psycopg.Connection | None = None
        self._shim = self._start_shim()

    def _start_shim(self) -> "subprocess.Popen[str]":
        host, port = self.box.address
        there = {"DATABASE_URL": self.url, "MAKEGOOD_SMTP_HOST": host, "MAKEGOOD_SMTP_PORT": str(port)}
        if self.story.has_gateway:
            there |= {"MAKEGOOD_STRIPE_KEY": KEY, "MAKEGOOD_STRIPE_WEBHOOK_SECRET": SECRET}
            there |= {"MAKEGOOD_STRIPE_URL": self.side.url}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.shim", str(self.home), self.story.name],
            cwd=ROOT,
            env={**os.environ, **SETTINGS, **there},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    # -- everything, kept and brought back

    def keep(self, name: str) -> Kept:
        """Remember everything as it is now."""
        self._administer(f"CREATE DATABASE {name} TEMPLATE makegood {COPIED}")
        return Kept(name=name, received=Counter(self.box.received), gateway=self.side.kept())

    def bring_back(self, kept: Kept) -> None:
        self._administer(
            "DROP DATABASE IF EXISTS makegood WITH (FORCE)", f"CREATE DATABASE makegood TEMPLATE {kept.name} {COPIED}"
        )
        self.box.received = Counter(kept.received)
        self.side.bring_back(kept.gateway)

    def _administer(self, *statements: str) -> None:
        self.end_processes()
        self._stop_asking()
        self._revive()
        url = self.url.replace("/makegood?", "/postgres?")
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    # -- processes

    def start(self, role: str, strike: dict[str, Any] | None = None) -> None:
        assert self._shim.stdin
        assert self._shim.stdout
        if role == "web":
            (self.home / "web.sock").unlink(missing_ok=True)
        self._shim.stdin.write(json.dumps({"role": role, "strike": strike}) + "\n")
        self._shim.stdin.flush()
        self._pids[role] = int(self._shim.stdout.readline())

    def pid(self, role: str) -> int:
        return self._pids[role]

    def look(self) -> None:
        """Start again what has ended."""
        self._revive()
        for role in ("web", "worker"):
            if _is_gone(self._pids[role]):
                self.start(role)

    def _revive(self) -> None:
        if not self.server.alive:
            self.server = postgres.start(home=self.home, settings=POSTGRES)

    def end_processes(self) -> None:
        for pid in self._pids.values():
            if not _is_gone(pid):
                os.kill(pid, signal.SIGKILL)
            until(partial(_is_gone, pid))
        self._pids.clear()

    def end(self) -> None:
        self.end_processes()
        self._stop_asking()
        self._shim.kill()
        self._shim.communicate()
        self.server.stop()

    # -- playing

    def play(self, stages: Sequence[Stage], *, strike: Point | None = None, kills_postgres: bool = False) -> None:
        """Play these stages and strike in the first; each begins when nothing more follows from the one before."""
        (self.home / "points.jsonl").unlink(missing_ok=True)
        for role in ("web", "worker"):
            armed = strike is not None and strike.by == role
            postmaster = self.server.pid if kills_postgres else None
            self.start(
                role, {"what": strike.what, "n": strike.n, "postmaster": postmaster} if strike and armed else None
            )
        for stage in stages:
            for step, argument in stage.steps:
                self._do(step, argument)
            until(self.is_quiet, seconds=PATIENCE_SECONDS, what=f"quiet after {stage.name}")
            self._do(WRONG, "")

    def _do(self, step: str, argument: str) -> None:
        if step in self.story.elsewhere:
            self.story.elsewhere[step](self.side, argument)
        elif step == TELLS:
            while self.side.is_behind:
                until(lambda: self.ask(HEARS, self.side.push()), seconds=PATIENCE_SECONDS, what=HEARS)
                self.side.told += 1
        else:
            until(partial(self.ask, step, argument), seconds=PATIENCE_SECONDS, what=step)

    def ask(self, step: str, argument: str) -> bool:
        """Ask the web for a step; whoever gets no answer asks again."""
        self.look()
        try:
            with socket.socket(socket.AF_UNIX) as call:
                call.settimeout(PATIENCE_SECONDS)
                call.connect(str(self.home / "web.sock"))
                call.sendall(json.dumps([step, argument]).encode() + b"\n")
                # PostgreSQL is started again meanwhile: who has to answer may be waiting for it.
                until(partial(self._is_answered, call), seconds=PATIENCE_SECONDS, what=f"an answer to {step}")
                said = call.makefile().readline()
        except OSError:
            return False
        if said and json.loads(said) != "done":
            if "OperationalError" in said or "PoolTimeout" in said:  # a page says so, and is loaded again
                return False
            raise AssertionError(f"{step}: {said}")
        return bool(said)

    def _is_answered(self, call: socket.socket) -> bool:
        self.look()
        return bool(select.select([call], [], [], 0.1)[0])

    def is_quiet(self) -> bool:
        """Whether nothing more follows from what was asked so far."""
        self.look()
        try:
            if self._asking is None:
                self._asking = psycopg.connect(self.url, autocommit=True)
            row = self._asking.execute(QUIET).fetchone()
        except psycopg.OperationalError:
            self._stop_asking()
            return False
        return bool(row and row[0])

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.close()
        self._asking = None

    def points(self) -> list[dict[str, Any]]:
        """What was counted in this play."""
        file = self.home / "points.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def outcome(self) -> Outcome:
        """The end, with the letters and refunds that this run's database knows of."""
        wrong, twice = misdelivered(self.url, self.box.received)
        ending = {**ending_of(self.url), "at the gateway": self.side.ending()}
        wrong += self.side.misrefunded(self.url)
        return Outcome(ending=ending, wrong=wrong, twice=twice, points=self.points())


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@contextmanager
def lane(story: Story, home: Path) -> Iterator[Lane]:
    with letterbox() as box, gateway() as side:
        shop = Lane(story, home=home, box=box, side=side)
        try:
            yield shop
        finally:
            shop.end()
