"""What a shop allows, where it was changed on a screen or by a program."""

from django.db import models
from django.db.models import Q


class AdoptedPolicy(models.Model):
    """A policy's text that took the place of the one before, with who did it and why; the newest counts. No text: what
    the settings name counts again. Never changed afterwards.
    """

    text = models.TextField(default="", blank=True)
    reason = models.TextField()
    adopted_at = models.DateTimeField()
    adopted_by = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(name="adopted_policy_has_a_reason", condition=~Q(reason=""))]
