"""Promises and their revisions."""

from django.db import models
from django.db.models import Q

from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of
from makegood.promises.rules import PromiseKind, PromiseState, is_owed


class Promise(models.Model):
    """One thing we said we would do. Never deleted; what happened to it is in the journal and in `revisions`."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=choices_of(PromiseKind))
    made_at = models.DateTimeField()
    made_by = models.TextField()
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    # When to start worrying, or to look again, if nothing has happened by then; the sweep finds it and spends it.
    at_risk_at = models.DateTimeField(null=True)
    at_risk_since = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=choices_of(PromiseState), default=PromiseState.OPEN)
    closed_at = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    # Nobody can say yet whether it was kept: it is not called broken when it falls due.
    awaits_news = models.BooleanField(default=False, db_default=False)
    # What was promised was sent again or paid back: nothing is owed any more, though the promise may have broken.
    made_good_at = models.DateTimeField(null=True)
    # It broke, and then what it was for was cancelled: nobody waits any more. One still open is withdrawn instead.
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="promise_closed_at_goes_with_a_closed_state",
                condition=Q(state=PromiseState.OPEN, closed_at=None) | ~Q(state=PromiseState.OPEN) & ~Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="promise_made_good_is_not_open", condition=Q(made_good_at=None) | ~Q(state=PromiseState.OPEN)
            ),
            models.CheckConstraint(
                name="promise_called_off_is_not_open", condition=Q(called_off_at=None) | ~Q(state=PromiseState.OPEN)
            ),
            models.CheckConstraint(name="promise_kind_is_known", condition=Q(**one_of("kind", PromiseKind))),
            models.CheckConstraint(name="promise_state_is_known", condition=Q(**one_of("state", PromiseState))),
        ]
        indexes = [
            models.Index(
                name="promise_due", fields=["due_at"], condition=Q(state=PromiseState.OPEN, awaits_news=False)
            ),
            models.Index(
                name="promise_worrying",
                fields=["at_risk_at"],
                condition=Q(state=PromiseState.OPEN, at_risk_at__isnull=False),
            ),
            models.Index(name="promise_by_due", fields=["due_at", "id"]),
            models.Index(name="promise_by_customer", fields=["customer", "-due_at"]),
        ]

    @property
    def is_owed(self) -> bool:
        return is_owed(
            state=PromiseState(self.state),
            is_fulfilled=self.fulfilled_at is not None,
            made_good_at=self.made_good_at,
            called_off_at=self.called_off_at,
        )

    @property
    def is_called_off(self) -> bool:
        """Whether what it was for was cancelled, before or after it broke: nobody waits for it, and nothing made up."""
        is_withdrawn = self.state == PromiseState.WITHDRAWN and self.made_good_at is None
        return is_withdrawn or self.called_off_at is not None

    @property
    def is_at_stake(self) -> bool:
        """Whether somebody waits for what it is for, as far as we can know: neither made good nor called off."""
        return self.made_good_at is None and not self.is_called_off and not self.awaits_news


class Revision(models.Model):
    """A date that moved, and why."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="revisions")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    was_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.TextField()
    revised_at = models.DateTimeField()
    revised_by = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(name="revision_has_a_reason", condition=~Q(reason=""))]
