"""Putting right how a customer is reached: an e-mail address or a phone number that they told one of us."""

import re
from datetime import datetime

from django.db import transaction

from makegood.customers.actions import end_sign_ins
from makegood.customers.facts import HandlesCorrected
from makegood.customers.models import Customer, Handle
from makegood.customers.queries import customers_with_email
from makegood.customers.rules import HandleKind
from makegood.journal.actions import announce
from makegood.kit.emails import BadEmail, normal_email
from makegood.kit.errors import Conflict, InvalidField
from makegood.kit.records import E164
from makegood.staff.rules import Actor


class AddressOfAnother(Conflict):
    """What reaches another customer is no way to reach this one: it would let either into the other's pages."""

    slug, title = "address-of-another", "Another customer has that address"

    def __init__(self, other: Customer) -> None:
        super().__init__(f"email: {other.name} ({other.reference}) has this address")


def correct_handles(*, customer_id: int, email: str, phone: str, by: Actor, now: datetime) -> bool:
    """Let mail and calls for a customer go here from now on; empty: there is none. Whether anything changed.

    Where an address is taken away, every link and session that was made for it ends. What the shop tells of the
    customer later is added and comes second.

    Raises:
        Customer.DoesNotExist
        InvalidField: no mail, or no call, can go there.
        AddressOfAnother
    """
    wanted = {HandleKind.EMAIL: _email(email), HandleKind.PHONE: _phone(phone)}
    with transaction.atomic():
        customer = Customer.objects.get(pk=customer_id)
        for other in customers_with_email(wanted[HandleKind.EMAIL]) if wanted[HandleKind.EMAIL] else ():
            if other.pk != customer_id:
                raise AddressOfAnother(other)
        changed = {kind for kind, value in wanted.items() if _put(customer, kind, value, by=str(by))}
        if changed:
            is_email, is_phone = HandleKind.EMAIL in changed, HandleKind.PHONE in changed
            fact = HandlesCorrected(customer_id=customer_id, by=str(by), is_email=is_email, is_phone=is_phone)
            announce([fact], now=now)
    return bool(changed)


def _put(customer: Customer, kind: HandleKind, value: str, *, by: str) -> bool:
    """Let this be the first of its kind; whether it was not."""
    present = list(customer.handles.filter(kind=kind).order_by("id"))
    first = present[0].value if present else ""
    if first == value:
        return False
    gone = [each.pk for each in present if each.value in {first, value} or not value]
    Handle.objects.filter(pk__in=gone).delete()
    if first and kind is HandleKind.EMAIL:
        end_sign_ins([customer.pk])
    if value:
        others = [each for each in present if each.pk not in gone]
        # The first of its kind is the one with the lowest id, so the others are made anew behind it.
        Handle.objects.filter(pk__in=[each.pk for each in others]).delete()
        Handle.objects.create(customer=customer, kind=kind, value=value, set_by=by)
        for each in others:
            each.pk = None
            each.save(force_insert=True)
    return True


def _email(text: str) -> str:
    try:
        return normal_email(text) if text.strip() else ""
    except BadEmail as bad:
        raise InvalidField("email", str(bad)) from bad


def _phone(text: str) -> str:
    plain = re.sub(r"[\s()./-]", "", text)
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    if plain and not E164.fullmatch(plain):
        raise InvalidField("phone", f"{text.strip()!r} is no number with its country, as in +49 30 1234567")
    return plain
