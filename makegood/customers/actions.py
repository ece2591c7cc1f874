"""Taking customers in."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from makegood.customers.models import Customer, Handle
from makegood.customers.records import CustomerRecord
from makegood.customers.rules import HandleKind
from makegood.kit import sql
from makegood.kit.rows import UpsertResult, news_of

FIELDS = ("name", "language", "zone", "since_date")


def put_customers(records: Sequence[CustomerRecord]) -> UpsertResult:
    """Make each customer what its record says; a later record of the same id in one batch wins."""
    by_reference = {record.id: record for record in records}
    with transaction.atomic():
        sql.take_turns("put customers")
        known = {each.reference: each for each in Customer.objects.filter(reference__in=by_reference)}
        new, changed = [], []
        for reference, record in by_reference.items():
            values = record.model_dump(include=set(FIELDS))
            customer = known.get(reference)
            if customer is None:
                new.append(Customer(reference=reference, **values))
            elif any(getattr(customer, field) != values[field] for field in FIELDS):
                for field in FIELDS:
                    setattr(customer, field, values[field])
                changed.append(customer)
        Customer.objects.bulk_create(new, batch_size=1000)
        Customer.objects.bulk_update(changed, FIELDS, batch_size=500)
        known |= {each.reference: each for each in new}
        moved = _put_handles({known[reference].pk: record for reference, record in by_reference.items()})
    changed_ids = {each.pk for each in changed} | (moved - {each.pk for each in new})
    return UpsertResult(
        new=len(new),
        changed=len(changed_ids),
        same=len(by_reference) - len(new) - len(changed_ids),
        news=news_of(
            new=[each.reference for each in new],
            changed=[reference for reference, each in known.items() if each.pk in changed_ids],
        ),
    )


def _put_handles(records: dict[int, CustomerRecord]) -> set[int]:
    """Whose handles changed."""
    wanted = {
        (customer_id, kind, value)
        for customer_id, record in records.items()
        for kind, value in ((HandleKind.EMAIL.value, record.email), (HandleKind.PHONE.value, record.phone))
        if value
    }
    rows = Handle.objects.filter(customer__in=records)
    present = {(row.customer_id, row.kind, row.value): row.pk for row in rows}
    Handle.objects.filter(pk__in=[pk for key, pk in present.items() if key not in wanted]).delete()
    fresh = sorted(wanted - present.keys())
    Handle.objects.bulk_create(
        [Handle(customer_id=customer_id, kind=kind, value=value) for customer_id, kind, value in fresh],
        batch_size=1000,
    )
    return {key[0] for key in wanted ^ present.keys()}


def mark_undeliverable(*, customer_id: int, address: str, reason: str, now: datetime) -> None:
    """What we send to an address of a customer's comes back: helpers see it until a mail comes from there."""
    rows = Handle.objects.filter(customer_id=customer_id, kind=HandleKind.EMAIL, value__iexact=address)
    rows.filter(undeliverable_at=None).update(undeliverable_at=now, undeliverable_reason=reason)


def mark_deliverable(*, customer_id: int, address: str) -> None:
    """A customer wrote from an address, so it works."""
    rows = Handle.objects.filter(customer_id=customer_id, kind=HandleKind.EMAIL, value__iexact=address)
    rows.exclude(undeliverable_at=None).update(undeliverable_at=None, undeliverable_reason="")
