"""Transfers, their legs, and what bounded accounts hold. Nothing that was booked is ever changed."""

from django.db import models
from django.db.models import F, Q

from makegood.kit.choices import choices_of, one_of
from makegood.money.accounts import ACCOUNTS, BOUNDED, AccountKind, Side
from makegood.money.transfers import Stage, TransferKind


class Transfer(models.Model):
    """One thing booked for one customer: never updated, never deleted (a trigger refuses both).

    `key` says which thing it is, so that it is booked once; `digest` is of what was asked under it. A pending transfer
    counts when another, which names it in `pending`, posts it whole or in part, and never where that one voids it.
    `corrects` names what it takes back. `booked_at` is business time.
    """

    customer_id = models.BigIntegerField()
    kind = models.CharField(max_length=24, choices=choices_of(TransferKind))
    stage = models.CharField(max_length=8, choices=choices_of(Stage))
    key = models.TextField()
    digest = models.CharField(max_length=64)
    pending = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    booked_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transfer_once_a_key", fields=["customer_id", "key"]),
            models.UniqueConstraint(
                name="transfer_is_settled_once", fields=["customer_id", "pending"], condition=Q(pending__isnull=False)
            ),
            models.UniqueConstraint(
                name="transfer_is_corrected_once",
                fields=["customer_id", "corrects"],
                condition=Q(corrects__isnull=False),
            ),
            models.CheckConstraint(name="transfer_kind_is_known", condition=Q(**one_of("kind", TransferKind))),
            models.CheckConstraint(
                name="transfer_settles_what_was_pending",
                condition=Q(stage__in=[Stage.BOOKED, Stage.PENDING], pending=None)
                | Q(stage__in=[Stage.POSTED, Stage.VOIDED], pending__isnull=False),
            ),
        ]


class Posting(models.Model):
    """A leg of a transfer, which debits one account and credits another by the same amount; never changed.

    Accounts are named by kind and item (`accounts.Account`). What is pending is the pending transfer's own.
    """

    customer_id = models.BigIntegerField()
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="postings", db_index=False)
    place = models.PositiveSmallIntegerField()
    debit_kind = models.CharField(max_length=24, choices=choices_of(AccountKind))
    debit_item = models.BigIntegerField()
    credit_kind = models.CharField(max_length=24, choices=choices_of(AccountKind))
    credit_item = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="posting_once_a_place", fields=["transfer", "place"]),
            models.CheckConstraint(name="posting_is_above_zero", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="posting_lies_between_two",
                condition=~Q(debit_kind=F("credit_kind")) | ~Q(debit_item=F("credit_item")),
            ),
            models.CheckConstraint(
                name="posting_accounts_are_known",
                condition=Q(**one_of("debit_kind", AccountKind), **one_of("credit_kind", AccountKind)),
            ),
        ]


def _never_below_zero(side: Side) -> Q:
    """What accounts that grow by `side` hold, less what is pending to leave them."""
    kinds = [kind for kind in BOUNDED if ACCOUNTS[kind].grows_by is side]
    grows, falls = ("debits", "credits") if side is Side.DEBIT else ("credits", "debits")
    return Q(kind__in=kinds, **{f"{grows}_minor__gte": F(f"{falls}_minor") + F(f"pending_{falls}_minor")})


class Balance(models.Model):
    """The sums of a bounded account in one currency, written with its postings; others are summed when asked."""

    customer_id = models.BigIntegerField()
    kind = models.CharField(max_length=24, choices=choices_of(AccountKind))
    item = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    debits_minor = models.BigIntegerField()
    credits_minor = models.BigIntegerField()
    pending_debits_minor = models.BigIntegerField()
    pending_credits_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="balance_once_an_account", fields=["customer_id", "kind", "item", "currency"]),
            models.CheckConstraint(
                name="balance_is_never_below_zero",
                condition=_never_below_zero(Side.DEBIT) | _never_below_zero(Side.CREDIT),
            ),
            models.CheckConstraint(
                name="balance_sums_are_sound",
                condition=Q(
                    debits_minor__gte=0, credits_minor__gte=0, pending_debits_minor__gte=0, pending_credits_minor__gte=0
                ),
            ),
        ]
