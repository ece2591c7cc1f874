"""The one row that says what time it is for the business."""

from django.db import models
from django.db.models import Q


class Clock(models.Model):
    """Business time: PostgreSQL's own plus `offset`, or frozen at an instant.

    Once anything has happened, a trigger refuses to turn it back.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="clock_is_one_row", condition=Q(id=1))]
