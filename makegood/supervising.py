"""`makegood up`: PostgreSQL, web and worker in one foreground group that Ctrl-C ends and kill -9 leaves recoverable."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from rich.console import Console

from makegood.database import ADDRESS, home, keep_secret, usable_home
from makegood.kit import postgres

PR_SET_PDEATHSIG = 1
# Names the process that started us, for a child that outlives it before it can ask to be told.
PARENT = "MAKEGOOD_PARENT"
LOOK_EVERY_SECONDS = 0.5
GRACE_SECONDS = 15.0
# A child that lived shorter than this did not start at all; three times in a row and we say so and end.
TOO_SHORT_SECONDS = 3.0
TRIES = 3

say = Console(stderr=True, highlight=False)


class CannotRun(Exception):
    """It could not begin, or a part keeps ending by itself; the words say why."""


class Child:
    """One part of the product in a process of its own, started again when it ends by itself."""

    def __init__(self, name: str, *words: str) -> None:
        self.name, self.words = name, words
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.short_lives = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        # In a group of its own, so that Ctrl-C reaches us alone and the children end when we say so: one that was still
        # importing when it heard the terminal would end with a traceback.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "makegood.cli", *self.words],
            env={**os.environ, PARENT: str(os.getpid())},
            process_group=0,
        )

    def look(self) -> None:
        """Start it again if it ended.

        Raises:
            CannotRun: it ends as soon as it starts, again and again.
        """
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started_at
        self.short_lives = self.short_lives + 1 if lived < TOO_SHORT_SECONDS else 0
        if self.short_lives >= TRIES:
            raise CannotRun(f"the {self.name} ends as soon as it starts; its last words are above")
        say.print(f"· the {self.name} ended ({self.process.returncode}); starting it again")
        self.start()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def await_end(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def die_with_parent() -> None:
    """End at once when the `up` that started us ends, however it ends (Linux); started by hand, live on.

    By SIGKILL: PostgreSQL ends at the same moment, so there is nothing left to do in order.
    """
    parent = os.environ.get(PARENT)
    if parent is None:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):  # it was gone before we asked, so nothing would tell us
        sys.exit("the process that started this one has ended")


class Database:
    """The embedded PostgreSQL of a home, started again when somebody kills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = postgres.start(home=folder)
        (folder / ADDRESS).write_text(self.server.url)

    def look(self) -> None:
        if not self.server.alive:
            say.print("· PostgreSQL ended; starting it again")
            self.server = postgres.start(home=self.folder)

    def stop(self) -> None:
        (self.folder / ADDRESS).unlink(missing_ok=True)
        self.server.stop()


def run(*, host: str, port: int, prepare: Callable[[], None], welcome: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM. `prepare` migrates and fills the shop once the database is there.

    `welcome` says that we are up, once the web listens: whoever follows what it says is answered.

    Raises:
        HomeUnusable, PostgresUnusable, CannotRun
    """
    stop = _Stop()
    usable_home()
    keep_secret()
    os.environ.setdefault("MAKEGOOD_BASE_URL", f"http://{host}:{port}")
    database = None
    if not os.environ.get("DATABASE_URL"):
        say.print("· PostgreSQL")
        database = Database(home())
        os.environ["DATABASE_URL"] = database.server.url
    children = (Child("web", "web", "--host", host, "--port", str(port)), Child("worker", "worker"), *_receiver())
    try:
        with stop.at_once():
            prepare()
        for child in children:
            if not stop.asked:
                child.start()
        is_welcome = False
        while not stop.asked:
            time.sleep(LOOK_EVERY_SECONDS)
            if not is_welcome and _listens(host, port):
                welcome()
                is_welcome = True
            if database is not None:
                database.look()
            for child in children:
                if not stop.asked:
                    child.look()
    finally:
        _end(children, database)


def _listens(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=LOOK_EVERY_SECONDS):
        return True
    return False


def _receiver() -> tuple[Child, ...]:
    """The mail part, where the settings name a way for mail to come in."""
    wanted = os.environ.get("MAKEGOOD_MAIL_IN_PORT") or os.environ.get("MAKEGOOD_IMAP_HOST")
    return (Child("receiver of mail", "mail"),) if wanted else ()


def _end(children: tuple[Child, ...], database: Database | None) -> None:
    until = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.end()
    for child in children:
        child.await_end(until)
    if database is not None:
        database.stop()


class _Stop:
    """Whether somebody asked us to end; asking twice is no error."""

    def __init__(self) -> None:
        self.asked = False
        self._at_once = False
        for which in (signal.SIGINT, signal.SIGTERM):
            signal.signal(which, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True
        if self._at_once:
            self._at_once = False
            raise KeyboardInterrupt

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Leave this block where it is when asked to end: what it does is done again by the next start."""
        self._at_once = not self.asked
        try:
            if not self.asked:
                yield
        except KeyboardInterrupt:
            self.asked = True
        finally:
            self._at_once = False
