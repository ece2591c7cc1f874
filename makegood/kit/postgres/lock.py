"""One server to a home: a file lock that goes with its process, however that ends."""

import fcntl
import os
import time
from pathlib import Path
from weakref import WeakSet

from makegood.kit.postgres.unusable import PostgresUnusable

_PATIENCE_S = 1.0


class HomeLock:
    def __init__(self, fd: int) -> None:
        self._fd = fd
        _held.add(self)

    def release(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


_held: WeakSet[HomeLock] = WeakSet()


def _let_go_in_child() -> None:
    """A forked worker that outlives us must not keep the home locked in our name."""
    for lock in list(_held):
        lock.release()


os.register_at_fork(after_in_child=_let_go_in_child)


def lock_home(home: Path) -> HomeLock:
    """Take `home` for this process.

    Raises:
        PostgresUnusable: another process (or this one, earlier) has it.
    """
    path = home / "postgres.lock"
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise PostgresUnusable(
            f"{path} can't be opened ({error.strerror}); start as its owner, or choose another home"
        ) from error
    try:
        _lock(fd, path)
    except BlockingIOError:
        holder = os.read(fd, 20).decode(errors="replace").strip()
        os.close(fd)
        by = f"process {holder}" if holder else "another process"
        raise PostgresUnusable(f"{home} is already in use by {by}; stop it, or choose another home") from None
    os.ftruncate(fd, 0)
    os.write(fd, f"{os.getpid()}\n".encode())
    return HomeLock(fd)


def _lock(fd: int, path: Path) -> None:
    """Lock, with a second's patience: what a killed holder was just starting has the lock until it becomes itself."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        except OSError as error:
            os.close(fd)
            raise PostgresUnusable(
                f"{path} can't be locked ({error.strerror}); choose a home on a local disk"
            ) from error
        else:
            return
