"""Cases, what they gather, what messages told, notes, and words nobody could be matched to."""

from datetime import datetime
from functools import reduce

from django.db import models
from django.db.models import Q

from makegood.cases.rules import RANKS, Attention, CaseState, Origin, Subject, SubjectKind
from makegood.channels.mails.mail import MailKind
from makegood.channels.models import IncomingMail, Message
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import Parcel
from makegood.payments.models import Receipt, Refund
from makegood.promises.models import Promise
from makegood.remedies.models import Grant
from makegood.staff.models import Helper


class Case(models.Model):
    """One customer's matter. Its number is its id."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    # One of rules.CaseType; the table holds no list of them, so that a new type needs no migration.
    case_type = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=choices_of(CaseState), default=CaseState.OPEN)
    opened_at = models.DateTimeField()
    origin = models.CharField(max_length=16, choices=choices_of(Origin))
    closed_at = models.DateTimeField(null=True)
    subject = models.TextField(default="")
    attention = models.CharField(max_length=8, choices=choices_of(Attention), default=Attention.NONE)
    # PostgreSQL keeps it, so that it never says something else than the attention.
    rank = models.GeneratedField(
        expression=models.Case(
            *(models.When(attention=each.value, then=models.Value(rank)) for each, rank in RANKS.items())
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    attention_since = models.DateTimeField(null=True)
    # The earliest promise that a person could still save; the inbox is ordered by it.
    due_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(Helper, on_delete=models.PROTECT, null=True, related_name="+")
    # News of ours that came back: somebody has to reach the customer in another way.
    unreached = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    reply_promise = models.OneToOneField(Promise, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_case_per_customer_and_type",
                fields=["customer", "case_type"],
                condition=Q(state=CaseState.OPEN),
            ),
            models.CheckConstraint(
                name="case_closed_at_goes_with_closed",
                condition=Q(state=CaseState.OPEN, closed_at=None) | Q(state=CaseState.CLOSED, closed_at__isnull=False),
            ),
            models.CheckConstraint(name="case_origin_is_known", condition=Q(**one_of("origin", Origin))),
            models.CheckConstraint(name="case_attention_is_known", condition=Q(**one_of("attention", Attention))),
            models.CheckConstraint(
                name="case_closed_asks_for_nobody", condition=Q(state=CaseState.OPEN) | Q(attention=Attention.NONE)
            ),
        ]
        indexes = [
            models.Index(
                name="case_inbox",
                fields=["rank", "due_at", "id"],
                condition=Q(state=CaseState.OPEN) & ~Q(attention=Attention.NONE),
            ),
            models.Index(name="case_by_customer", fields=["customer", "-id"]),
        ]

    @property
    def unreached_since(self) -> datetime | None:
        """Since when news of ours has not reached its customer; None where all has."""
        return (self.unreached.bounced_at or self.unreached.written_at) if self.unreached else None

    @property
    def waits_for_nothing_but_news(self) -> bool:
        """Whether it is we who have to reach them, and nothing else is owed sooner."""
        return self.unreached_since is not None and self.due_at == self.unreached_since


def _one_subject() -> models.CheckConstraint:
    """The exclusive arc: of its keys a link sets exactly one."""
    only = [{f"{key.value}__isnull": key is not kind for key in SubjectKind} for kind in SubjectKind]
    return models.CheckConstraint(
        name="%(class)s_has_one_subject", condition=reduce(Q.__or__, (Q(**each) for each in only))
    )


def _once_a_subject(*, field: str) -> list[models.UniqueConstraint]:
    """Each subject once for each value of `field`."""
    return [
        models.UniqueConstraint(
            name=f"%(class)s_once_a_{kind.value}",
            fields=[kind.value, field],
            condition=Q(**{f"{kind.value}__isnull": False}),
        )
        for kind in SubjectKind
    ]


class SubjectLink(models.Model):
    """One real row that something is about, by the one of these keys that is set (rules.SubjectKind)."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    # What is unique begins with the key, and finds by it.
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True

    @property
    def subject(self) -> Subject:
        ids = {kind: getattr(self, f"{kind.value}_id") for kind in SubjectKind}
        return next(Subject(kind, row_id) for kind, row_id in ids.items() if row_id is not None)


class CaseSubject(SubjectLink):
    """What a case gathers."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="subjects")

    class Meta:
        constraints = [_one_subject(), *_once_a_subject(field="case")]


class CaseMessage(models.Model):
    """A message that belongs to a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="+")


class NamedOrder(models.Model):
    """An order of its writer's that a message is about, because it names it or answers a letter about it."""

    case_message = models.ForeignKey(CaseMessage, on_delete=models.PROTECT, related_name="named_orders", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="order_named_once_a_message", fields=["case_message", "order"])]


class MessageSubject(SubjectLink):
    """What a message told, and of what: each kind of news of each subject is told once."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=24)

    class Meta:
        constraints = [_one_subject(), *_once_a_subject(field="topic")]


class Note(models.Model):
    """What a helper writes for helpers only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    written_by = models.ForeignKey(Helper, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="note_says_something", condition=~Q(body=""))]


class WordsOverride(models.Model):
    """A reply that went although no record supports some of its words: who answers for them, and why.

    `claims` are the words in question, each `{"text": …, "why": …}` (replies.rules.claims.Why).
    """

    case_message = models.OneToOneField(CaseMessage, on_delete=models.PROTECT, related_name="override")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    claims = models.JSONField()
    reason = models.TextField()
    overridden_by = models.TextField()
    overridden_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="override_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="override_is_of_words", condition=~Q(claims=[])),
        ]


class QuietStart(models.Model):
    """That the shop is learning, or was: it writes to nobody by itself until it has begun. One row at most.

    `until`: when it begins by itself; `begun_by`: who let it begin. `reached`: up to which case what waited was told.
    """

    until = models.DateTimeField()
    told_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    begun_by = models.TextField(default="", blank=True)
    reached = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="quiet_start_is_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="quiet_start_finishes_after_it_began",
                condition=Q(finished_at=None) | Q(begun_at__isnull=False),
            ),
        ]


class UnmatchedMessage(models.Model):
    """Words from somebody who proved nothing, until a helper matches them. Bounded (`matching.KEEP_UNASSIGNED`)."""

    name = models.TextField(default="", blank=True)
    address = models.TextField()
    order_reference = models.TextField(default="", blank=True)
    subject = models.TextField(default="", blank=True)
    body = models.TextField()
    # Of mail: what was folded, one click away; and where whoever wrote wants to be answered, if elsewhere.
    quoted_text = models.TextField(default="", blank=True)
    signature = models.TextField(default="", blank=True)
    reply_to = models.TextField(default="", blank=True)
    # What came with it, each file's name, type and size, in its order; the bytes stay in the mail.
    attachments = models.JSONField(default=list)
    language = models.CharField(max_length=8)
    received_at = models.DateTimeField()
    # By when whoever wrote this is answered, counted from when it was written.
    due_at = models.DateTimeField()
    # The mail that the words came in; a form leaves none.
    mail = models.OneToOneField(IncomingMail, on_delete=models.PROTECT, null=True, related_name="+")
    taken_to = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    # The Message-ID of the mail that the words say they answer.
    answers = models.TextField(default="", blank=True)
    dismissed_reason = models.TextField(default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="unassigned_open", fields=["due_at", "id"], condition=Q(closed_at=None))]

    @property
    def is_automatic(self) -> bool:
        """Whether a program seems to have written it."""
        return self.mail is not None and self.mail.kind == MailKind.AUTO_REPLY
