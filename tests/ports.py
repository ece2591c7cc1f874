"""Ports of loopback that nobody else takes between the moment we choose one and the moment a process listens there."""

import atexit
import fcntl
import os
import socket
import tempfile
from itertools import count
from pathlib import Path
from typing import IO

# Below those that the system gives away by itself: to whoever connects, and to whoever asks for port 0.
FIRST = 20_000
LAST = 32_000
# Open as long as this process lives, each locked: one that other test processes leave alone.
_OURS: list[IO[bytes]] = []


@atexit.register
def _give_back() -> None:
    for claim in _OURS:
        claim.close()


def free_port() -> int:
    """A port for a process that is about to start; it stays ours until this test process ends."""
    folder = Path(tempfile.gettempdir(), f"makegood-ports-{os.geteuid()}")
    folder.mkdir(exist_ok=True)
    return next(port for port in count(FIRST + len(_OURS)) if _taken(port, folder))


def _taken(port: int, folder: Path) -> bool:
    assert port <= LAST, "no port is free; does something hold thousands of them?"
    claim = (folder / str(port)).open("wb")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    _OURS.append(claim)
    return True
