"""Customers and their handles."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper

from makegood.customers.rules import HandleKind
from makegood.kit.choices import choices_of, one_of
from makegood.kit.last_word import last_word


class Customer(models.Model):
    """One person, by the shop's own `reference`."""

    reference = models.TextField()
    name = models.TextField()
    language = models.CharField(max_length=8, default="en")
    zone = models.TextField(default="UTC")
    since_date = models.DateField(null=True)
    # Where they live, as the shop tells it (`records.AddressRecord`); null where it tells nothing.
    address = models.JSONField(null=True)
    # Sign-in links and sessions are good for one generation; the next one ends them all.
    sign_in_generation = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="customer_reference_once", fields=["reference"])]
        indexes = [
            models.Index(Upper("name"), name="customer_by_name"),
            models.Index(last_word("name"), name="customer_by_family_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Handle(models.Model):
    """A way to reach a customer: an address or a number, in its normal form. Two people may share one."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="handles", db_index=False)
    kind = models.CharField(max_length=8, choices=choices_of(HandleKind))
    value = models.TextField()
    # Which of us put it there; empty: the shop, whose later word about others does not take it away.
    set_by = models.TextField(default="", blank=True)
    # Since when what we send there comes back, and what was said; a mail from there, or a new address, ends it.
    undeliverable_at = models.DateTimeField(null=True)
    undeliverable_reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="handle_once_a_customer", fields=["customer", "kind", "value"]),
            models.CheckConstraint(name="handle_kind_is_known", condition=Q(**one_of("kind", HandleKind))),
        ]
        indexes = [models.Index("kind", Lower("value"), name="handle_by_value")]
