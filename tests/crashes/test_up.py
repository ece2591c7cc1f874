"""`makegood up`: ended in order, killed in every part, refused where it can't run; the next one is as good as new."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from makegood.kit import postgres
from tests.crashes.ups import PATIENCE_SECONDS, Up, command, is_gone, outcome
from tests.waiting import until

pytestmark = pytest.mark.slow
LIVED = "SELECT count(*) FROM makegood_order"
# The third order of the demo takes for ever, for whoever says so: a demo that is cut off at a moment we choose.
STANDING_STILL = {"PGOPTIONS": "-c tests.stands_still=yes"}
STAND_STILL = """
CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('tests.stands_still', true) = 'yes' AND (SELECT count(*) FROM makegood_order) > 2 THEN
        PERFORM pg_sleep('infinity');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stand_still AFTER INSERT ON makegood_order EXECUTE FUNCTION stand_still();
"""
STANDS_STILL = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="makegood-ups-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def ended(folder: Path) -> tuple[Path, Up, int, str]:
    """A shop brought up for the first time and ended by Ctrl-C."""
    up = Up(folder / "first").await_ready()
    code, said = up.interrupt()
    return folder / "first", up, code, said


@pytest.fixture
def home(ended: tuple[Path, Up, int, str], folder: Path) -> Path:
    copy = folder / secrets.token_hex(4)
    subprocess.run(["cp", "-a", "--reflink=auto", ended[0], copy], check=True)
    return copy


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., Up]]:
    """Bring up the shop in `home`, whatever became of those before it."""
    ups: list[Up] = []

    def run(*words: str, **environment: str) -> Up:
        ups.append(Up(home, *words, **environment))
        return ups[-1]

    yield run
    for up in ups:
        up.clean_up()


def test_ctrl_c_ends_everything_and_is_no_failure(ended):
    home, up, code, said = ended
    assert code == 0, said
    assert "Traceback" not in said
    up.await_gone(seconds=1)
    assert not (home / "cluster" / "postmaster.pid").exists()
    assert not (home / "database-url").exists()


def test_the_next_start_is_warm_and_knows_everything(start):
    up = start().await_ready()
    assert up.asked("SELECT count(*) FROM makegood_helper") == 1


def test_it_says_that_it_is_up_when_it_answers(start):
    up = start()
    assert any("Makegood is up" in line for line in up.process.stdout)
    assert up.answers()


def test_killed_it_takes_all_its_parts_along_and_the_next_recovers(start, home):
    up = start().await_ready()
    up.kill()
    up.await_gone(seconds=20)
    assert (home / "database-url").exists()
    code, said = outcome("sweep", home=home)
    assert (code, said) == (0, "0 due")
    start().await_ready().reacts()


@pytest.mark.exhaustive
def test_killed_while_its_parts_begin_it_leaves_none_behind(start):
    up = start()
    worker = until(lambda: up.part("worker"), seconds=PATIENCE_SECONDS)
    up.seen |= {worker, up.part("web"), up.postmaster()}
    up.kill()
    up.await_gone(seconds=20)


def test_ctrl_c_while_its_parts_begin_is_no_failure(start):
    up = start()
    up.seen.add(until(lambda: up.part("worker"), seconds=PATIENCE_SECONDS))
    code, said = up.interrupt()
    assert code == 0, said
    assert "Traceback" not in said
    up.await_gone(seconds=1)


def test_a_part_whose_parent_has_ended_before_it_could_ask_ends(home):
    for part in ("web", "worker"):
        code, said = outcome(part, home=home, MAKEGOOD_PARENT="1")
        assert (code, said) == (1, "the process that started this one has ended")


def test_each_part_is_started_again_when_it_is_killed(start):
    up = start().await_ready()
    for part in ("web", "worker"):
        killed = up.part(part)
        os.kill(killed, signal.SIGKILL)
        until(lambda part=part, killed=killed: up.part(part) not in {0, killed}, seconds=PATIENCE_SECONDS)
        up.await_ready().reacts()
    killed = up.postmaster()
    os.kill(killed, signal.SIGKILL)
    until(lambda: is_gone(killed))
    until(lambda: up.asked("SELECT 1"), seconds=PATIENCE_SECONDS)
    up.await_ready().reacts()
    code, said = up.interrupt()
    assert code == 0, said


def test_a_taken_port_is_said_in_one_line(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = outcome("up", "--port", str(port), home=home)
    assert code == 2
    begins, _, advice = said.partition("; ")
    assert begins == f"✗ 127.0.0.1:{port} can't be listened on (Address already in use)"
    # Both ways that it names work: make takes a setting, and the command an option.
    assert re.fullmatch(r"choose another: `make up PORT=(\d+)`, or `\S*makegood up --port \1`", advice)
    other = advice.partition("PORT=")[2].partition("`")[0]
    told = subprocess.run(["make", "--dry-run", "up", f"PORT={other}"], capture_output=True, text=True, check=True)
    assert f"makegood up --port {other}" in told.stdout


@pytest.mark.parametrize("named", [False, True], ids=["own server", "named server"])
def test_an_unusable_home_is_said_in_one_line(folder, named):
    (folder / "file").touch()
    given = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"} if named else {}
    code, said = outcome("up", "--port", "0", home=folder / "file" / "home", **given)
    assert code == 2
    home = folder / "file" / "home"
    assert said == f"✗ the folder {home} can't be made or written (Not a directory); name another in MAKEGOOD_HOME"


def test_a_second_one_on_the_same_home_is_said_in_one_line(start, home):
    up = start().await_ready()
    second = command("up", "--port", "0", home=home)
    said, _ = second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 2
    assert f"✗ {home.resolve()} is already in use by process {up.process.pid}; stop it, or choose another home" in said
    up.reacts()


@pytest.mark.exhaustive
def test_with_a_database_named_no_server_of_our_own_is_started(folder):
    home, name = folder / "named", f"up_{secrets.token_hex(4)}"
    tests = os.environ["DATABASE_URL"]
    with psycopg.connect(tests, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = tests.replace("/makegood?", f"/{name}?")
    up = Up(home, DATABASE_URL=url)
    try:
        up.await_ready()
        assert {each.name for each in home.iterdir()} == {"first-keys.json", "secret-key"}
        code, said = up.interrupt()
        assert code == 0, said
    finally:
        up.clean_up()
        with psycopg.connect(tests, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.exhaustive
def test_a_demo_that_was_cut_off_goes_on_where_it_was(start, home):
    with postgres.start(home=home) as server, psycopg.connect(server.url) as connection:
        connection.execute(STAND_STILL)
    up = start("--demo", **STANDING_STILL)
    until(lambda: up.asked(STANDS_STILL), seconds=PATIENCE_SECONDS)
    assert (up.asked(LIVED), (up.home / "demo-begun").exists()) == (2, True)
    up.seen.add(up.postmaster())
    up.kill()
    up.await_gone(seconds=20)
    up = start("--demo", **STANDING_STILL)
    until(lambda: up.asked(STANDS_STILL), seconds=PATIENCE_SECONDS)
    assert up.asked(LIVED) == 2
    code, said = up.interrupt()
    assert code == 0, said
    assert "Traceback" not in said
    up = start("--demo").await_ready()
    assert up.asked(LIVED) == 9
    assert up.asked("SELECT count(*) FROM makegood_unmatchedmessage") == 1
    assert up.asked("SELECT count(*) FROM makegood_clock WHERE frozen_at IS NULL") == 1
    assert not (up.home / "demo-begun").exists()
