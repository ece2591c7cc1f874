"""The product beside the reference: one sequence of calls, refused alike, ended in one state, with books that hold.

All of a sequence is one transaction that is undone, so that the shop is loaded once and no sequence sees another.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from django.db import connection, transaction

from makegood.money.queries import faults_in_books
from makegood.orders.queries import faults_in_payments
from verification.retail.adapter import Adapter
from verification.retail.adapter import Refused as RefusedByProduct
from verification.retail.carrying_out import Shop, users_of
from verification.retail.comparing import in_cents, unlike
from verification.retail.files import Row
from verification.retail.reference import Reference
from verification.retail.reference import Refused as RefusedByReference
from verification.retail.rows import Namespace
from verification.retail.state import Exporter

AS_THEY_ARE = Namespace("")


class Pair:
    """The product, with the whole shop loaded under its own names, beside the reference.

    `calls` counts which were carried out and which were refused, by their names.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.calls = Counter[tuple[str, bool]]()
        shop.load_catalogue()
        shop.load([(AS_THEY_ARE, list(shop.files.users))])
        self._orders = {row["id"]: row for row in shop.api.all_of("/v1/orders")}

    def faults_of(self, user: str, calls: Sequence[Row]) -> list[str]:
        """What is wrong after a sequence, or about how it went; it leaves nothing behind."""
        with transaction.atomic():
            found = self._faults(user, calls)
            transaction.set_rollback(True)
        return found

    def _faults(self, user: str, calls: Sequence[Row]) -> list[str]:
        shop = self.shop
        users = users_of({"customer": user, "calls": calls}, shop.files)
        reference = Reference(shop.files, users)
        adapter = Adapter(shop.api, AS_THEY_ARE, {name: dict(row) for name, row in self._orders.items()})
        for number, call in enumerate(calls, start=1):
            wanted = _refusal(reference.carry_out, call)
            got = _refusal(adapter.carry_out, call)
            self.calls[call["name"], got is None] += 1
            if (wanted is None) != (got is None):
                # What follows from it is no news.
                return [f"call {number}, {call}: to be {_said(wanted)}, and was {_said(got)}"]
        asked = {call["arguments"].get("order_id", "") for call in calls}
        told = in_cents(Exporter(shop.api, AS_THEY_ARE, shop.items).state(users, asked=asked))
        found = [*unlike(reference.state(), told, "")]
        _check_what_waits_for_the_end()
        return [*found, *faults_in_books(), *faults_in_payments()]


def _refusal(carry_out: Callable[[Row], None], call: Row) -> str | None:
    try:
        carry_out(call)
    except (RefusedByProduct, RefusedByReference) as error:
        return str(error)
    return None


def _said(refusal: str | None) -> str:
    return "accepted" if refusal is None else f"refused ({refusal})"


def _check_what_waits_for_the_end() -> None:
    """What PostgreSQL would check when the sequence's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
