"""Starting the server, and the running server."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from makegood.kit.postgres.account import Account, server_account
from makegood.kit.postgres.binaries import binaries_for
from makegood.kit.postgres.cluster import DATABASE, ROLE, prepared_cluster
from makegood.kit.postgres.keeper import Keeper
from makegood.kit.postgres.leftovers import clear_the_way, pid_file_lines
from makegood.kit.postgres.lock import HomeLock, lock_home
from makegood.kit.postgres.places import mark_of, open_home, socket_folder
from makegood.kit.postgres.programs import Words, command_line
from makegood.kit.postgres.unusable import PostgresUnusable, last_words

_LARGEST_CACHE_MB = 1024


def _cache_mb() -> int:
    """A quarter of the machine's memory, as PostgreSQL's manual advises (18, 19.4.1), and at most a gibibyte."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(memory_mb // 4, _LARGEST_CACHE_MB))


SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "port": "5432",
        "shared_buffers": f"{_cache_mb()}MB",
        # What is staged by COPY stays in memory; a connection takes only as much as it fills.
        "temp_buffers": "96MB",
        "max_connections": "100",
        "fsync": "on",
        "jit": "off",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        # Two connections that write a million rows fill the log's buffers between two turns of its writer, by default
        # a fifth of a second apart, and would wait for each other to empty them.
        "wal_writer_delay": "50ms",
        "log_line_prefix": "%m [%p] ",
        "log_checkpoints": "off",
    }
)
_OURS = frozenset(
    {"cluster_name", "data_directory", "external_pid_file", "logging_collector", "unix_socket_directories"}
)
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
_READY_WITHIN_S = 120.0  # after a crash it may have much to recover
_FAST_STOP_WITHIN_S = 60.0
_LARGEST_LOG = 8 * 1024 * 1024


class Postgres:
    """A running server; it ends with `stop`, with the `with` block, or with this process.

    `url` and `socket_dir` are the same at every start on the same home, so that clients find a restarted server.
    """

    def __init__(self, *, keeper: Keeper, process: "subprocess.Popen[bytes]", cluster: Path, url: str) -> None:
        self.url = url
        self.pid = process.pid
        self.cluster = cluster
        self.socket_dir = Path(url.partition("?host=")[2].partition("&")[0])
        self._keeper, self._process, self._starter = keeper, process, os.getpid()

    @property
    def alive(self) -> bool:
        return not self._keeper.ended.is_set()

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the server has ended and return its exit code (negative: the signal that killed it).

        None if it still runs after `timeout` seconds. Once it has ended its home is free to start again.
        """
        return self._process.returncode if self._keeper.ended.wait(timeout) else None

    def stop(self) -> None:
        """Shut down in order: clients are disconnected, everything is on disk. A second call does nothing."""
        if os.getpid() != self._starter:
            return  # a forked worker leaving its `with` block must not take the server along
        for how, patience in ((signal.SIGINT, _FAST_STOP_WITHIN_S), (signal.SIGQUIT, 10.0), (signal.SIGKILL, None)):
            self._process.send_signal(how)
            if self._keeper.ended.wait(patience):
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(*, home: Path, settings: Mapping[str, str] = _NO_SETTINGS) -> Postgres:
    """Start the server on `home` and return once it answers; make the cluster first if there is none.

    `settings` go over ours (`SETTINGS`). What a crash left is put right: an interrupted first start is done again, the
    server of a killed parent is waited for, stale lock files and sockets are removed, PostgreSQL recovers the rest.
    Any thread may call it. See the package's text for where things lie, above all when root starts it.

    Raises:
        PostgresUnusable: it can't run; the message says why, and the way out.
    """
    if fixed := _OURS & settings.keys():
        raise PostgresUnusable(f"the setting {', '.join(sorted(fixed))} is not for the caller to choose; leave it out")
    account = server_account()
    home = open_home(home)
    lock = lock_home(home)
    try:
        return _start_locked(home=home, lock=lock, account=account, settings={**SETTINGS, **settings})
    except OSError as error:
        lock.release()
        raise PostgresUnusable(f"PostgreSQL can't be started in {home}: {error}") from error
    except BaseException:
        lock.release()
        raise


def _start_locked(*, home: Path, lock: HomeLock, account: Account, settings: Mapping[str, str]) -> Postgres:
    bin_folder = binaries_for(account)
    cluster = prepared_cluster(home=home, account=account, bin_folder=bin_folder)
    mark = mark_of(cluster)
    clear_the_way(cluster=cluster, mark=mark, account=account)
    sockets = socket_folder(mark=mark, account=account, port=settings["port"])
    log = _open_log(home)
    said_before = log.stat().st_size

    def tidy() -> None:
        with suppress(OSError):  # not empty after a kill; the next start clears it
            sockets.rmdir()
        lock.release()

    program: Words = [bin_folder / "postgres", "-D", cluster]
    for name, value in {**settings, "unix_socket_directories": str(sockets), "cluster_name": mark}.items():
        program += ["-c", f"{name}={value}"]
    command = command_line(account=account, program=program, death_signal=signal.SIGINT)
    keeper = Keeper(command=command, log=log, at_end=tidy)
    url = f"postgresql://{ROLE}@/{DATABASE}?host={sockets}"
    if settings["port"] != SETTINGS["port"]:
        url += f"&port={settings['port']}"
    server = Postgres(keeper=keeper, process=keeper.begin(), cluster=cluster, url=url)
    try:
        _await_ready(server=server, log=log, said_before=said_before)
    except BaseException:
        server.stop()
        raise
    return server


def _open_log(home: Path) -> Path:
    """The log, begun anew when it has grown large; one old one is kept."""
    log = home / "postgres.log"
    os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    if log.stat().st_size > _LARGEST_LOG:
        log.rename(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
    return log


def _await_ready(*, server: Postgres, log: Path, said_before: int) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not _is_ready(server):
        if not server.alive:
            trouble = f"did not start (exit {server.wait()})"
        elif time.monotonic() > deadline:
            trouble = f"is not ready after {_READY_WITHIN_S:.0f} s"
        else:
            time.sleep(0.005)
            continue
        with log.open("rb") as words:
            words.seek(said_before)
            said = words.read().decode(errors="replace")
        raise PostgresUnusable(f"PostgreSQL {trouble}: {last_words(said)} (more in {log})")


def _is_ready(server: Postgres) -> bool:
    lines = pid_file_lines(server.cluster)
    return len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready"
