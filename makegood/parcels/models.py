"""Parcels, their units and scans, and dispatches."""

from django.db import models
from django.db.models import Q

from makegood.catalog.models import Hold, Place, Product, Service
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of
from makegood.orders.models import Delivery, Line, Order
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.rules.verdicts import Outcome, State


class Parcel(models.Model):
    """A box with a label. What we believe of it now is kept beside it; what we believed before is in the journal."""

    reference = models.TextField(unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    carrier = models.TextField()
    number = models.TextField()
    label_at = models.DateTimeField()
    said_not_received_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=20, choices=choices_of(State))
    outcome = models.CharField(max_length=20, choices=choices_of(Outcome))
    probability_percent = models.PositiveSmallIntegerField()
    evidence = models.JSONField(default=list)
    claim_opens_date = models.DateField(null=True)
    claim_closes_date = models.DateField(null=True)
    verdict_at = models.DateTimeField()
    # The next instant at which silence alone changes the verdict; the sweep finds it.
    look_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="parcel_probability_is_percent", condition=Q(probability_percent__lte=100)),
            models.CheckConstraint(name="parcel_verdict_has_evidence", condition=~Q(evidence=[])),
            models.CheckConstraint(name="parcel_verdict_is_known", condition=Q(**one_of("verdict", State))),
        ]
        indexes = [
            models.Index(name="parcel_by_number", fields=["carrier", "number", "-label_at"]),
            models.Index(name="parcel_to_look_at", fields=["look_at"], condition=Q(look_at__isnull=False)),
            models.Index(name="parcel_by_customer", fields=["customer", "-label_at"]),
        ]


class Scan(models.Model):
    """One thing a carrier said about a parcel. Never updated, never deleted: a trigger refuses both."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="scans", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.TextField()
    kind = models.CharField(max_length=20, choices=choices_of(ScanKind))
    happened_at = models.DateTimeField()
    place = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="scan_once", fields=["parcel", "happened_at", "code", "place"]),
            models.CheckConstraint(name="scan_kind_is_known", condition=Q(**one_of("kind", ScanKind))),
        ]


class UnmatchedScan(models.Model):
    """A scan of a number we have no parcel for, yet. Bounded: the oldest make room (`scanning.KEEP_UNMATCHED`)."""

    carrier = models.TextField()
    number = models.TextField()
    code = models.TextField()
    kind = models.CharField(max_length=20, choices=choices_of(ScanKind))
    happened_at = models.DateTimeField()
    place = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unmatched_scan_once", fields=["carrier", "number", "happened_at", "code", "place"]
            )
        ]


class DispatchState(models.TextChoices):
    REQUESTED = "requested"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


class Dispatch(models.Model):
    """What we ask a place to send, under a `key`, so that asking twice sends once."""

    key = models.TextField(unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=DispatchState.choices, default=DispatchState.REQUESTED)
    charged_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    requested_at = models.DateTimeField()
    leaves_date = models.DateField()
    parcel = models.OneToOneField(Parcel, on_delete=models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dispatch_announced_has_its_parcel",
                condition=Q(state="announced", parcel__isnull=False, announced_at__isnull=False)
                | ~Q(state="announced") & Q(parcel=None, announced_at=None),
            ),
            models.CheckConstraint(name="dispatch_charge_is_not_negative", condition=Q(charged_minor__gte=0)),
        ]
        indexes = [
            models.Index(name="dispatch_to_pick", fields=["leaves_date", "id"], condition=Q(state="requested")),
            models.Index(name="dispatch_by_order", fields=["order"]),
        ]


class DispatchUnits(models.Model):
    """How many of which product go into a dispatch, for which line, and the stock held for them."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="units")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="dispatch_units_once_a_line", fields=["dispatch", "line"]),
            models.CheckConstraint(name="dispatch_units_are_some", condition=Q(quantity__gt=0)),
        ]
