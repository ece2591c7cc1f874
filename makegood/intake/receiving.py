"""Money that shops tell us has come in: whose it is, what it pays for, and what follows when a bank takes it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from makegood.customers.models import Customer
from makegood.kit.errors import AlreadyResolved, Conflict
from makegood.kit.rows import BadRows, RowError, UpsertResult
from makegood.money.rules import Money
from makegood.orders.locks import lock_orders_by_id
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount
from makegood.orders.queries import paid_by, unpaid_orders
from makegood.payments.locks import lock_matched, lock_open_by_hand, lock_receipt, lock_unmatched, lock_waiting
from makegood.payments.models import Receipt, Tender, UnmatchedReceipt
from makegood.payments.queries import tenders_named
from makegood.payments.receiving import NewReceipt, convert, disown, receive, take_back
from makegood.payments.records import ReceiptRecord
from makegood.payments.refunding import advance
from makegood.payments.rules.refunds import RefundState
from makegood.payments.rules.tenders import rule_of
from makegood.staff.rules import SYSTEM

_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose money it is, and the order that it was sent for, if it says one."""

    customer_id: int
    order_id: int | None


def take_in_receipts(records: Sequence[ReceiptRecord], *, now: datetime) -> UpsertResult:
    """Take in money that came in: an order is paid with what was sent for it, and what is left, or was sent for none,
    pays what else its customer owes, the oldest first. What names nobody we know waits until somebody says whose it is,
    or until it is told again once they are known.

    Raises:
        BadRows: other content under a known id, an order of somebody else, or an instant that lies ahead.
    """
    try:
        return _take_in(records, now=now)
    except IntegrityError:
        # Somebody told the same at the same time: it is known now.
        return _take_in(records, now=now)


def _take_in(records: Sequence[ReceiptRecord], *, now: datetime) -> UpsertResult:
    with transaction.atomic():
        ids = {record.id for record in records}
        waiting = {row.reference: row for row in lock_waiting(ids)}
        booked = Receipt.objects.filter(reference__in=ids).values_list("reference", "told_digest")
        known = {str(reference): digest for reference, digest in booked}
        known |= {reference: row.told_digest for reference, row in waiting.items()}
        owners, errors = _owners_of(records)
        errors += _faults(records, known, now=now)
        on_file = tenders_named((owners[each.id].customer_id, each.tender_id) for each in records if each.id in owners)
        errors += _tender_faults(records, owners, on_file)
        if errors:
            raise BadRows(sorted(errors, key=lambda error: error.index))
        once = {record.id: record for record in records}
        fresh = [each for each in once.values() if each.id not in known]
        found = [
            each
            for each in once.values()
            if each.id in waiting and waiting[each.id].matched_at is None and each.id in owners
        ]
        owned = [(each, owners[each.id]) for each in [*fresh, *found] if each.id in owners]
        receipts = _receive(owned, on_file, now=now)
        for each in found:
            _note_match(waiting[each.id], receipts[each.id], by=str(SYSTEM), now=now)
        UnmatchedReceipt.objects.bulk_create([_unmatched(each) for each in fresh if each.id not in owners])
    return UpsertResult.of(len(records), new=[each.id for each in fresh], changed=[each.id for each in found])


def _owners_of(records: Sequence[ReceiptRecord]) -> tuple[dict[str, _Owner], list[RowError]]:
    """Whose each is, by its id, where all that it names is known."""
    people = dict(
        Customer.objects.filter(reference__in={r.customer for r in records if r.customer}).values_list(
            "reference", "id"
        )
    )
    rows = Order.objects.filter(reference__in={r.order for r in records if r.order})
    orders = {
        reference: (pk, customer_id)
        for reference, pk, customer_id in rows.values_list("reference", "id", "customer_id")
    }
    owners: dict[str, _Owner] = {}
    errors = []
    for index, record in enumerate(records):
        if (record.customer and record.customer not in people) or (record.order and record.order not in orders):
            continue
        order_id, owner = orders[record.order] if record.order else (None, None)
        named = people[record.customer] if record.customer else owner
        if owner is not None and named != owner:
            reason = f"order {record.order} is another customer's; leave one of the two out"
            errors.append(RowError(index=index, field="order", reason=reason))
        elif named is not None:
            owners[record.id] = _Owner(named, order_id)
    return owners, errors


def _faults(records: Sequence[ReceiptRecord], known: Mapping[str, str], *, now: datetime) -> list[RowError]:
    found = []
    digests = dict(known)
    for index, record in enumerate(records):
        if record.received_at > now + _AHEAD:
            reason = "it lies in the future, and can't have happened yet"
            found.append(RowError(index=index, field="received_at", reason=reason))
        if digests.setdefault(record.id, record.digest()) != record.digest():
            reason = f"receipt {record.id!r} is known with other content; what came in besides has an id of its own"
            found.append(RowError(index=index, field="id", reason=reason))
    return found


def _tender_faults(
    records: Sequence[ReceiptRecord],
    owners: Mapping[str, _Owner],
    on_file: Mapping[tuple[int, str], Tender],
) -> Iterator[RowError]:
    """A tender that is named is one of theirs, of that kind, and none that only we take money from."""
    for index, record in enumerate(records):
        if record.tender_id is None or record.id not in owners:
            continue
        tender = on_file.get((owners[record.id].customer_id, record.tender_id))
        if tender is None:
            reason = f"{record.tender_id!r} is no tender that its customer has on file"
        elif rule_of(tender.kind).holds_balance:
            reason = f"we keep what {record.tender_id!r} holds, and take it off ourselves; leave it out"
        elif tender.kind != record.tender:
            reason = f"{record.tender_id!r} is a {tender.kind}, and not a {record.tender}"
        else:
            continue
        yield RowError(index=index, field="tender_id", reason=reason)


def _unmatched(record: ReceiptRecord) -> UnmatchedReceipt:
    return UnmatchedReceipt(
        reference=record.id,
        kind=record.tender,
        label=record.label,
        currency=record.currency,
        amount_minor=record.amount_minor,
        received_at=record.received_at,
        payer=record.payer,
        note=record.note,
        customer_told=record.customer or "",
        order_told=record.order or "",
        told_digest=record.digest(),
        gateway_reference=record.payment,
    )


def _receive(
    owned: Sequence[tuple[ReceiptRecord, _Owner]], on_file: Mapping[tuple[int, str], Tender], *, now: datetime
) -> dict[str, Receipt]:
    new = [
        NewReceipt(
            customer_id=owner.customer_id,
            kind=record.tender,
            label=record.label,
            money=Money(amount_minor=record.amount_minor, currency=record.currency),
            received_at=record.received_at,
            reference=record.id,
            tender=on_file[owner.customer_id, record.tender_id] if record.tender_id else None,
            gateway_reference=record.payment,
            payer=record.payer,
            note=record.note,
            told_digest=record.digest(),
        )
        for record, owner in owned
    ]
    receipts = _receive_and_pay(new, [owner for _, owner in owned], now=now)
    return {str(receipt.reference): receipt for receipt in receipts}


def _receive_and_pay(new: Sequence[NewReceipt], owners: Sequence[_Owner], *, now: datetime) -> list[Receipt]:
    """Book what came in and pay with it: all orders that it may pay for are held first, then one customer at a time."""
    named = {owner.order_id for owner in owners if owner.order_id is not None}
    due = list(unpaid_orders({owner.customer_id for owner in owners}).values_list("id", flat=True))
    held = {order.pk: order for order in lock_orders_by_id({*named, *due})}
    receipts = receive(new, now=now)
    # Those that were named come first, then the oldest; customers always in one order, so that two batches take turns.
    turns = sorted((held[each] for each in dict.fromkeys([*sorted(named), *due])), key=lambda order: order.customer_id)
    for order in turns:
        if order.cancelled_at is None:
            OrderAccount.held(order).pay(now=now)
    return receipts


def convert_and_pay(*, receipt_id: int, to: str, rate: str, now: datetime) -> Receipt:
    """Let money that came in another currency count in `to`, and pay with it what is due there, the oldest order first.

    Raises:
        Receipt.DoesNotExist, InvalidField, AlreadyConverted: as `convert`.
    """
    with transaction.atomic():
        customer_id = Receipt.objects.values_list("customer_id", flat=True).get(id=receipt_id)
        due = list(unpaid_orders([customer_id]).filter(currency=to).values_list("id", flat=True))
        held = {order.pk: order for order in lock_orders_by_id(due)}
        receipt = convert(receipt_id, to=to, rate=rate, now=now)
        for order_id in due:
            OrderAccount.held(held[order_id]).pay(now=now)
    receipt.refresh_from_db()
    return receipt


def lock_for_receipt(receipt: int) -> None:
    """Hold the orders that may be paid or due again by what becomes of a receipt, which is locked after them."""
    customers = Receipt.objects.filter(id=receipt).values_list("customer_id", flat=True)
    due = unpaid_orders(customers).values_list("id", flat=True)
    lock_orders_by_id([*due, *paid_by([receipt]).values_list("order_id", flat=True)])


def lock_for_disowned(receipt: int) -> None:
    """Hold what a receipt was before somebody said whose it is, and then as for whatever becomes of it."""
    lock_matched(receipt)
    lock_for_receipt(receipt)


def _note_match(row: UnmatchedReceipt, receipt: Receipt, *, by: str, now: datetime) -> None:
    row.matched_at, row.matched_by, row.receipt_id = now, by, receipt.pk
    row.save(update_fields=["matched_at", "matched_by", "receipt_id"])


class MatchedBefore(AlreadyResolved):
    """Somebody has said whose it is."""

    slug, title = "money-matched", "Somebody has said whose money it is"


def match_receipt(
    *, unmatched_id: int, customer_id: int, order_id: int | None = None, by: str, now: datetime
) -> Receipt:
    """Say whose money it is that named nobody, and for which order; it is booked and pays as if it had named them.

    Raises:
        UnmatchedReceipt.DoesNotExist: there is none.
        MatchedBefore: it was said before.
    """
    with transaction.atomic():
        row = lock_unmatched(unmatched_id)
        if row.matched_at is not None:
            raise MatchedBefore("somebody has said before whose money this is")
        new = NewReceipt(
            customer_id=customer_id,
            kind=row.kind,
            label=row.label,
            money=Money(amount_minor=row.amount_minor, currency=row.currency),
            received_at=row.received_at,
            reference=row.reference,
            gateway_reference=row.gateway_reference,
            payer=row.payer,
            note=row.note,
            told_digest=row.told_digest,
        )
        (receipt,) = _receive_and_pay([new], [_Owner(customer_id, order_id)], now=now)
        _note_match(row, receipt, by=by, now=now)
    receipt.refresh_from_db()
    return receipt


class NeverMatched(Conflict):
    """Only what somebody said can be taken back."""

    slug, title = "never-matched", "Nobody has said whose money it is"


class TakenBackBefore(AlreadyResolved):
    """A word is taken back once."""

    slug, title = "match-taken-back", "The match was taken back before"


def disown_receipt(*, receipt_id: int, by: str, now: datetime) -> UnmatchedReceipt:
    """Money was not theirs after all, of which somebody had said so: it waits again, and what it paid for is due again.

    Raises:
        Receipt.DoesNotExist: there is none.
        NeverMatched: it named its owner by itself.
        TakenBackBefore: that was said before.
        WentOn: something of it went on.
    """
    with transaction.atomic():
        waiting = lock_matched(receipt_id)
        if waiting is None:
            if Receipt.objects.get(id=receipt_id).disowned_at is not None:
                raise TakenBackBefore("somebody has said before that this money is not theirs")
            raise NeverMatched("it named its owner by itself; where that is wrong, its shop says so")
        for order in lock_orders_by_id(list(paid_by([receipt_id]).values_list("order_id", flat=True))):
            _pay_otherwise(order, receipt_id, now=now)
        disown(lock_receipt(receipt_id), by=by, now=now)
        waiting.matched_at, waiting.matched_by, waiting.receipt_id = None, "", None
        waiting.save(update_fields=["matched_at", "matched_by", "receipt_id"])
    return waiting


def return_receipt(*, receipt_id: int, note: str, by: str, now: datetime) -> Receipt:
    """The bank took back what had come in: what it paid for is due again, unless something else that is free pays it.

    What is to go back of it and was not sent yet stays here.

    Raises:
        Receipt.DoesNotExist: there is none.
        ReturnedBefore: it was taken back before.
    """
    with transaction.atomic():
        orders = lock_orders_by_id(list(paid_by([receipt_id]).values_list("order_id", flat=True)))
        unsent = lock_open_by_hand(receipt_id)
        for order in sorted(orders, key=lambda each: (each.placed_at, each.pk)):
            _pay_otherwise(order, receipt_id, now=now)
        for refund in unsent:
            advance(refund, RefundState.FAILED, by=by, now=now, failure="the bank took back what it was to come from")
        receipt = lock_receipt(receipt_id)
        take_back(receipt, note=note.strip(), now=now)
    return receipt


def _pay_otherwise(order: Order, receipt_id: int, *, now: datetime) -> None:
    """Let a receipt pay for an order no more, and what else is free pay for it, so far as there is any."""
    account = OrderAccount.held(order)
    row = account.allocations.get(receipt_id)
    if row is not None and row.amount_minor:
        account.release_from(receipt_id, row.amount_minor)
    account.receipts = [each for each in account.receipts if each.pk != receipt_id]
    if order.cancelled_at is None:
        account.pay(now=now)
