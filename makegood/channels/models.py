"""Messages."""

from django.db import models
from django.db.models import Q

from makegood.channels.rules import Direction, MessageState, Via
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of


class Message(models.Model):
    """Words to or from one customer. `key` says why it was sent, so that one piece of news is told once."""

    key = models.TextField(unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=4, choices=choices_of(Direction))
    via = models.CharField(max_length=8, choices=choices_of(Via))
    news = models.CharField(max_length=24, default="")
    subject = models.TextField()
    body = models.TextField()
    language = models.CharField(max_length=8)
    address = models.TextField(default="")
    message_id = models.TextField(unique=True)
    in_reply_to = models.TextField(default="")
    state = models.CharField(max_length=16, choices=choices_of(MessageState))
    written_by = models.TextField(default="")
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    hand_overs = models.PositiveSmallIntegerField(default=0)
    was_in_doubt = models.BooleanField(default=False)
    error = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="message_state_is_known", condition=Q(**one_of("state", MessageState))),
            models.CheckConstraint(
                name="message_sent_has_its_instant",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
            ),
        ]
        indexes = [models.Index(name="message_by_customer", fields=["customer", "-id"])]
