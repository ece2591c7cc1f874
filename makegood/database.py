"""Which PostgreSQL a command talks to: the one that is named, the one that is running, or one started for the while."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from makegood.kit import postgres

ADDRESS = "database-url"
SECRET = "secret-key"


def home() -> Path:
    """Where the shop's own files lie: `MAKEGOOD_HOME`, or `.makegood` in the folder the command is run in."""
    return Path(os.environ.get("MAKEGOOD_HOME", ".makegood")).absolute()


class HomeUnusable(Exception):
    """The shop's own files can't lie there."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"the folder {folder} can't be made or written ({error.strerror}); name another in MAKEGOOD_HOME"
        )


def usable_home() -> Path:
    """The home, made where it was missing.

    Raises:
        HomeUnusable: it can't be made or written.
    """
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise HomeUnusable(folder, error) from error
    return folder


@contextmanager
def connected() -> Iterator[str]:
    """Name the database in the environment, for Django to find: DATABASE_URL's, a running shop's, or one of our own.

    Raises:
        PostgresUnusable: there is none, and none could be started.
    """
    named = os.environ.get("DATABASE_URL")
    if named:
        keep_secret()
        yield named
        return
    running = running_url()
    if running:
        keep_secret()
        os.environ["DATABASE_URL"] = running
        yield running
        return
    with postgres.start(home=home()) as server:
        keep_secret()
        os.environ["DATABASE_URL"] = server.url
        yield server.url


def running_url() -> str | None:
    """The address of the shop that is up in this home, if it answers."""
    file = home() / ADDRESS
    try:
        url = file.read_text().strip()
        psycopg.connect(url, connect_timeout=3).close()
    except (OSError, psycopg.Error):
        return None
    return url


def keep_secret() -> None:
    """Name the key that signs sessions and links; a home without one gets its own, readable by its owner alone.

    Raises:
        HomeUnusable: it can't be kept there.
    """
    if os.environ.get("MAKEGOOD_SECRET_KEY"):
        return
    file = usable_home() / SECRET
    # One that was cut off while it was written is as good as none; links and sessions it may have signed are gone.
    kept = file.read_bytes().decode("utf-8", "replace") if file.exists() else ""
    if not (kept.strip() and kept.strip().isprintable() and "\N{REPLACEMENT CHARACTER}" not in kept):
        kept = secrets.token_urlsafe(48)
        fresh = file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(kept)
        fresh.replace(file)
    os.environ["MAKEGOOD_SECRET_KEY"] = kept


@contextmanager
def scratch(prefix: str) -> Iterator[str]:
    """A database of its own on the server that `connected` finds, named in the environment and dropped afterwards.

    Raises:
        PostgresUnusable: there is no server; or its role may not create databases.
    """
    with connected() as url:
        name = f"{prefix}_{secrets.token_hex(6)}"
        own = on_database(url, name)
        try:
            with psycopg.connect(on_database(url, "postgres"), autocommit=True) as server:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.Error as error:
            raise postgres.PostgresUnusable(f"no database of its own could be made for this: {error}") from error
        os.environ["DATABASE_URL"] = own
        try:
            yield own
        finally:
            os.environ["DATABASE_URL"] = url
            with psycopg.connect(on_database(url, "postgres"), autocommit=True) as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def on_database(url: str, name: str) -> str:
    """The same server's address with another database's name."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()
