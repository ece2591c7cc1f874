"""The addresses of Stripe's API that we use, and what each does."""

import re
from collections.abc import Callable
from typing import Any

from tests.stripe_server import disputes, payments, refunds
from tests.stripe_server.books import Books, Object
from tests.stripe_server.refusals import Refusal, invalid

Handler = Callable[[Books, str, Object], Object]
LINKED = {"latest_charge": "charge", "charge": "charge", "payment_intent": "payment_intent"}
SOURCES = ("charge", "refund", "dispute", "payout")


def one(kind: str) -> Handler:
    return lambda books, reference, said: expanded(books, books.get(kind, reference), said)


def acted(kind: str, act: Callable[[Books, Object, Object], Object]) -> Handler:
    return lambda books, reference, said: act(books, books.get(kind, reference), said)


def listed(kind: str, *filters: str) -> Handler:
    """A page, the newest first (https://docs.stripe.com/api/pagination)."""

    def page(books: Books, _reference: str, said: Object) -> Object:
        limit = int(said.get("limit", 10))
        if not 1 <= limit <= 100:
            raise invalid("The limit is from 1 to 100.", "limit")
        if wanted := said.get("payment_intent"):
            books.get("payment_intent", wanted)
        found = [each for each in books.all(kind) if all(_fits(each, name, said) for name in filters)]
        if after := said.get("starting_after"):
            found = found[[each["id"] for each in found].index(after) + 1 :]
        shown = [expanded(books, each, said, within="data.") for each in found[:limit]]
        return {"object": "list", "data": shown, "has_more": len(found) > limit, "url": f"/v1/{kind}s"}

    return page


def _fits(each: Object, name: str, said: Object) -> bool:
    wanted = said.get(name)
    if name == "types":
        return wanted is None or each["type"] in wanted.values()
    if isinstance(wanted, dict):
        return int(each[name]) >= int(wanted.get("gte", 0))
    return wanted is None or each[name] == wanted


def expanded(books: Books, what: Object, said: Object, *, within: str = "") -> Object:
    """The object with what it links to whole, where `expand` asks for that."""
    shown = dict(what)
    for path in said.get("expand", {}).values():
        name = path.removeprefix(within)
        if isinstance(linked := shown.get(name), str):
            kinds = (LINKED[name],) if name in LINKED else SOURCES
            shown[name] = next(books.objects[kind][linked] for kind in kinds if linked in books.objects.get(kind, {}))
    return shown


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "payment_intents", lambda books, _, said: payments.create(books, said)),
    ("GET", "payment_intents/{id}", one("payment_intent")),
    ("POST", "payment_intents/{id}/capture", acted("payment_intent", payments.capture)),
    ("POST", "payment_intents/{id}/cancel", acted("payment_intent", payments.cancel)),
    ("GET", "charges/{id}", one("charge")),
    ("POST", "refunds", lambda books, _, said: refunds.create(books, said)),
    ("GET", "refunds", listed("refund", "payment_intent")),
    ("GET", "refunds/{id}", one("refund")),
    ("GET", "disputes", listed("dispute", "payment_intent")),
    ("GET", "disputes/{id}", one("dispute")),
    ("POST", "disputes/{id}", acted("dispute", disputes.answer)),
    ("POST", "disputes/{id}/close", acted("dispute", disputes.close)),
    ("POST", "files", lambda books, _, said: disputes.upload(books, said)),
    ("GET", "events", listed("event", "created", "types")),
    ("GET", "balance_transactions", listed("balance_transaction", "created", "source")),
)


def answer(books: Books, method: str, path: str, said: Object) -> Any:
    """What an address answers.

    Raises:
        Refusal: it says no, or nothing is there.
    """
    for of, pattern, handler in ROUTES:
        found = re.fullmatch(pattern.replace("{id}", r"(?P<id>[^/]+)"), path.removeprefix("/v1/"))
        if of == method and found:
            return handler(books, found.groupdict().get("id", ""), said)
    raise Refusal(f"Unrecognized request URL ({method}: {path}).", status=404, is_kept=False)
