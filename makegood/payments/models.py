"""Tenders on file, money that came in by them, and money that goes back."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of
from makegood.kit.last_word import last_word
from makegood.money.models import Transfer
from makegood.money.rules import Money
from makegood.payments.rules.disputes import WAITS_FOR_US, DisputeAnswer
from makegood.payments.rules.refunds import RefundKind, RefundRoute, RefundState
from makegood.payments.rules.tenders import TenderKind, rule_of
from makegood.payments.rules.values import DisputeStatus
from makegood.promises.models import Promise

# Credits that we gave, that expire some day and did not yet.
EXPIRING = Q(kind=TenderKind.STORE_CREDIT, closed_at=None, expires_at__isnull=False)


class Tender(models.Model):
    """A way to pay that a customer has on file with the shop, by the shop's own `reference`.

    What a gift card or a credit of ours holds is in the ledger, under its id; `opening_minor` is what the shop said
    that it held when it was first told, and null where it said nothing. `gateway_reference` is what the gateway knows
    it by; `closed_at`: since when it can't be used any more.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.TextField()
    kind = models.TextField()
    label = models.TextField(default="", blank=True)
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField(null=True)
    # When what it holds was told or given: what it pays later comes off that.
    opened_at = models.DateTimeField(null=True)
    gateway_reference = models.TextField(default="", blank=True)
    expires_at = models.DateTimeField(null=True)
    # Of a credit that somebody here gave: why, and who.
    reason = models.TextField(default="", blank=True)
    given_by = models.TextField(default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="tender_once_a_reference", fields=["customer", "reference"])]
        indexes = [models.Index(name="tender_expiring", fields=["expires_at"], condition=EXPIRING)]

    @property
    def name(self) -> str:
        return self.label or self.kind

    def is_over(self, *, now: datetime) -> bool:
        """Whether it can't be used any more: it was closed, or has expired."""
        return any(at is not None and at <= now for at in (self.closed_at, self.expires_at))


class Receipt(models.Model):
    """Money that came in by one tender, and what became of it: minor units of `currency`.

    `allocated_minor` pays for orders, `back_minor` went back or is on its way, `returned_minor` the bank took out
    again; the rest is free, and the customer's. `disputed_minor` is with a card's issuer. The ledger keeps what is left
    of it as `RECEIVED` under its id. `reference` is the shop's, or the bank's, if it has one, and `told_digest` is of
    what was told under it; `kind` "" where nobody says how it was paid. What was converted keeps what came in as
    `original_minor` and `original_currency`, and the `rate`. Of what was not theirs after all nothing is left, and it
    has given its reference up: `disowned_at`.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.TextField(null=True)
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.TextField(default="", blank=True)
    label = models.TextField(default="", blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    allocated_minor = models.BigIntegerField(default=0)
    back_minor = models.BigIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)
    disputed_minor = models.BigIntegerField(default=0)
    received_at = models.DateTimeField()
    # What the gateway knows the payment by; empty where none that we call holds it.
    gateway_reference = models.TextField(default="", blank=True)
    # As the slip or the statement says it.
    payer = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    told_digest = models.CharField(max_length=64, default="", blank=True)
    original_currency = models.CharField(max_length=3, default="", blank=True)
    original_minor = models.BigIntegerField(null=True)
    rate = models.TextField(default="", blank=True)
    disowned_at = models.DateTimeField(null=True)
    disowned_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="receipt_once_a_reference", fields=["reference"]),
            models.CheckConstraint(
                name="receipt_disowned_has_nothing_left",
                condition=Q(disowned_at=None, disowned_by="")
                | Q(disowned_at__isnull=False, amount_minor=0, reference=None) & ~Q(disowned_by=""),
            ),
            models.CheckConstraint(
                name="receipt_sums_are_sound",
                condition=Q(
                    amount_minor__gte=0,
                    allocated_minor__gte=0,
                    back_minor__gte=0,
                    returned_minor__gte=0,
                    disputed_minor__gte=0,
                ),
            ),
            # Money back never exceeds money in, and no cent pays twice (law 6). What a bank takes back through its
            # own is counted by itself, since that alone can be more than is left.
            models.CheckConstraint(
                name="receipt_gives_no_more_than_came",
                condition=Q(amount_minor__gte=F("allocated_minor") + F("back_minor")),
            ),
        ]
        indexes = [
            models.Index(name="receipt_by_customer", fields=["customer", "received_at"]),
            # What pays for nothing: few, and what waits for a rate is among them.
            models.Index(
                name="receipt_unspent",
                fields=["id"],
                condition=Q(allocated_minor=0, back_minor=0, returned_minor=0, original_currency=""),
            ),
            models.Index(last_word("label"), name="receipt_by_number"),
            models.Index(name="receipt_by_gateway", fields=["gateway_reference"], condition=~Q(gateway_reference="")),
        ]

    @property
    def name(self) -> str:
        return self.label or self.kind

    @property
    def loose_minor(self) -> int:
        """What pays for nothing and goes nowhere, be it with a card's issuer for now."""
        return max(self.amount_minor - self.allocated_minor - self.back_minor - self.returned_minor, 0)

    @property
    def is_as_it_came(self) -> bool:
        """Whether nothing of it went on: it is here, as it came, though it may pay for orders."""
        gone = self.back_minor or self.returned_minor or self.disputed_minor
        return bool(self.amount_minor) and not gone and not self.original_currency

    @property
    def free_minor(self) -> int:
        """What of that is here: the customer's, to draw or to keep. What a bank has taken is not paid back again."""
        return max(self.loose_minor - self.disputed_minor, 0)


class UnmatchedReceipt(models.Model):
    """Money that came in and names nobody we know; a person says whose it is. It is booked then and not before.

    `customer_told` and `order_told` are whom and what it named, where that is unknown.
    """

    reference = models.TextField(unique=True)
    kind = models.TextField()
    label = models.TextField(default="", blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    received_at = models.DateTimeField()
    # As the slip or the statement says it.
    payer = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    customer_told = models.TextField(default="", blank=True)
    order_told = models.TextField(default="", blank=True)
    told_digest = models.CharField(max_length=64)
    gateway_reference = models.TextField(default="", blank=True)
    matched_at = models.DateTimeField(null=True)
    matched_by = models.TextField(default="", blank=True)
    receipt_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="unmatched_receipt_is_of_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="unmatched_receipt_says_who_matched",
                condition=Q(matched_at=None, matched_by="", receipt_id=None)
                | Q(matched_at__isnull=False, receipt_id__isnull=False) & ~Q(matched_by=""),
            ),
        ]
        indexes = [
            models.Index(last_word("label"), name="unmatched_receipt_by_number"),
            models.Index(name="unmatched_receipt_open", fields=["id"], condition=Q(matched_at=None)),
            models.Index(
                name="unmatched_receipt_matched", fields=["receipt_id"], condition=Q(receipt_id__isnull=False)
            ),
        ]


class Refund(models.Model):
    """Money that goes back to a customer: drawn on one receipt, and sent where it came from, or to another tender.

    `to` is a tender on file: for a payout the one it goes to, for a refund the one it came by, if that is on file.
    `transfer` is pending until it is sent, so that nobody spends it otherwise; a refund that failed is the customer's
    again. What goes to a balance of ours is there at once, and needs no promise. `sent_again_as`: of one that came
    back, the refund by which its money goes now, or went: the newest, however often it came back.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.TextField()
    kind = models.CharField(max_length=8, choices=choices_of(RefundKind))
    route = models.CharField(max_length=8, choices=choices_of(RefundRoute))
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="refunds")
    to = models.ForeignKey(Tender, on_delete=models.PROTECT, null=True, related_name="+")
    # Where it goes, as it is told: the tender's kind and label; empty where nobody knows how it was paid.
    tender_kind = models.TextField(default="", blank=True)
    tender = models.TextField(default="", blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reason = models.TextField(default="", blank=True)
    state = models.CharField(max_length=9, choices=choices_of(RefundState))
    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, null=True, related_name="+")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    requested_by = models.TextField()
    sent_at = models.DateTimeField(null=True)
    # When it settled, or when whoever made it by hand said so, and who.
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(default="", blank=True)
    failed_by = models.TextField(default="", blank=True)
    gateway_reference = models.TextField(default="", blank=True)
    sent_again_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="came_back")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="refund_sent_again_came_back", condition=Q(sent_again_as=None) | Q(state=RefundState.FAILED)
            ),
            models.UniqueConstraint(name="refund_once_a_key", fields=["customer", "key"]),
            models.CheckConstraint(name="refund_is_of_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(name="refund_state_is_known", condition=Q(**one_of("state", RefundState))),
            models.CheckConstraint(
                name="refund_done_says_by_whom",
                condition=Q(done_at=None, done_by="") | Q(done_at__isnull=False) & ~Q(done_by=""),
            ),
            models.CheckConstraint(
                name="refund_settled_is_done", condition=~Q(state=RefundState.SETTLED) | Q(done_at__isnull=False)
            ),
            models.CheckConstraint(
                name="refund_failed_has_its_instant",
                condition=Q(state=RefundState.FAILED, failed_at__isnull=False)
                | ~Q(state=RefundState.FAILED) & Q(failed_at=None),
            ),
        ]
        indexes = [
            models.Index(name="refund_open", fields=["id"], condition=Q(state__in=["requested", "sent"])),
            models.Index(
                name="refund_came_back",
                fields=["-failed_at", "-id"],
                condition=Q(state=RefundState.FAILED, sent_again_as=None),
            ),
            models.Index(name="refund_by_gateway", fields=["gateway_reference"], condition=~Q(gateway_reference="")),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in {RefundState.REQUESTED, RefundState.SENT}

    @property
    def money(self) -> Money:
        return Money(amount_minor=self.amount_minor, currency=self.currency)

    @property
    def is_settled(self) -> bool:
        """Whether the money is with its customer; what came back is not, though it was."""
        return self.state == RefundState.SETTLED

    @property
    def due_at(self) -> datetime | None:
        """By when it was promised; None of what was there at once."""
        return self.promise.due_at if self.promise is not None else None

    @property
    def carried_by(self) -> "Refund":
        """What says how far its money is now: itself, or of what came back, the one by which it went again."""
        return self.sent_again_as or self

    @property
    def is_with_us(self) -> bool:
        """Whether it came back, and has not gone another way since: the customer's, and free."""
        return self.carried_by.state == RefundState.FAILED and self.receipt.free_minor >= self.amount_minor

    def is_overdue(self, *, now: datetime) -> bool:
        """Whether its promised instant has passed without it."""
        return self.is_open and self.due_at is not None and self.due_at <= now

    @property
    def holds_balance(self) -> bool:
        """Whether it goes to a balance that we keep."""
        return self.to is not None and rule_of(self.to.kind).holds_balance


class Dispute(models.Model):
    """Money that a card's holder asks back through their bank, by the gateway's own number and status.

    `told_at`: of when the news is that its status comes from, by the gateway's clock. `taken_minor`: what the bank has
    of it, as booked. `promise`: to answer by the processor's own date. `answer`: what we say to it, once it was asked
    for; it counts from `answer_sent_at`, and where the gateway refused it, `answer_refusal` says why and it may be
    answered again: `answer_tries` counts that. `answer_reason`: why we let them have it, for ourselves.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.TextField()
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="disputes")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    status = models.CharField(max_length=24)
    reason = models.TextField(default="", blank=True)
    opened_at = models.DateTimeField()
    told_at = models.DateTimeField()
    evidence_due_at = models.DateTimeField(null=True)
    taken_minor = models.BigIntegerField(default=0)
    answer = models.CharField(max_length=10, choices=choices_of(DisputeAnswer), default="", blank=True)
    answer_tries = models.PositiveIntegerField(default=0)
    answer_asked_at = models.DateTimeField(null=True)
    answer_asked_by = models.TextField(default="", blank=True)
    answer_reason = models.TextField(default="", blank=True)
    answer_sent_at = models.DateTimeField(null=True)
    answer_refusal = models.TextField(default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="dispute_once_a_reference", fields=["customer", "reference"]),
            models.CheckConstraint(
                name="dispute_answer_says_who_asked",
                condition=Q(answer="", answer_asked_at=None, answer_asked_by="", answer_sent_at=None)
                | ~Q(answer="") & Q(answer_asked_at__isnull=False) & ~Q(answer_asked_by=""),
            ),
            models.CheckConstraint(name="dispute_takes_no_less_than_nothing", condition=Q(taken_minor__gte=0)),
        ]
        indexes = [
            models.Index(name="dispute_open", fields=["evidence_due_at", "id"], condition=Q(closed_at=None)),
            models.Index(name="dispute_ended", fields=["-closed_at", "-id"], condition=Q(closed_at__isnull=False)),
        ]

    @property
    def waits_for_us(self) -> bool:
        """Whether its bank waits for an answer, and none of us has given one that the gateway takes."""
        return not self.answer and DisputeStatus(self.status) in WAITS_FOR_US

    @property
    def money(self) -> Money:
        """What the bank asks back."""
        return Money(amount_minor=self.amount_minor, currency=self.currency)

    @property
    def taken(self) -> Money:
        """What the bank has of it, as booked."""
        return Money(amount_minor=self.taken_minor, currency=self.currency)


class DisputeEvidence(models.Model):
    """What speaks for us in a dispute, as it is sent: made once for each try, so that a try again sends the same.

    `texts`: what the gateway asks for beside the PDF (`rules.values.Evidence`).
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    pdf = models.BinaryField()
    texts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(name="evidence_once_a_try", fields=["dispute", "number"])]


class GatewayHearing(models.Model):
    """Until when we have asked a gateway what it told, in the machine's time."""

    gateway = models.TextField(unique=True)
    asked_at = models.DateTimeField()
    heard_until = models.DateTimeField()
    last_error = models.TextField(default="", blank=True)
    last_error_at = models.DateTimeField(null=True)
