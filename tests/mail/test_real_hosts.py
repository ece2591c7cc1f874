"""Debian's Postfix and Dovecot, and a shop of which everything is killed in turn: no mail is lost, none comes twice.

`scripts/mail_hosts` sends 2,000; here it is as many as are over in half a minute.
"""

import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes.ups import PATIENCE_SECONDS, Up
from tests.mail.hosts import Hosts, hosts, missing
from tests.mail.traffic import ARRIVED, UNSETTLED, Traffic, account_of, customers_in, settings_for
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "they are there")]

MAILS = int(os.environ.get("MAKEGOOD_TEST_MAILS", "240"))
# Each part is killed so often, while mails are under way.
ROUNDS = 2 if MAILS < 1000 else 5
SECRET = "a key of both"


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="makegood-mail-"))
    folder.chmod(0o711)  # Postfix, Dovecot and PostgreSQL have users of their own, who have to get through
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def real(folder: Path) -> Iterator[Hosts]:
    with hosts(folder) as found:
        yield found


@pytest.fixture
def shop(folder: Path, real: Hosts) -> Iterator[Up]:
    up = Up(folder / "shop", said=str(folder / "said"), **settings_for(real, secret=SECRET))
    yield up.await_ready()
    up.clean_up()


def test_every_mail_is_accounted_for_and_none_twice(real, shop, settings):
    settings.SECRET_KEY, settings.MAIL_REPLY_TO = SECRET, "help@shop.example"
    traffic = Traffic(customers_in(shop, 20))
    parts = {"receiver": lambda: shop.part("mail"), "worker": lambda: shop.part("worker"), "postgres": shop.postmaster}
    chunk = MAILS // (len(parts) * ROUNDS + 1)
    for _ in range(ROUNDS):
        for (
            part
        ) in parts.values():  # in turn, so that each has lived a while: `up` gives up on what keeps ending at once
            arrived = until(lambda: shop.asked(ARRIVED) + 1, seconds=PATIENCE_SECONDS, what="the database") - 1
            traffic.send(real, chunk)
            # Struck while some have come and others are under way.
            some = arrived + chunk // 4
            until(lambda some=some: shop.asked(ARRIVED) >= some, seconds=PATIENCE_SECONDS, what="mails")
            os.kill(until(part, seconds=PATIENCE_SECONDS), signal.SIGKILL)
    traffic.send(real, MAILS - len(traffic.sent))
    whole = MAILS + traffic.both_ways
    until(lambda: shop.asked(ARRIVED) >= whole, seconds=PATIENCE_SECONDS * 2, what="the last mails")
    until(lambda: real.queued() == 0, seconds=PATIENCE_SECONDS * 2, what="an empty queue")
    until(lambda: shop.asked(f"SELECT 1 + ({UNSETTLED})") == 1, seconds=PATIENCE_SECONDS * 2, what="the worker")

    account = account_of(shop)
    known = {message_id: customer for message_id, customer in traffic.sent.items() if customer}
    assert account.messages == Counter(known.items())
    assert account.unassigned == Counter(traffic.sent.keys() - known.keys())
    assert account.states["taken_in"] == MAILS
    assert account.states["repeated"] >= traffic.both_ways
    assert account.states.keys() == {"taken_in", "repeated"}
