"""Stripe on loopback as a disturbed story needs it: what happens there and what it tells, kept and brought back."""

import copy
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.stripe_server import disputes, payments, refunds
from tests.stripe_server.books import Object
from tests.stripe_server.server import StripeServer, running

_OUR_KEY = re.compile(r"(makegood-[a-z-]+)[0-9-]+")
# What the business would notice of an account there.
_NOTICED = ("payment_intent", "refund", "dispute", "file", "balance_transaction", "event")


class GatewaySide:
    """`told`: how many of its events we have taken in."""

    def __init__(self, server: StripeServer) -> None:
        self.server, self.told = server, 0

    @property
    def url(self) -> str:
        return self.server.url

    # -- what happens there

    def charge(self, amount: int, *, order: str, card: str = "pm_card_pendingRefund") -> None:
        said = {"amount": amount, "currency": "usd", "payment_method": card, "metadata": {"order_reference": order}}
        payments.create(self.server.books, said)

    def settle_refund(self) -> None:
        refunds.settle(self.server.books, self._one("refund", "pending"))

    def send_refund_back(self) -> None:
        refunds.fail(self.server.books, self._one("refund", "pending"), "declined")

    def open_dispute(self, *, order: str) -> None:
        intents = self.server.books.all("payment_intent")
        disputes.open_dispute(
            self.server.books, next(each for each in intents if each["metadata"]["order_reference"] == order)
        )

    def decide_dispute(self, outcome: str) -> None:
        disputes.decide(self.server.books, self._one("dispute", "under_review"), outcome)

    def _one(self, kind: str, status: str) -> Object:
        (found,) = (each for each in self.server.books.all(kind) if each["status"] == status)
        return found

    # -- what it tells

    @property
    def is_behind(self) -> bool:
        """Whether it has something left to tell."""
        return self.told < len(self.server.books.events)

    def push(self) -> str:
        """The next event as it is delivered, signed anew each time."""
        raw, headers = self.server.signed(self.server.books.events[self.told])
        return json.dumps({"body": raw.decode(), "headers": headers})

    # -- kept and brought back

    def kept(self) -> tuple[Any, ...]:
        return self.server.books.kept(), copy.deepcopy(self.server.keys.kept), self.told

    def bring_back(self, kept: tuple[Any, ...]) -> None:
        books, keys, self.told = kept
        self.server.books.bring_back(books)
        self.server.keys.kept = copy.deepcopy(keys)

    # -- how it ended

    def ending(self) -> list[dict[str, Any]]:
        """All that is there, in words that are the same from run to run."""
        found = [each for kind in _NOTICED for each in self.server.books.all(kind)]
        return [json.loads(_OUR_KEY.sub(r"\1#", json.dumps(each))) for each in found]

    def misrefunded(self, url: str) -> list[str]:
        """Refunds that were not made exactly once, and those that nobody of ours asked for."""
        with psycopg.connect(url) as connection:
            rows = connection.execute(
                "SELECT id, amount_minor, gateway_reference FROM makegood_refund WHERE route = 'gateway'"
            ).fetchall()
        made = self.server.books.all("refund")
        keys = Counter(each["metadata"].get("makegood_key", "") for each in made)
        wrong = [f"under {key or 'no key'} {times} refunds were made" for key, times in keys.items() if times > 1]
        ours = {reference: amount for _, amount, reference in rows}
        theirs = {each["id"]: each["amount"] for each in made}
        if ours != theirs or len(rows) != len(made):
            wrong.append(f"we know of the refunds {ours}, the gateway made {theirs}")
        return wrong


@contextmanager
def gateway() -> Iterator[GatewaySide]:
    with running() as server:
        yield GatewaySide(server)
