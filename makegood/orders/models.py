"""Orders, their lines, and deliveries."""

from django.db import models
from django.db.models import F, Q

from makegood.catalog.models import Product
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of
from makegood.payments.models import Receipt, Refund
from makegood.policies.rules.values import ChangeKind
from makegood.promises.models import Promise


class Order(models.Model):
    """One purchase, by the shop's own `reference`. `paid` holds the tenders as the shop reported them; None
    where it does not say how it was paid. What came in for it is in its allocations.

    `charged_minor` is what its customer owes for it in all, as booked: what was paid back for units is off it (the
    lines' `taken_off_minor`, and `postage_off_minor`), while the lines stand as they were sold.
    """

    reference = models.TextField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    placed_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    postage_minor = models.BigIntegerField(default=0)
    # How much of it is tax.
    postage_tax_minor = models.BigIntegerField(default=0)
    paid = models.JSONField(null=True)
    charged_minor = models.BigIntegerField(default=0)
    postage_off_minor = models.BigIntegerField(default=0)
    # The order that took all of this one's lines over.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # Since then its shop tells it by itself all the same, so that it knows of no merge.
    is_told_apart = models.BooleanField(default=False, db_default=False)
    # Where it goes as it stands now, as the newest version says (`rules.Address`): everything that is not sent yet goes
    # there, replacements included. Parcels by their references, each with where it goes (`ship_to`; null: where the
    # order goes) and the `version_at` that said so, the newest that names it.
    ship_to = models.JSONField(default=dict)
    parcel_addresses = models.JSONField(default=dict)
    cancelled_at = models.DateTimeField(null=True)
    # When it was taken in as history (`rules.is_history`): how it ended we don't know, unless it was told.
    history_since = models.DateTimeField(null=True)
    # Which version of it stands: the newest that was told; null where the shop tells none.
    version_at = models.DateTimeField(null=True)
    # What stands of that version: another content under the same version is an error (law 6).
    digest = models.CharField(max_length=64)
    # Since when it is not only what its shop told: the first change that was made here.
    changed_at = models.DateTimeField(null=True)
    # What its shop told last (`rebasing.told_of`): once it was changed here, what differs from that is news. Before,
    # kept only where a discount for the whole order was shared among its lines, which they don't show.
    told = models.JSONField(null=True)
    # The whole record last taken in, parcels included: the same again is known at a glance.
    taken_digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="order_reference_once", fields=["reference"]),
            models.CheckConstraint(
                name="order_sums_not_negative",
                condition=Q(postage_minor__gte=F("postage_tax_minor"), postage_tax_minor__gte=0, charged_minor__gte=0),
            ),
            models.CheckConstraint(
                name="order_takes_off_no_more_than_its_postage",
                condition=Q(postage_off_minor__gte=0, postage_off_minor__lte=F("postage_minor")),
            ),
        ]
        indexes = [
            models.Index(name="order_by_customer", fields=["customer", "-placed_at"]),
            models.Index(name="order_by_placed", fields=["placed_at", "id"]),
            models.Index(name="order_by_charge", fields=["charged_minor", "currency", "-placed_at"]),
        ]


class OrderLine(models.Model):
    """So many of one thing, at one price. Discount and tax are for the whole line."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    reference = models.TextField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    # What of it is charged no more though it was sold: paid back, or sent back. Never more than it came to.
    taken_off_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="line_once_an_order", fields=["order", "reference"]),
            models.CheckConstraint(
                name="line_takes_off_no_more_than_it_came_to",
                condition=Q(
                    taken_off_minor__gte=0,
                    taken_off_minor__lte=F("unit_price_minor") * F("quantity") - F("discount_minor") + F("tax_minor"),
                ),
            ),
            models.CheckConstraint(
                name="line_sums_are_sound",
                condition=Q(quantity__gt=0, unit_price_minor__gte=0, discount_minor__gte=0, tax_minor__gte=0),
            ),
        ]

    @property
    def total_minor(self) -> int:
        return self.unit_price_minor * self.quantity - self.discount_minor + self.tax_minor


class Delivery(models.Model):
    """Units that go to one address by one date. What replaces a delivery is a delivery of its own."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="+")
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    is_replacement = models.BooleanField(default=False)
    by_date = models.DateField()
    name = models.TextField()
    address_lines = models.JSONField(default=list)
    postcode = models.TextField(default="", blank=True)
    country = models.CharField(max_length=2)
    zone = models.TextField()
    # The version of the order whose address and date it goes by: once packed, the oldest that names its parcel.
    version_at = models.DateTimeField(null=True)
    # When somebody put its address right, which then counts more than the order's.
    address_corrected_at = models.DateTimeField(null=True)


class DeliveryUnits(models.Model):
    """How many of a line belong to a delivery.

    `instead` is sent in place of what was ordered, and `less_minor` is what went back of their price for that; the line
    and what it cost stand as they were sold.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="units", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    instead = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    less_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="delivery_units_once_a_line", fields=["delivery", "line"], condition=Q(instead=None)
            ),
            models.UniqueConstraint(name="delivery_units_once_a_product", fields=["delivery", "line", "instead"]),
            models.CheckConstraint(name="delivery_units_are_some", condition=Q(quantity__gt=0, less_minor__gte=0)),
        ]

    @property
    def sends_id(self) -> int:
        """Which product is sent: what was ordered, where nothing is sent in its place."""
        return self.instead_id or self.line.product_id

    @property
    def sends(self) -> Product:
        return self.instead or self.line.product

    @property
    def title(self) -> str:
        """What is sent, as its customer knows it."""
        return self.instead.title if self.instead else self.line.title


class Allocation(models.Model):
    """How much of a receipt pays for an order. Of one receipt no more pays for orders than came in (its own check)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="allocations", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="allocation_once_a_receipt", fields=["order", "receipt"]),
            models.CheckConstraint(name="allocation_is_not_negative", condition=Q(amount_minor__gte=0)),
        ]


class OrderChange(models.Model):
    """One change of an order that was asked for here: never changed, but for when what it waits for was settled.

    `number` counts an order's changes from 1. `request` is what was asked, `before` and `after` the order's lines,
    postage and address as they stood (`changes.snapshots`), and `delta_minor` by how much what it costs changed. A
    return or an exchange waits until the goods are back; the others settle at once.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    key = models.TextField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=choices_of(ChangeKind))
    made_at = models.DateTimeField()
    made_by = models.TextField()
    made_through = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    request = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    delta_minor = models.BigIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="change_once_a_number", fields=["order", "number"]),
            models.UniqueConstraint(name="change_once_a_key", fields=["customer", "key"]),
            models.CheckConstraint(
                name="change_settled_says_by_whom",
                condition=Q(settled_at=None, settled_by="") | Q(settled_at__isnull=False) & ~Q(settled_by=""),
            ),
        ]


class OrderRefund(models.Model):
    """Money that goes back for an order, and the change that it goes back for, if it was one."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(OrderChange, on_delete=models.PROTECT, null=True, related_name="refunds")

    class Meta:
        constraints = [models.UniqueConstraint(name="order_refund_once", fields=["order", "refund"])]
