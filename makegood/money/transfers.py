"""What transfers there are."""

from enum import StrEnum


class Stage(StrEnum):
    """Whether a transfer counts: booked at once, pending, or settling a pending one by posting or voiding it."""

    BOOKED = "booked"
    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"


COUNTS = (Stage.BOOKED, Stage.POSTED)


class TransferKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    CHARGED = "charged"
    CHARGE_REVERSED = "charge_reversed"
    RECEIVED = "received"
    PAID_BACK = "paid_back"
    PAID_OUT = "paid_out"
    CREDIT_GIVEN = "credit_given"
    CREDIT_SPENT = "credit_spent"
    CREDIT_EXPIRED = "credit_expired"
    CONVERTED = "converted"
    RETURNED_BY_BANK = "returned_by_bank"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    COST_BORNE = "cost_borne"
    FEE_PAID = "fee_paid"
    CORRECTED = "corrected"
