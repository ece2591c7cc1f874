"""Homes for real servers, and other processes that hold them."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from makegood.kit import postgres
from makegood.kit.postgres.account import server_account
from makegood.kit.postgres.places import mark_of
from tests.kit.postgres.processes import HOLD, is_gone, python
from tests.waiting import until

SHELTER = Path("/var/lib/makegood")


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
        holder = python(script, home)
        assert holder.stdout
        pid = int(holder.stdout.readline())
        holders.append((holder, pid))
        return holder, pid

    yield run
    for holder, pid in holders:
        holder.kill()
        holder.communicate()
        until(partial(is_gone, pid), seconds=30)
