"""Customers who answer by mail, through Postfix: some to our receiver, some to the mailbox, some both ways at once."""

import smtplib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import psycopg

from makegood.channels.addresses import reply_address
from tests.crashes.ups import Up
from tests.mail.hosts import PASSWORD, USER, Hosts
from tests.mails import mail

CUSTOMERS = """
INSERT INTO makegood_customer (reference, name, language, zone, since_date, sign_in_generation)
SELECT 'c' || n, 'Customer ' || n, 'en', 'UTC', '2020-01-01', 0 FROM generate_series(1, %s) AS n RETURNING id
"""
ARRIVED = "SELECT count(*) FROM makegood_incomingmail"
UNSETTLED = """
SELECT (SELECT count(*) FROM makegood_incomingmail WHERE state = 'waiting')
     + (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))
"""
TAKEN = "SELECT message_id, customer_id FROM makegood_message WHERE direction = 'in'"
UNASSIGNED = (
    "SELECT mail.header_id FROM makegood_unmatchedmessage JOIN makegood_incomingmail AS mail ON mail.id = mail_id"
)
STATES = "SELECT state, count(*) FROM makegood_incomingmail GROUP BY state"


def settings_for(hosts: Hosts, *, secret: str) -> dict[str, str]:
    """What makes a shop receive from these hosts."""
    return {
        "MAKEGOOD_SECRET_KEY": secret,
        "MAKEGOOD_MAIL_FROM": "Shop <orders@shop.example>",
        "MAKEGOOD_MAIL_REPLY_TO": "help@shop.example",
        "MAKEGOOD_MAIL_IN_PORT": str(hosts.receiver),
        "MAKEGOOD_MAIL_PER_MINUTE": "100000",
        "MAKEGOOD_IMAP_HOST": "127.0.0.1",
        "MAKEGOOD_IMAP_PORT": str(hosts.imap),
        "MAKEGOOD_IMAP_SECURITY": "plain",
        "MAKEGOOD_IMAP_USER": USER,
        "MAKEGOOD_IMAP_PASSWORD": PASSWORD,
        "MAKEGOOD_IMAP_POLL_SECONDS": "0.5",
    }


@dataclass(slots=True)
class Traffic:
    """What was sent: the customer of each Message-ID, None where nothing said whose it is."""

    customers: Sequence[int]
    sent: dict[str, int | None] = field(default_factory=dict)
    both_ways: int = 0

    def send(self, hosts: Hosts, count: int) -> None:
        """Hand Postfix so many mails; it has them when this returns."""
        with smtplib.SMTP("127.0.0.1", hosts.smtp) as post:
            for number in range(len(self.sent), len(self.sent) + count):
                customer = None if number % 7 == 0 else self.customers[number % len(self.customers)]
                message_id = f"<{number}@traffic.example>"
                to = self._ways(number, customer)
                self.both_ways += len(to) - 1
                raw = mail(f"Where is box {number}?", to=to[0], sender="a@traffic.example", Message_ID=message_id)
                assert post.sendmail("a@traffic.example", to, raw) == {}
                self.sent[message_id] = customer

    def _ways(self, number: int, customer: int | None) -> list[str]:
        ours = reply_address(customer_id=customer, case_number=None) if customer else "help@shop.example"
        in_box = ours.replace("@shop.", "@box.")
        return [ours, in_box] if number % 10 == 0 else [ours if number % 2 else in_box]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a shop holds of the mails that were sent: how often each, and what became of every arrival."""

    messages: Counter[tuple[str, int]]
    unassigned: Counter[str]
    states: dict[str, int]


def account_of(up: Up) -> Account:
    with psycopg.connect(up.url) as connection:
        return Account(
            messages=Counter(connection.execute(TAKEN).fetchall()),
            unassigned=Counter(message_id for (message_id,) in connection.execute(UNASSIGNED).fetchall()),
            states=dict(connection.execute(STATES).fetchall()),
        )


def customers_in(up: Up, count: int) -> list[int]:
    """So many customers."""
    with psycopg.connect(up.url) as connection:
        rows: Iterable[tuple[int]] = connection.execute(CUSTOMERS, [count]).fetchall()
        return [customer for (customer,) in rows]
