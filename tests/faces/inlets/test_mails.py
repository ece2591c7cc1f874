"""The SMTP receiver on loopback: what it takes is written down first; what it can't take now stays with its sender."""

import asyncio
import smtplib
import socket
import threading
from contextlib import contextmanager

import pytest
from django.db import Error, OperationalError
from psycopg.errors import DiskFull

from makegood.channels import accounting
from makegood.channels.models import IncomingMail
from makegood.faces.inlets import mails
from makegood.faces.inlets.mails import Inlet, Limits, Pace, listen
from tests.mails import mail

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd"),
]
US = "help@northlight.example"


@pytest.fixture(autouse=True)
def shop(settings):
    settings.MAIL_REPLY_TO = US


@contextmanager
def receiver(**more):
    """A receiver in a thread of its own; its port."""
    inlet = Inlet(
        Limits(**{"largest": 5_000, "recipients": 3, "connections": 2, "from_one": 2, "per_minute": 5} | more)
    )
    ready, ports, stop, loops = threading.Event(), [], asyncio.Event(), []

    async def serve():
        server = await listen(inlet, host="127.0.0.1", port=0, name="shop.example", tls=None)
        ports.append(server.sockets[0].getsockname()[1])
        loops.append(asyncio.get_running_loop())
        ready.set()
        async with server:
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield ports[0]
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(10)


def post(port, raw=None, *, to=US):
    with smtplib.SMTP("127.0.0.1", port) as host:
        return host.sendmail("ada@marsh.example", to, raw or mail())


def test_a_mail_is_kept_byte_for_byte_with_its_envelope():
    raw = mail(".a line that begins with a dot\r\n\xe9")
    with receiver() as port:
        assert post(port, raw, to=["Help+x@northlight.example", US]) == {}
    row = IncomingMail.objects.get()
    assert (bytes(row.raw), row.source, row.state) == (raw, "smtp", "waiting")
    assert (row.envelope_from, row.envelope_to) == ("ada@marsh.example", ["Help+x@northlight.example", US])


def test_only_our_own_addresses_are_taken():
    with receiver() as port, smtplib.SMTP("127.0.0.1", port) as host:
        refused = host.sendmail("ada@marsh.example", ["ada@elsewhere.example", US], mail())
    assert {address: code for address, (code, _) in refused.items()} == {"ada@elsewhere.example": 550}
    assert IncomingMail.objects.get().envelope_to == [US]


def test_what_is_too_large_is_refused_before_and_after_it_is_sent():
    with receiver() as port, smtplib.SMTP("127.0.0.1", port) as host:
        host.ehlo()
        assert int(host.esmtp_features["size"]) == 5_000
        assert host.mail("a@b.example", ["SIZE=6000"])[0] == 552
        host.rset()
        host.mail("a@b.example")
        host.rcpt(US)
        assert host.data(mail("line\r\n" * 2_000))[0] == 552
    assert IncomingMail.objects.count() == 0


def test_a_line_is_no_longer_than_mail_allows():
    with receiver() as port, smtplib.SMTP("127.0.0.1", port) as host:
        host.ehlo()
        host.mail("a@b.example")
        host.rcpt(US)
        assert host.data(mail("x" * 3_000))[0] == 500
    assert IncomingMail.objects.count() == 0


def test_beyond_so_many_recipients_and_mails_a_minute_the_sender_comes_again():
    with receiver() as port:
        with smtplib.SMTP("127.0.0.1", port) as host:
            refused = host.sendmail("a@b.example", [US.replace("@", f"+{n}@") for n in range(4)], mail())
            assert [code for code, _ in refused.values()] == [452]
        for _ in range(4):
            post(port)
        with pytest.raises(smtplib.SMTPSenderRefused) as caught:
            post(port)
        assert caught.value.smtp_code == 451
    assert IncomingMail.objects.count() == 5


def test_beyond_so_many_connections_the_next_is_asked_to_come_again():
    with receiver() as port:
        with smtplib.SMTP("127.0.0.1", port), smtplib.SMTP("127.0.0.1", port):
            with pytest.raises(smtplib.SMTPConnectError) as caught:
                smtplib.SMTP("127.0.0.1", port)
            assert caught.value.smtp_code == 421
        with socket.create_connection(("127.0.0.1", port)) as line:
            assert line.recv(3) in {b"220", b"421"}
        post(port)


def test_one_peer_leaves_room_for_others():
    with receiver(connections=9, from_one=1) as port:
        with smtplib.SMTP("127.0.0.1", port):
            with pytest.raises(smtplib.SMTPConnectError):
                smtplib.SMTP("127.0.0.1", port)
            with smtplib.SMTP() as other:
                other.source_address = ("127.0.0.2", 0)
                assert other.connect("127.0.0.1", port)[0] == 220
        post(port)


def test_a_large_mail_is_written_down_as_any():
    with receiver(largest=3_000_000) as port:
        post(port, mail(("x" * 70 + "\r\n") * 30_000))
    assert IncomingMail.objects.get().size > mails.LARGE


def test_a_line_feed_alone_ends_no_mail():
    """What another host took for one mail must not be two here (SMTP smuggling)."""
    raw = mail("one\n.\nMAIL FROM:<a@b.example>\nRCPT TO:<x@y.example>\nDATA\ntwo")
    with receiver() as port, smtplib.SMTP("127.0.0.1", port) as host:
        host.ehlo()
        host.mail("a@b.example")
        host.rcpt(US)
        assert host.docmd("DATA")[0] == 354
        host.send(raw + b".\r\n")
        assert host.getreply()[0] == 250
        assert host.noop()[0] == 250
    assert b"two" in bytes(IncomingMail.objects.get().raw)


# As Django raises what PostgreSQL says of a full disk.
FULL = OperationalError("could not extend file: No space left on device")
FULL.__cause__ = DiskFull()


@pytest.mark.parametrize(
    ("failure", "code"), [(Error("the database is away"), 451), (RuntimeError("?"), 451), (FULL, 452), (None, 452)]
)
def test_what_can_not_be_written_down_stays_with_its_sender(monkeypatch, failure, code):
    if failure is None:
        monkeypatch.setattr(accounting, "KEEP_WAITING", 1)
        accounting.account_for(accounting.Arrival(source="smtp", raw=mail()), now=mails.clock.now())
    else:

        def fail(*_, **__):
            raise failure

        monkeypatch.setattr(mails, "account_for", fail)
    with receiver() as port, pytest.raises(smtplib.SMTPDataError) as caught:
        post(port)
    assert caught.value.smtp_code == code


def test_the_pace_is_a_peers_own_and_forgets(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(mails.time, "monotonic", lambda: now[0])
    pace = Pace(2)
    assert [pace.lets("a"), pace.lets("a"), pace.lets("a"), pace.lets("b")] == [True, True, False, True]
    now[0] = 61.0
    assert pace.lets("a")
