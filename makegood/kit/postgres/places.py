"""Which folders are used, and that they are ours to use."""

import os
import re
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

from makegood.kit.postgres.account import Account, obstacle, user_name
from makegood.kit.postgres.unusable import PostgresUnusable

LONGEST_SOCKET_PATH = 107
# Not under /tmp: data must outlive a reboot.
_SHELTERS = (Path("/var/lib/makegood"), Path("/var/tmp/makegood"))  # noqa: S108 (its owner is checked)


def open_home(home: Path) -> Path:
    """The folder `home`, made where it was missing, with every link on the way followed."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        real = home.resolve(strict=True)
    except OSError as error:
        raise PostgresUnusable(f"the folder {home} can't be made ({error.strerror}); choose another") from error
    if not os.access(real, os.R_OK | os.W_OK | os.X_OK):
        owner = user_name(real.stat().st_uid)
        raise PostgresUnusable(
            f"the folder {real} can't be written by {user_name(os.geteuid())} (it belongs to {owner}); "
            "choose another, or start as its owner"
        )
    return real


def mark_of(cluster: Path) -> str:
    """A name for this cluster on this machine: in its processes' titles and in its socket folder's path."""
    return "makegood-" + sha256(os.fsencode(cluster)).hexdigest()[:10]


def socket_folder(*, mark: str, account: Account, port: str) -> Path:
    """A folder that only the server's user can enter, with a path short enough for a socket.

    It has the same path at every start, so that clients find a restarted server; whoever made a folder of that name
    before us is refused, and sockets that a killed server left there are removed (we hold the home's lock).
    """
    folder = _short_place(account, port) / f"{mark}-{account.uid}"
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or stat.S_IMODE(found.st_mode) != 0o700:
        raise PostgresUnusable(
            f"{folder} should be a folder that only {account.name} can enter, and is not (it belongs to "
            f"{user_name(found.st_uid)}); remove it, or set TMPDIR to a folder of your own"
        )
    for left in folder.glob(".s.PGSQL.*"):
        left.unlink()
    return folder


def _short_place(account: Account, port: str) -> Path:
    name = f"/{mark_of(Path('/'))}-{account.uid}/.s.PGSQL.{port}"
    places = list(dict.fromkeys((Path(tempfile.gettempdir()).absolute(), Path("/tmp"))))  # noqa: S108 (the folder made in it is checked)
    for place in places:
        short = len(os.fsencode(place)) + len(name) <= LONGEST_SOCKET_PATH
        plain = re.fullmatch(r"[\w/.+-]+", str(place), re.ASCII)  # it stands unquoted in a setting and in a URL
        if short and plain and os.access(place, os.W_OK | os.X_OK) and not obstacle(place, account):
            return place
    tried = " and ".join(map(str, places))
    raise PostgresUnusable(
        f"a socket's path ends at {LONGEST_SOCKET_PATH} bytes and {tried} would be too long or can't be used; "
        "set TMPDIR to a short folder that can be written"
    )


def shelter(account: Account) -> Path:
    """Root's folder for what `account` must reach and can't reach where it is."""
    for place in _SHELTERS:
        try:
            place.mkdir(mode=0o755)
            place.chmod(0o755)  # whatever the umask took away
        except FileExistsError:
            pass
        except OSError:
            continue
        found = place.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
        if ours and not obstacle(place, account):
            return place
    raise PostgresUnusable(
        f"root's PostgreSQL runs as {account.name} and needs a folder that user can enter, and neither of "
        f"{' and '.join(map(str, _SHELTERS))} can be one; choose a home that {account.name} can reach"
    )


def is_sheltered(path: Path) -> bool:
    return path.parent in _SHELTERS


def sync_folder(folder: Path) -> None:
    """Make what was just renamed in `folder` outlive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
