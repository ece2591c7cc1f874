"""How receipts, tenders and refunds are locked."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from makegood.kit.locks import locked
from makegood.payments.models import EXPIRING, Dispute, GatewayHearing, Receipt, Refund, Tender, UnmatchedReceipt
from makegood.payments.rules.refunds import RefundRoute, RefundState


def lock_receipts(ids: Collection[int]) -> list[Receipt]:
    """These receipts, held until the transaction ends."""
    return list(locked(Receipt.objects.filter(id__in=ids)))


def lock_receipt(receipt_id: int) -> Receipt:
    """One receipt.

    Raises:
        Receipt.DoesNotExist: there is none.
    """
    return locked(Receipt.objects.all()).get(id=receipt_id)


def lock_receipts_of(customer_id: int, currency: str) -> list[Receipt]:
    """All that a customer ever paid us in a currency and did not get back wholly, the oldest first."""
    return list(locked(Receipt.objects.filter(Q(customer_id=customer_id), currency=currency)))


def lock_receipts_of_all(customer_ids: Collection[int]) -> None:
    """All that several customers ever paid us, before what hangs on it."""
    list(locked(Receipt.objects.filter(customer__in=customer_ids)).values_list("pk"))


def lock_refund(refund_id: int) -> Refund:
    """One refund, held until the transaction ends.

    Raises:
        Refund.DoesNotExist: there is none.
    """
    return locked(Refund.objects.all()).get(id=refund_id)


def lock_came_back(customer_id: int, currency: str) -> list[Refund]:
    """What ever came back of what a customer was to have in a currency, the oldest first."""
    return list(locked(Refund.objects.filter(customer_id=customer_id, currency=currency, state=RefundState.FAILED)))


def lock_open_by_hand(receipt_id: int) -> list[Refund]:
    """What a person is to send of a receipt and has not sent yet."""
    rows = Refund.objects.filter(receipt=receipt_id, route=RefundRoute.BY_HAND, state=RefundState.REQUESTED)
    return list(locked(rows))


def lock_tender(tender_id: int) -> Tender:
    return locked(Tender.objects.all()).get(id=tender_id)


def lock_unmatched(unmatched_id: int) -> UnmatchedReceipt:
    """Money that names nobody.

    Raises:
        UnmatchedReceipt.DoesNotExist: there is none.
    """
    return locked(UnmatchedReceipt.objects.all()).get(id=unmatched_id)


def lock_matched(receipt_id: int) -> UnmatchedReceipt | None:
    """What a receipt was before somebody said whose it is; None where it named its owner by itself."""
    return locked(UnmatchedReceipt.objects.filter(receipt_id=receipt_id)).first()


def lock_dispute_by_id(dispute_id: int) -> Dispute:
    """One dispute, held until the transaction ends.

    Raises:
        Dispute.DoesNotExist: there is none.
    """
    return locked(Dispute.objects.all()).get(id=dispute_id)


def lock_waiting(references: Collection[str]) -> list[UnmatchedReceipt]:
    """Money that named nobody when it was told under one of these references."""
    return list(locked(UnmatchedReceipt.objects.filter(reference__in=references)))


def lock_dispute(reference: str) -> Dispute | None:
    return locked(Dispute.objects.filter(reference=reference)).first()


def lock_expired_credit(now: datetime) -> Tender | None:
    """The credit that expired first and is still open, past those that somebody else holds."""
    return locked(Tender.objects.filter(EXPIRING, expires_at__lte=now), by="expires_at", skips=True).first()


def lock_gateway_hearing(code: str) -> GatewayHearing:
    return locked(GatewayHearing.objects.all()).get(gateway=code)
