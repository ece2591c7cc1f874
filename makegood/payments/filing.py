"""Tenders that customers have on file, taken in as the shop tells them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from makegood.customers.models import Customer
from makegood.kit import sql
from makegood.kit.rows import BadRows, RowError, UpsertResult
from makegood.money.accounts import Account, AccountKind, Leg
from makegood.money.actions import NewTransfer, book_new
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.payments.models import Tender
from makegood.payments.queries import balance_account
from makegood.payments.records import TenderOnFileRecord

# What may be told otherwise. What it holds is in our books from the first time on, and so are its kind and currency.
FIELDS = ("label", "gateway_reference", "expires_at", "closed_at")


def put_tenders(records: Sequence[TenderOnFileRecord], *, now: datetime) -> UpsertResult:
    """Make each customer's tender what its record says; a later record of the same one in a batch wins.

    What a gift card or a credit holds is taken from the shop when it is new, and booked as what was so before.

    Raises:
        BadRows: an unknown customer, or a kind, currency or balance that is not what was told before.
    """
    with transaction.atomic():
        sql.take_turns("put Tender")
        people = {row.reference: row for row in Customer.objects.filter(reference__in={r.customer for r in records})}
        known = _known(records)
        if errors := _errors(records, people, known):
            raise BadRows(errors)
        new, changed = [], []
        for record in {(each.customer, each.id): each for each in records}.values():
            tender = known.get((record.customer, record.id))
            if tender is None:
                tender = Tender(
                    customer=people[record.customer],
                    reference=record.id,
                    kind=record.kind,
                    currency=record.currency,
                    opening_minor=record.balance_minor,
                    opened_at=now,
                )
                new.append(tender)
            elif any(getattr(tender, name) != getattr(record, name) for name in FIELDS):
                changed.append(tender)
            for name in FIELDS:
                setattr(tender, name, getattr(record, name))
        Tender.objects.bulk_create(new, batch_size=1000)
        Tender.objects.bulk_update(changed, FIELDS, batch_size=500)
        _open_balances(new, now=now)
    return UpsertResult.of(
        len(records), new=[each.reference for each in new], changed=[each.reference for each in changed]
    )


def _known(records: Sequence[TenderOnFileRecord]) -> dict[tuple[str, str], Tender]:
    rows = Tender.objects.filter(
        customer__reference__in={each.customer for each in records}, reference__in={each.id for each in records}
    )
    return {(row.customer.reference, row.reference): row for row in rows.select_related("customer")}


def _errors(
    records: Sequence[TenderOnFileRecord],
    people: Mapping[str, Customer],
    known: Mapping[tuple[str, str], Tender],
) -> list[RowError]:
    found = []
    first: dict[tuple[str, str], Tender | TenderOnFileRecord] = dict(known)
    for index, record in enumerate(records):
        if record.customer not in people:
            reason = f"{record.customer!r} is unknown; import the customer first"
            found.append(RowError(index=index, field="customer", reason=reason))
        before = first.setdefault((record.customer, record.id), record)
        found += [
            RowError(
                index=index, field=name, reason=f"it was told as {was!r}, and that can't be changed; close it instead"
            )
            for name, was in (("kind", before.kind), ("currency", before.currency))
            if getattr(record, name) != was
        ]
        opening = before.opening_minor if isinstance(before, Tender) else before.balance_minor
        if record.balance_minor is not None and record.balance_minor != opening:
            reason = f"it was told with {opening}, and what it holds since then is in our books; leave it out"
            found.append(RowError(index=index, field="balance_minor", reason=reason))
    return found


def _open_balances(tenders: Sequence[Tender], *, now: datetime) -> None:
    opening = Account(AccountKind.OPENING)
    book_new(
        [
            NewTransfer(
                customer_id=each.customer_id,
                kind=TransferKind.OPENED,
                key=f"tender:{each.pk}",
                legs=[
                    Leg(
                        debit=opening,
                        credit=balance_account(each),
                        amount=Money(amount_minor=each.opening_minor, currency=each.currency),
                    )
                ],
                at=now,
            )
            for each in tenders
            if each.opening_minor
        ]
    )
