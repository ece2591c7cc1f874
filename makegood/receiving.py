"""`makegood mail`: takes mail by SMTP and looks through mailboxes by IMAP, as the settings say."""

import asyncio
import signal
import ssl
import threading
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.db import connections
from imap_tools import BaseMailBox

from makegood.connectors.imap.account import Account, opened
from makegood.connectors.imap.folder import look_through
from makegood.faces.inlets.mails import Inlet, Limits, listen
from makegood.kit import clock

log = structlog.get_logger()

# After each failure in a row the mailbox is tried again after 1, 2, 4 … seconds, and at least once a minute.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


class NothingToReceive(Exception):
    """Neither way in is set up."""

    def __init__(self) -> None:
        super().__init__(
            "set MAKEGOOD_MAIL_IN_PORT to take mail by SMTP, or MAKEGOOD_IMAP_HOST to look through a mailbox"
        )


def run_receivers() -> None:
    """Receive until told to stop (SIGINT, SIGTERM).

    Raises:
        NothingToReceive
        OSError: the port can't be listened on, or the certificate not read.
    """
    if not settings.MAIL_IN_PORT and not settings.IMAP_HOST:
        raise NothingToReceive
    stop = threading.Event()
    poller = threading.Thread(target=look_until, args=(stop, account_of_settings()), name="mailbox")
    if settings.IMAP_HOST:
        poller.start()
    try:
        asyncio.run(_receive())
    finally:
        stop.set()
        if poller.ident is not None:
            poller.join()


def account_of_settings() -> Account:
    """The mailbox that the settings name."""
    return Account(
        host=settings.IMAP_HOST,
        port=settings.IMAP_PORT,
        user=settings.IMAP_USER,
        password=settings.IMAP_PASSWORD,
        security=settings.IMAP_SECURITY,
        folders=settings.IMAP_FOLDERS,
        move_to=settings.IMAP_MOVE_TO,
        largest=settings.MAIL_LARGEST,
    )


async def _receive() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(which, told.set)
    if not settings.MAIL_IN_PORT:
        await told.wait()
        return
    limits = Limits(
        largest=settings.MAIL_LARGEST,
        recipients=50,
        connections=20,
        from_one=10,
        per_minute=settings.MAIL_PER_MINUTE,
    )
    inlet = Inlet(limits, addresses=settings.MAIL_ADDRESSES)
    server = await listen(
        inlet, host=settings.MAIL_IN_HOST, port=settings.MAIL_IN_PORT, name=settings.MAIL_IN_NAME, tls=_tls()
    )
    async with server:
        await told.wait()


def _tls() -> ssl.SSLContext | None:
    if not settings.MAIL_TLS_CERTIFICATE:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.MAIL_TLS_CERTIFICATE, settings.MAIL_TLS_KEY or None)
    return context


def look_until(stop: threading.Event, account: Account) -> None:
    """Look through the mailbox again and again; whatever fails is tried again, after a little longer each time."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            with opened(account) as box:
                for _ in _looks(box, stop, account):
                    pause = FIRST_PAUSE_SECONDS
        except Exception:
            # The host or the database may be away; nothing was marked that is not written down.
            log.exception("the mailbox could not be looked through", host=account.host, again_in=pause)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            connections.close_all()


def _looks(box: BaseMailBox, stop: threading.Event, account: Account) -> Iterator[None]:
    """Look through all folders, at the pace that the settings say; yields after each good look."""
    is_first = True
    while not stop.is_set():
        for folder in account.folders:
            look_through(box, account, folder, now=clock.now, is_first=is_first)
        yield
        is_first = False
        connections.close_all()
        stop.wait(settings.IMAP_POLL_SECONDS)
