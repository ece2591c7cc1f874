"""The thread that starts the server, outlives it and sees it end."""

import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from makegood.kit.postgres.programs import ENVIRONMENT


class Keeper(threading.Thread):
    """Starts the server and waits for it.

    The kernel sends the death signal when the *thread* that started the server ends, so this one does nothing else
    and lives exactly as long; a caller may start from whatever thread it likes. It is a daemon: when the process ends
    without `stop`, the thread goes, and the server shuts down.
    """

    def __init__(self, *, command: Sequence[str], log: Path, at_end: Callable[[], None]) -> None:
        super().__init__(name="postgres-keeper", daemon=True)
        self._command, self._log, self._at_end = command, log, at_end
        self._begun, self.ended = threading.Event(), threading.Event()
        self._failure: OSError | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> "subprocess.Popen[bytes]":
        """Start, and return once the process exists (OSError if it can't)."""
        self.start()
        try:
            self._begun.wait()
        except BaseException:  # Ctrl-C while it starts: nobody will ever hold what comes of it
            self._begun.wait()
            if self._process is not None:
                self._process.send_signal(signal.SIGINT)
            raise
        if self._process is None:
            raise self._failure or OSError("the server's process could not be made")
        return self._process

    def run(self) -> None:
        try:
            self._process = self._popen()
        except OSError as error:
            self._failure = error
        self._begun.set()
        if self._process is not None:
            self._process.wait()
        self._at_end()
        self.ended.set()

    def _popen(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for us; clients finish first
            )
