"""What an earlier server left behind, and how long it may still be about."""

import os
import signal
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from makegood.kit.postgres.account import Account
from makegood.kit.postgres.unusable import PostgresUnusable

PID_FILE = "postmaster.pid"
_PATIENCE_S = 30.0
_ORPHANS_MAY_FINISH_S = 2.0


def clear_the_way(*, cluster: Path, mark: str, account: Account) -> None:
    """Return once no process of an earlier server holds `cluster`; only ever called with the home's lock held.

    The server of a killed parent is shutting down (we ask again, should it not have heard). The backends of a killed
    server end on their own unless they are in the middle of a query; they get two seconds, and are then told to stop.
    A process id in `postmaster.pid` that now belongs to something else entirely is no reason not to start.

    Raises:
        PostgresUnusable: a server that isn't ours runs on the folder, or one of ours would not end in half a minute.
    """
    if not (cluster / PID_FILE).exists():  # every server that ended in order has removed it
        return
    began = time.monotonic()
    while holders := _holders(mark, account):
        waited = time.monotonic() - began
        if waited > _PATIENCE_S:
            _refuse_held(cluster, holders)
        _hurry(_postmaster(cluster), holders, waited)
        time.sleep(0.05)
    _check_stranger(cluster)


def _hurry(postmaster: int | None, holders: set[int], waited: float) -> None:
    if postmaster in holders:
        _send(postmaster, signal.SIGINT)
    elif waited > _ORPHANS_MAY_FINISH_S:
        for each in holders:
            _send(each, signal.SIGQUIT)


def _send(pid: int | None, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        if pid is not None:
            os.kill(pid, what)


def _refuse_held(cluster: Path, holders: set[int]) -> None:
    pids = " ".join(map(str, sorted(holders)))
    raise PostgresUnusable(
        f"an earlier server still holds {cluster} after {_PATIENCE_S:.0f} s (process {pids}); "
        f"wait for it, or end it with `kill -QUIT {pids}`, and start again"
    )


def _check_stranger(cluster: Path) -> None:
    pid = _postmaster(cluster)
    if pid is None:
        # Empty or cut off by a full disk or a lost machine: PostgreSQL would refuse to start beside it for ever.
        (cluster / PID_FILE).unlink(missing_ok=True)
        return
    if not Path(f"/proc/{pid}").exists():
        return
    words = _command_line(pid)
    if Path(words[0]).name == "postgres" and not _serves_elsewhere(words, cluster):
        raise PostgresUnusable(f"another server (process {pid}) already holds {cluster}; stop it and start again")
    (cluster / PID_FILE).unlink(missing_ok=True)


def _serves_elsewhere(words: list[str], cluster: Path) -> bool:
    folders = [Path(after) for flag, after in pairwise(words) if flag == "-D"]
    return bool(folders) and all(each.is_absolute() and each.resolve() != cluster for each in folders)


def _holders(mark: str, account: Account) -> set[int]:
    """The live processes of this cluster's servers, known by `cluster_name` in their arguments or titles.

    Titles and not open files: root in a container may not look into another user's processes.
    """
    pids = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return {pid for pid in pids if _is_ours(pid, mark, account)}


def _is_ours(pid: int, mark: str, account: Account) -> bool:
    words = _command_line(pid)
    titled = words[0].startswith(f"postgres: {mark}:")
    called = Path(words[0]).name == "postgres" and f"cluster_name={mark}" in words
    if not (titled or called):
        return False
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}").stat().st_uid == account.uid
    return False


def _command_line(pid: int) -> list[str]:
    """Its words; one empty word for a process that is gone or dead and not yet reaped."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="surrogateescape").split("\0")
    except OSError:
        return [""]


def _postmaster(cluster: Path) -> int | None:
    lines = pid_file_lines(cluster)
    return int(lines[0]) if lines and lines[0].isdigit() else None


def pid_file_lines(cluster: Path) -> list[str]:
    try:
        return (cluster / PID_FILE).read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []
