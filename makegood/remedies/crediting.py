"""Credits: money of ours that a customer may spend with us, given within the authority of whoever gives it."""

import hashlib
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from makegood.customers.models import Customer
from makegood.journal.actions import announce
from makegood.kit.errors import InvalidField
from makegood.money.accounts import Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.locks import lock_orders_by_id
from makegood.orders.paying import OrderAccount
from makegood.orders.queries import unpaid_orders
from makegood.payments.models import Tender
from makegood.payments.queries import balance_account
from makegood.payments.rules.tenders import TenderKind
from makegood.policies.rules.values import Besides
from makegood.remedies.facts import CreditGiven
from makegood.remedies.gate import pass_gate
from makegood.remedies.locks import take_turns_for
from makegood.staff.rules import Actor


def give_credit(
    *,
    customer: Customer,
    money: Money,
    reason: str,
    expires_at: datetime | None,
    by: Actor,
    now: datetime,
    key: str = "",
) -> Tender:
    """Give a customer a credit; what they owe in its currency is paid with it at once, and what they order next later.

    The same `key` with the same sum gives it once.

    Raises:
        NotYoursToGrant: it is beyond the authority of whoever gives it.
        InvalidField: no reason is given, or it would have expired already.
        IdempotencyConflict: the key stands for another sum.
    """
    if not reason.strip():
        raise InvalidField("reason", "say why: it is kept with the credit")
    if expires_at is not None and expires_at <= now:
        raise InvalidField("expires_at", "it lies in the past, so that nothing could be bought with it")
    reference = f"credit-{_name_of(key)}"
    with transaction.atomic():
        take_turns_for([customer.pk])
        if not Tender.objects.filter(customer=customer, reference=reference).exists():
            pass_gate(customer_id=customer.pk, key=reference, remedy=Besides.CREDIT, cost=money, by=by, now=now)
        due = list(unpaid_orders([customer.pk]).filter(currency=money.currency).values_list("id", flat=True))
        held = {order.pk: order for order in lock_orders_by_id(due)}
        tender, is_new = Tender.objects.get_or_create(
            customer=customer,
            reference=reference,
            defaults={
                "kind": TenderKind.STORE_CREDIT,
                "currency": money.currency,
                "opened_at": now,
                "expires_at": expires_at,
                "reason": reason.strip(),
                "given_by": str(by),
            },
        )
        # Under the key of what was given before another sum is refused.
        book(
            customer_id=customer.pk,
            kind=TransferKind.CREDIT_GIVEN,
            key=f"tender:{tender.pk}/given",
            legs=[Leg(debit=Account(AccountKind.GOODWILL), credit=balance_account(tender), amount=money)],
            at=now,
        )
        if is_new:
            announce([CreditGiven(customer_id=customer.pk, tender_id=tender.pk)], now=now)
            for order_id in due:
                OrderAccount.held(held[order_id]).pay(now=now)
    return tender


def _name_of(key: str) -> str:
    return (hashlib.sha256(key.encode()).hexdigest() if key else uuid4().hex)[:12]
