"""Uses of authority, grants with their units and steps, and perks."""

from django.db import models
from django.db.models import Q

from makegood.catalog.models import StockReservation
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of
from makegood.orders.models import Delivery, DeliveryUnits, Order
from makegood.parcels.models import Dispatch, Parcel
from makegood.payments.models import Refund
from makegood.promises.models import Promise
from makegood.remedies.rules.perks import PerkKind
from makegood.remedies.rules.steps.states import MADE_BY, StepKind, StepState
from makegood.staff.rules import Standpoint


class AuthorityUse(models.Model):
    """What somebody granted within their authority, in one currency: what the policy's limits over days are held
    against. Never changed afterwards.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.TextField()
    remedy = models.CharField(max_length=16)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    used_at = models.DateTimeField()
    used_by = models.TextField()
    # The token by which a program acted for them.
    used_through = models.TextField(default="", blank=True)
    # What the policy was asked (`rules.asked`), so that a changed one can be asked the same.
    asked = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="authority_use_once_a_key", fields=["customer", "key", "currency"])]
        indexes = [
            models.Index(name="authority_use_of_customer", fields=["customer", "used_at"]),
            models.Index(name="authority_use_by_whom", fields=["used_by", "used_at"]),
            models.Index(
                name="authority_use_through", fields=["used_through", "used_at"], condition=~Q(used_through="")
            ),
        ]


class NeedStated(models.Model):
    """By when a customer needs what they ordered, as it was said; of an order the last word counts, and no day takes
    back what was said before.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    # A day where it goes; the time of that day only where they said one.
    by_date = models.DateField(null=True)
    by_time = models.TimeField(null=True)
    said_at = models.DateTimeField()
    said_by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="need_time_has_a_day", condition=Q(by_time=None) | Q(by_date__isnull=False)),
        ]


class Grant(models.Model):
    """A remedy that was chosen, with the situation it answered, as it was seen then. Never changed afterwards."""

    key = models.TextField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    # A kind of the registry: a new one needs no migration, so that nothing here lists them.
    kind = models.CharField(max_length=16)
    # The first of those that one choice made for several orders; None for that one, and for one that stands alone.
    chosen_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    granted_by = models.TextField()
    # The token of the program that chose for them; empty where they chose themselves.
    granted_through = models.TextField(default="", blank=True)
    standpoint = models.CharField(max_length=16, choices=choices_of(Standpoint))
    # How its customer said yes, where it is not what they ordered and somebody else chose it for them.
    agreed = models.TextField(default="", blank=True)
    currency = models.CharField(max_length=3)
    cost_minor = models.BigIntegerField()
    # What its units cost besides what goes back, that was never paid.
    unpaid_minor = models.BigIntegerField(default=0)
    arrives_date = models.DateField(null=True)
    situation = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="grant_once_a_key", fields=["customer", "key"]),
            models.CheckConstraint(
                name="grant_cost_is_not_negative", condition=Q(cost_minor__gte=0, unpaid_minor__gte=0)
            ),
        ]


class GrantUnits(models.Model):
    """Units of a lost delivery that a grant makes good. A trigger keeps their sum within what was lost."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="units", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    lost = models.ForeignKey(DeliveryUnits, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    treatment = models.CharField(max_length=16)
    refund_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="grant_units_once", fields=["grant", "lost", "treatment"]),
            models.CheckConstraint(name="grant_units_are_some", condition=Q(quantity__gt=0)),
        ]


# What is still to be stopped: nobody has, and it has not left all the same.
OPEN_STOP = Q(done_at=None, left_as=None)


class StopTask(models.Model):
    """A delivery that is not to leave any more: whoever packs it has to be told, until the shop's own system hears it.

    What we had asked a place for ourselves is cancelled there, and done at once.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(default="")
    # It left all the same, as this parcel.
    left_as = models.ForeignKey(Parcel, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stop_done_says_by_whom",
                condition=Q(done_at=None, done_by="") | Q(done_at__isnull=False) & ~Q(done_by=""),
            ),
        ]
        indexes = [models.Index(name="stop_open", fields=["id"], condition=OPEN_STOP)]

    @property
    def is_open(self) -> bool:
        """`OPEN_STOP`, of one."""
        return self.done_at is None and self.left_as_id is None


def _links_what_it_made() -> Q:
    """Exactly the link of the step's kind is set: an exclusive arc."""
    arc = Q()
    for kind, own in MADE_BY.items():
        arc |= Q(kind=kind, **{f"{link}__isnull": link != own for link in MADE_BY.values()})
    return arc


class GrantStep(models.Model):
    """One thing that a grant does, how far it is, and the row that it made. `changed_at` is when it came so far."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="steps")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=choices_of(StepKind))
    key = models.TextField()
    state = models.CharField(max_length=16, choices=choices_of(StepState))
    changed_at = models.DateTimeField()
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)
    reservation = models.OneToOneField(StockReservation, on_delete=models.PROTECT, null=True, related_name="+")
    dispatch = models.OneToOneField(Dispatch, on_delete=models.PROTECT, null=True, related_name="+")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, null=True, related_name="+")
    stop_task = models.OneToOneField(StopTask, on_delete=models.PROTECT, null=True, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="grant_step_once_a_key", fields=["customer", "key"]),
            models.CheckConstraint(name="grant_step_links_what_it_made", condition=_links_what_it_made()),
            models.CheckConstraint(name="grant_step_state_is_known", condition=Q(**one_of("state", StepState))),
            models.CheckConstraint(
                name="grant_step_sum_has_its_currency",
                condition=Q(amount_minor=None, currency=None)
                | Q(amount_minor__isnull=False, currency__isnull=False, amount_minor__gte=0),
            ),
        ]


class Perk(models.Model):
    """Something we give besides, so that they have a reason to come back. One a customer and key."""

    key = models.TextField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=choices_of(PerkKind))
    granted_at = models.DateTimeField()
    until_date = models.DateField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="perk_once_a_key", fields=["customer", "key"])]
