"""Facts, which reactions have taken effect, and those that were parked."""

from django.db import models
from django.db.models import Q


class FactRow(models.Model):
    """One fact. Never updated, never deleted: a trigger refuses both."""

    kind = models.TextField()
    version = models.PositiveSmallIntegerField()
    customer_id = models.BigIntegerField()
    ordering_key = models.TextField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    content = models.JSONField()

    class Meta:
        db_table = "makegood_fact"
        indexes = [
            models.Index(name="fact_by_customer", fields=["customer_id", "id"]),
            models.Index(name="fact_by_ordering_key", fields=["ordering_key", "id"]),
        ]


class ReactionRun(models.Model):
    """A reaction that has had its effect; the row is part of the effect's transaction, so there is never a second."""

    fact = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer_id = models.BigIntegerField()
    reaction = models.TextField()
    taken_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [models.UniqueConstraint(name="reaction_takes_effect_once", fields=["fact", "reaction"])]


class DeadLetter(models.Model):
    """A reaction that kept failing: set aside so that later ones go on, until a person retries or dismisses it."""

    fact = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="+")
    customer_id = models.BigIntegerField()
    reaction = models.TextField()
    error = models.TextField()
    parked_at = models.DateTimeField(db_default=models.functions.Now())
    # System time; only where somebody outside was away, and not for ever.
    try_again_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=16, default="")
    reason = models.TextField(default="")
    resolved_by = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="parked_once_at_a_time", fields=["fact", "reaction"], condition=Q(resolved_at=None)
            ),
            models.CheckConstraint(
                name="parked_dismissal_keeps_its_reason", condition=~Q(resolution="dismissed") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="parked_resolution_goes_with_its_instant",
                condition=Q(resolved_at=None, resolution="") | Q(resolved_at__isnull=False) & ~Q(resolution=""),
            ),
        ]
        indexes = [
            models.Index(name="parked_open", fields=["id"], condition=Q(resolved_at=None)),
            models.Index(
                name="parked_to_try_again",
                fields=["try_again_at"],
                condition=Q(resolved_at=None, try_again_at__isnull=False),
            ),
        ]


class PushTaken(models.Model):
    """A signed push that was taken in, by its sender's own id, with what was answered. Kept for a fortnight."""

    inlet = models.TextField()
    key = models.TextField()
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="push_taken_once", fields=["inlet", "key"])]
        indexes = [models.Index(name="push_by_age", fields=["taken_at"])]
