"""Taking customers in."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from makegood.customers.models import Customer, Handle
from makegood.customers.records import CustomerRecord
from makegood.customers.rules import HandleKind
from makegood.kit.bulk import put_rows
from makegood.kit.rows import UpsertResult

FIELDS = {"name", "language", "zone", "since_date", "address"}


def put_customers(records: Sequence[CustomerRecord]) -> UpsertResult:
    """Make each customer what its record says; a later record of the same id in one batch wins."""
    by_reference = {record.id: record for record in records}
    with transaction.atomic():
        wanted = {reference: record.model_dump(include=FIELDS) for reference, record in by_reference.items()}
        taken = put_rows(Customer, "reference", wanted)
        ids = dict(Customer.objects.filter(reference__in=by_reference).values_list("reference", "id"))
        moved = _put_handles({ids[reference]: record for reference, record in by_reference.items()})
    handles_only = [each for each in by_reference if ids[each] in moved and each not in taken.news]
    return taken + UpsertResult.of(0, changed=handles_only)


def new_contact(*, name: str, email: str, language: str) -> Customer:
    """Somebody who wrote to us and whom the shop has not named yet; `email` is in its normal form."""
    contact = Customer.objects.create(
        reference=f"contact-{uuid.uuid4().hex[:12]}",
        name=name.strip() or email,
        language=language,
        zone=settings.SHOP_ZONE,
    )
    Handle.objects.create(customer=contact, kind=HandleKind.EMAIL, value=email)
    return contact


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
    # What one of us put right stays where the shop tells its older word again.
    ours = {(row.customer_id, row.kind, row.value) for row in rows if row.set_by}
    gone = present.keys() - wanted - ours
    Handle.objects.filter(pk__in=[present[key] for key in gone]).delete()
    # Whoever reads the old address now is not let in by what was sent there.
    end_sign_ins({customer_id for customer_id, kind, _ in gone if kind == HandleKind.EMAIL})
    fresh = sorted(wanted - present.keys())
    Handle.objects.bulk_create(
        [Handle(customer_id=customer_id, kind=kind, value=value) for customer_id, kind, value in fresh],
        batch_size=1000,
    )
    return {key[0] for key in (wanted - present.keys()) | gone}


def end_sign_ins(customer_ids: Collection[int]) -> None:
    """Let no link that was made for these customers until now, and no session of theirs, be good any longer."""
    if customer_ids:
        Customer.objects.filter(pk__in=customer_ids).update(sign_in_generation=F("sign_in_generation") + 1)


def mark_undeliverable(*, customer_id: int, address: str, reason: str, now: datetime) -> None:
    """What we send to an address of a customer's comes back: helpers see it until a mail comes from there."""
    rows = Handle.objects.filter(customer_id=customer_id, kind=HandleKind.EMAIL, value__iexact=address)
    rows.filter(undeliverable_at=None).update(undeliverable_at=now, undeliverable_reason=reason)


def mark_deliverable(*, customer_id: int, address: str) -> None:
    """A customer wrote from an address, so it works."""
    rows = Handle.objects.filter(customer_id=customer_id, kind=HandleKind.EMAIL, value__iexact=address)
    rows.exclude(undeliverable_at=None).update(undeliverable_at=None, undeliverable_reason="")
