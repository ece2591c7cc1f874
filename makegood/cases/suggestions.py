"""Whose words that prove nothing may be: each customer with why we think so. A suggestion to a helper, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from makegood.cases.models import UnmatchedMessage
from makegood.cases.naming import numbers_in
from makegood.channels.models import Message
from makegood.channels.rules import Direction
from makegood.customers.models import Customer
from makegood.customers.queries import customers_with_emails
from makegood.orders.queries import orders_with_references
from makegood.parcels.models import Parcel


class Why(StrEnum):
    """What speaks for a customer."""

    ADDRESS = "address"
    ORDER = "order"
    PARCEL = "parcel"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    customer: Customer
    why: frozenset[Why]


def suggestions_for(rows: Sequence[UnmatchedMessage]) -> list[list[Suggestion]]:
    """For each of some words, who may have written them: those for whom most speaks first. Rows bring their mail along.

    In as many queries for many rows as for one: by the address, by numbers of orders and parcels in the words, and by
    the letter of ours that they say they answer.
    """
    numbers = [_numbers_in(row) for row in rows]
    every = {number for found in numbers for number in found}
    by_email = customers_with_emails({each for row in rows for each in (row.address, row.reply_to) if each})
    by_order = {reference: order.customer for reference, order in orders_with_references(every).items()}
    parcels = Parcel.objects.filter(number__in=[number.upper() for number in every]).select_related("customer")
    by_parcel = {parcel.number: parcel.customer for parcel in parcels}
    answered = {row.answers for row in rows if row.answers}
    letters = Message.objects.filter(direction=Direction.OUT, message_id__in=answered).select_related("customer")
    by_letter = {letter.message_id: letter.customer for letter in letters}
    return [
        _ranked(
            [(customer, Why.ADDRESS) for each in _addresses_of(row) for customer in by_email.get(each, [])]
            + [(by_order[number], Why.ORDER) for number in found if number in by_order]
            + [(by_parcel[number.upper()], Why.PARCEL) for number in found if number.upper() in by_parcel]
            + [(by_letter[row.answers], Why.LETTER) for _ in (1,) if row.answers in by_letter]
        )
        for row, found in zip(rows, numbers, strict=True)
    ]


def _addresses_of(row: UnmatchedMessage) -> list[str]:
    return list(dict.fromkeys(each.strip().lower() for each in (row.address, row.reply_to) if each.strip()))


def _numbers_in(row: UnmatchedMessage) -> list[str]:
    named = [row.order_reference.strip()] if row.order_reference.strip() else []
    return list(dict.fromkeys([*named, *numbers_in(row.subject, row.body)]))


def _ranked(clues: Sequence[tuple[Customer, Why]]) -> list[Suggestion]:
    customers = {customer.pk: customer for customer, _ in clues}
    found = [
        Suggestion(customer=customer, why=frozenset(why for other, why in clues if other.pk == number))
        for number, customer in customers.items()
    ]
    return sorted(found, key=lambda each: (-len(each.why), each.customer.pk))
