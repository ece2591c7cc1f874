"""Whose money that names nobody may be: what speaks for whom. It proves nothing; a person decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from makegood.customers.models import Customer
from makegood.customers.queries import customers_named
from makegood.intake.rules import names_alike
from makegood.orders.models import Order
from makegood.orders.queries import orders_with_references, unpaid_of_amounts
from makegood.payments.models import UnmatchedReceipt

MOST = 3
MOST_WORDS = 40
_WORDS = re.compile(r"[\w./-]*\w")


class Hint(StrEnum):
    """What speaks for somebody, the strongest first."""

    ORDER_NAMED = "order_named"
    AMOUNT_DUE = "amount_due"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Whose it may be, for which order, and why."""

    customer: Customer
    order: Order | None
    why: frozenset[Hint]

    @property
    def is_likely(self) -> bool:
        """Whether more speaks for it than chance: a sum alone, or a name alone, is many people's."""
        return Hint.ORDER_NAMED in self.why or self.why >= {Hint.AMOUNT_DUE, Hint.NAME}


def suggestions_for(rows: Sequence[UnmatchedReceipt]) -> list[list[Suggestion]]:
    """For each row who it may be from, the likeliest first; in as many queries for fifty rows as for one."""
    tokens = {row.pk: _tokens(row) for row in rows}
    named = orders_with_references({each for found in tokens.values() for each in found})
    unpaid = unpaid_of_amounts({(row.currency, row.amount_minor) for row in rows})
    people = customers_named({row.payer for row in rows if row.payer})
    return [
        _suggestions(
            row,
            [named[each] for each in tokens[row.pk] if each in named],
            unpaid.get((row.currency, row.amount_minor), []),
            people,
        )
        for row in rows
    ]


def _tokens(row: UnmatchedReceipt) -> list[str]:
    """Words that may be an order's number."""
    found = _WORDS.findall(f"{row.order_told} {row.note} {row.label} {row.payer}")
    return list(dict.fromkeys([row.order_told, *found]))[:MOST_WORDS]


def _suggestions(
    row: UnmatchedReceipt, named: Sequence[Order], unpaid: Sequence[Order], people: Sequence[Customer]
) -> list[Suggestion]:
    numbers, due = {order.pk for order in named}, {order.pk for order in unpaid}
    orders = {order.pk: order for order in (*named, *unpaid)}
    found = [
        Suggestion(customer=order.customer, order=order, why=_why(row, order, numbers, due))
        for order in orders.values()
    ]
    known = {each.customer.pk for each in found}
    found += [
        Suggestion(customer=each, order=None, why=frozenset({Hint.NAME}))
        for each in people
        if each.pk not in known and names_alike(each.name, row.payer)
    ]
    found = [each for each in found if each.why]
    rank = list(Hint)
    return sorted(found, key=lambda each: (min(rank.index(hint) for hint in each.why), -len(each.why)))[:MOST]


def _why(row: UnmatchedReceipt, order: Order, numbers: set[int], due: set[int]) -> frozenset[Hint]:
    said = {
        Hint.ORDER_NAMED: order.pk in numbers,
        Hint.AMOUNT_DUE: order.pk in due,
        Hint.NAME: names_alike(order.customer.name, row.payer),
    }
    return frozenset(hint for hint, holds in said.items() if holds)
