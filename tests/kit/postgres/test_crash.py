"""What a crash leaves, and that the next start puts it right."""

import os
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from makegood.kit import postgres
from makegood.kit.postgres.account import server_account
from tests.kit.postgres.processes import HOLD, IS_ROOT, is_gone, python, value
from tests.waiting import until


def test_what_was_committed_outlives_a_killed_server(home):
    server = postgres.start(home=home)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select generate_series(1, 10000) as n")
    os.kill(server.pid, signal.SIGKILL)
    assert server.wait(30) == -signal.SIGKILL
    assert not server.alive
    with postgres.start(home=home) as again:
        assert value(again, "select sum(n) from kept") == 50_005_000
        assert again.url == server.url


def test_a_busy_backend_of_a_killed_server_is_told_to_stop(home):
    server = postgres.start(home=home)
    with closing(psycopg.connect(server.url, autocommit=True)) as connection:
        backend = connection.info.backend_pid
        connection.pgconn.send_query(b"select count(*) from generate_series(1, 100000000000)")
        connection.pgconn.flush()
        until(lambda: "SELECT" in Path(f"/proc/{backend}/cmdline").read_text())
        os.kill(server.pid, signal.SIGKILL)
        assert server.wait(30) == -signal.SIGKILL
        with postgres.start(home=home) as again:
            assert is_gone(backend)
            assert value(again, "select 1") == 1


def test_a_process_id_that_now_belongs_to_another_is_no_obstacle(home):
    server = postgres.start(home=home)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    account = server_account()
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=account.uid if IS_ROOT else None)
    try:
        left = home / "cluster" / "postmaster.pid"
        left.write_text(left.read_text().replace(str(server.pid), str(stranger.pid), 1))
        postgres.start(home=home).stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("left", ["", "\n", "\0\0\0\0", "12a\n/nowhere"])
def test_a_process_id_that_was_cut_off_by_a_full_disk_is_no_obstacle(home, left):
    (home / "cluster" / "postmaster.pid").write_text(left)
    with postgres.start(home=home) as server:
        assert value(server, "select 1") == 1


def test_a_first_start_that_was_killed_is_done_again(fresh):
    first = python(HOLD, fresh)
    half = fresh / "cluster.new"
    until((half / "PG_VERSION").exists, seconds=30)
    first.kill()
    first.communicate()
    assert not (fresh / "cluster").exists()
    with postgres.start(home=fresh) as server:
        assert value(server, "select 1") == 1
    assert not half.exists()
