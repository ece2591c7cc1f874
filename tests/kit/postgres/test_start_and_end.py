"""A server that starts, answers and ends, with its parent or before it."""

import os
import signal
import subprocess
import threading

import psycopg
import pytest

from makegood.kit import postgres
from makegood.kit.postgres import PostgresUnusable
from makegood.kit.postgres.account import server_account
from makegood.kit.postgres.programs import command_line
from tests.kit.postgres.processes import HOLD, START, backends, is_gone, value
from tests.waiting import until


def test_the_first_start_makes_a_database_and_the_second_finds_it(fresh):
    with postgres.start(home=fresh) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("create table kept as select 42 as answer")
        made = (fresh / "cluster").stat().st_ino
        first_url = server.url
    assert not server.alive
    assert server.wait() == 0
    with postgres.start(home=fresh) as server:
        assert value(server, "select answer from kept") == 42
        assert (fresh / "cluster").stat().st_ino == made
        assert server.url == first_url


def test_the_cluster_is_as_we_want_it(home):
    with postgres.start(home=home) as server:
        facts = {
            name: value(server, f"select current_setting('{name}')")
            for name in (
                "server_encoding",
                "data_checksums",
                "listen_addresses",
                "fsync",
                "jit",
                "timezone",
            )
        }
        assert facts == {
            "server_encoding": "UTF8",
            "data_checksums": "on",
            "listen_addresses": "",
            "fsync": "on",
            "jit": "off",
            "timezone": "UTC",
        }
        assert value(server, "select current_user || '@' || current_database()") == "makegood@makegood"
        assert value(server, "select upper('ñandú') || to_tsvector('simple', 'Ñandú')") == "ÑANDÚ'ñandú':1"
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert server.socket_dir.stat().st_uid == server_account().uid


def test_settings_go_over_ours(home):
    with postgres.start(home=home, settings={"shared_buffers": "32MB", "port": "6000"}) as server:
        assert value(server, "show shared_buffers") == "32MB"
        assert server.url.endswith("&port=6000")


@pytest.mark.parametrize("name", ["data_directory", "unix_socket_directories", "cluster_name"])
def test_what_the_supervisor_needs_is_not_for_the_caller_to_set(home, name):
    with pytest.raises(PostgresUnusable, match=f"the setting {name} is not for the caller"):
        postgres.start(home=home, settings={name: "x"})


def test_a_failed_start_quotes_the_log_and_leaves_the_home_free(home):
    with pytest.raises(
        PostgresUnusable, match=r'FATAL: .*invalid value for parameter "max_connections".*postgres\.log'
    ):
        postgres.start(home=home, settings={"max_connections": "many"})
    postgres.start(home=home).stop()


def test_the_programs_need_no_environment(home):
    with postgres.start(home=home) as server:
        psql = [postgres.binaries() / "psql", "-Atc", "select 7", server.url]
        assert subprocess.check_output(psql, env={}, text=True) == "7\n"


def test_a_very_long_home_is_no_trouble(fresh):
    with postgres.start(home=fresh / ("long" * 20) / ("longer" * 20)) as server:
        assert value(server, "select 1") == 1


def test_stopping_twice_is_stopping_once_and_leaves_no_socket_behind(home):
    server = postgres.start(home=home)
    server.stop()
    server.stop()
    assert is_gone(server.pid)
    assert not server.socket_dir.exists()


def test_ctrl_c_does_not_reach_the_server(home):
    with postgres.start(home=home) as server:
        assert os.getsid(server.pid) == server.pid


def test_the_server_outlives_the_thread_that_asked_for_it(home):
    started = []
    thread = threading.Thread(target=lambda: started.append(postgres.start(home=home)))
    thread.start()
    thread.join()
    with started[0] as server:
        assert server.wait(0.3) is None
        assert value(server, "select 1") == 1


def test_the_server_ends_with_its_killed_parent(home, hold):
    parent, pid = hold()
    parent.kill()
    until(lambda: is_gone(pid), seconds=30)
    assert not (home / "cluster" / "postmaster.pid").exists(), "it should have shut down in order"
    postgres.start(home=home).stop()


def test_it_ends_even_with_a_parent_that_ignores_interrupts(hold):
    parent, pid = hold("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + HOLD)
    parent.kill()
    until(lambda: is_gone(pid), seconds=30)


def test_it_ends_with_a_parent_that_ends_without_stopping_it(hold):
    parent, pid = hold()
    parent.communicate()
    assert parent.returncode == 0
    until(lambda: is_gone(pid), seconds=30)


def test_a_start_right_after_the_parents_death_waits_for_its_server(home, hold):
    parent, pid = hold()
    os.kill(pid, signal.SIGSTOP)  # so that it surely still runs when the next one begins
    parent.kill()
    parent.wait()
    threading.Timer(0.5, os.kill, (pid, signal.SIGCONT)).start()
    with postgres.start(home=home) as server:
        assert is_gone(pid)
        assert value(server, "select 1") == 1


def test_a_forked_worker_neither_stops_the_server_nor_holds_the_home(home, hold):
    fork = START + (
        "import os, time; server = postgres.start(home=home)\n"
        "if os.fork() == 0: server.stop(); time.sleep(60); os._exit(0)\n"
        "print(server.pid, flush=True); sys.stdin.read()"
    )
    parent, pid = hold(fork)
    assert not is_gone(pid)
    worker = next(each for each in backends(parent.pid) if each != pid)
    parent.kill()
    parent.wait()
    try:
        postgres.start(home=home).stop()
    finally:
        os.kill(worker, signal.SIGKILL)


def test_a_program_whose_parent_is_gone_does_not_begin():
    account = server_account()
    late = command_line(account=account, program=["/bin/echo", "begun"], death_signal=signal.SIGINT)
    late[late.index(str(os.getpid()))] = "1"
    finished = subprocess.run(late, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert "the process that started this one has ended" in finished.stderr
