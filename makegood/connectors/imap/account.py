"""A mailbox to look through, and the way in."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

TIMEOUT_SECONDS = 60


class NotInTheClear(Exception):
    """A password would cross a network unprotected."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"MAKEGOOD_IMAP_SECURITY: “plain” is for this machine alone, and {host} is another; use tls or starttls"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose mailbox it is and how it is reached. Mails beyond `largest` bytes stay there.

    What was written down is moved to `move_to`, or marked as seen where that is empty. `security`: tls (its own port),
    starttls, or plain on this machine.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str
    folders: tuple[str, ...]
    move_to: str
    largest: int

    def source(self, folder: str) -> str:
        """How the folder is named where its mails are written down."""
        return f"imap:{self.user}@{self.host}/{folder}"


@contextmanager
def opened(account: Account) -> Iterator[BaseMailBox]:
    """The mailbox, signed in.

    Raises:
        NotInTheClear
        imap_tools.MailboxLoginError, imaplib.IMAP4.error, OSError: it can't be reached, or does not let us in.
    """
    box = _reached(account)
    try:
        box.login(account.user, account.password, initial_folder=None)
        # Many hosts tell what they can do only to whom they let in (RFC 9051, 6.2.3).
        box.client.capabilities = _capabilities(box)
        yield box
    finally:
        # Says goodbye and closes the line; a line that is dead already is closed all the same.
        box.client.shutdown()


def _capabilities(box: BaseMailBox) -> tuple[str, ...]:
    _, answers = box.client.capability()
    return tuple(b" ".join(answer for answer in answers if answer).decode("ascii", "replace").upper().split())


def _reached(account: Account) -> BaseMailBox:
    where = {"host": account.host, "port": account.port, "timeout": TIMEOUT_SECONDS}
    if account.security == "plain":
        if not _is_here(account.host):
            raise NotInTheClear(account.host)
        return MailBoxUnencrypted(**where)
    kind = MailBoxStartTls if account.security == "starttls" else MailBox
    return kind(**where, ssl_context=ssl.create_default_context())


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
