"""Whom the server runs as, and what that user can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from makegood.kit.postgres.unusable import PostgresUnusable


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int
    name: str

    @property
    def is_other(self) -> bool:
        """Whether root is about to become this user."""
        return self.uid != os.geteuid()


def server_account() -> Account:
    """`nobody` for root, since PostgreSQL refuses root; otherwise whoever we are."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwnam("nobody") if uid == 0 else pwd.getpwuid(uid)
    except KeyError:
        raise PostgresUnusable(_no_such_user(uid)) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)


def _no_such_user(uid: int) -> str:
    if uid == 0:
        return (
            "PostgreSQL refuses to run as root and there is no user `nobody` to run it as; "
            "start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own"
        )
    return (
        f"user id {uid} has no entry in /etc/passwd, which PostgreSQL insists on; "
        "start as a user who has one, or set DATABASE_URL to a PostgreSQL of your own"
    )


def obstacle(path: Path, account: Account) -> Path | None:
    """The first folder on the way into `path` (itself included) that `account` may not enter, if there is one.

    Judged by the mode bits; where an access list says otherwise, the server's own complaint is what a person sees.
    """
    if not account.is_other:
        return None
    real = path.resolve()
    steps = [*reversed(real.parents), real]
    return next((step for step in steps if not _allows(step, account, stat.S_IXOTH)), None)


def may_read(path: Path, account: Account) -> bool:
    return not account.is_other or _allows(path, account, stat.S_IROTH)


def _allows(path: Path, account: Account, bit: int) -> bool:
    found = path.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & bit << 6)
    if found.st_gid == account.gid:
        return bool(found.st_mode & bit << 3)
    return bool(found.st_mode & bit)


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"
