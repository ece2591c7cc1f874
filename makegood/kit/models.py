"""What time it is for the business, names, limits and answers."""

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


class Bucket(models.Model):
    """How much of a limit is used up: full again at `full_at`, in system time.

    The table is unlogged: it is written by every call and may be forgotten in a crash.
    """

    key = models.TextField(primary_key=True)
    full_at = models.DateTimeField()
    was_let = models.BooleanField()


class Name(models.Model):
    """A name that is unique in the whole shop, and whose it is. PostgreSQL writes it with its row (`kit.keys`).

    `kind` is the row's table and column: `order.reference`.
    """

    pk = models.CompositePrimaryKey("kind", "name")
    kind = models.TextField()
    name = models.TextField()
    customer_id = models.BigIntegerField()
    row_id = models.BigIntegerField()


class GivenAnswer(models.Model):
    """What a call under a key was answered, so that the same call again is answered alike. Instants in system time.

    `body` is null where the answer held a secret, which is shown once.
    """

    caller = models.TextField()
    key = models.TextField()
    asked_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField(null=True)
    kept_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="answer_is_given_once_a_key", fields=["caller", "key"])]
        indexes = [models.Index(name="answer_kept_until", fields=["kept_until"])]
