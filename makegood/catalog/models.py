"""Places, products, stock with its holds, and carriers' services."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from makegood.catalog.rules import DispatchMethod, ReservationState, SubstituteKind
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of


class Place(models.Model):
    """Where goods lie and parcels leave from."""

    reference = models.TextField(unique=True)
    name = models.TextField()
    country = models.CharField(max_length=2)
    zone = models.TextField()
    works_saturdays = models.BooleanField(default=False)
    # How long before a service's cut-off a parcel has to be asked for; null where the shop does not say.
    packing_hours = models.PositiveSmallIntegerField(null=True)
    dispatch_method = models.CharField(max_length=8, choices=choices_of(DispatchMethod), default=DispatchMethod.PAGE)
    dispatch_url = models.TextField(default="", blank=True)
    # Signs what goes to the place's system and what comes from it; never shown again.
    dispatch_secret = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="place_method_is_known", condition=Q(**one_of("dispatch_method", DispatchMethod))
            ),
            models.CheckConstraint(
                name="place_webhook_has_address_and_secret",
                condition=~Q(dispatch_method=DispatchMethod.WEBHOOK) | ~Q(dispatch_url="") & ~Q(dispatch_secret=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """One thing for sale, by its SKU. `cost_minor` is what it costs us; unknown counts at its price.

    Variants of one product share its `family`. What is no longer `is_on_sale` takes nothing's place.
    """

    sku = models.TextField(unique=True)
    title = models.TextField()
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField(null=True)
    family = models.TextField(default="", blank=True)
    is_on_sale = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="product_sums_are_not_negative",
                condition=Q(price_minor__gte=0) & (Q(cost_minor=None) | Q(cost_minor__gte=0)),
            )
        ]
        indexes = [
            models.Index(Upper("title"), name="product_by_title"),
            models.Index(name="product_by_family", fields=["family"], condition=~Q(family="")),
        ]

    def __str__(self) -> str:
        return self.title


class Substitute(models.Model):
    """What may stand in for a product, and not the other way round; the lowest `rank` is preferred."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="substitutes", db_index=False)
    stands_in = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=choices_of(SubstituteKind))
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="substitute_once_a_product", fields=["product", "stands_in"]),
            models.UniqueConstraint(name="substitute_rank_once", fields=["product", "rank"]),
            models.CheckConstraint(name="substitute_is_another", condition=~Q(product=F("stands_in"))),
            models.CheckConstraint(name="substitute_kind_is_known", condition=Q(**one_of("kind", SubstituteKind))),
        ]


class Stock(models.Model):
    """How many of a product lie in a place, and how many of those are held for somebody."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="stock")
    on_hand = models.IntegerField()
    held = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="stock_once_a_place", fields=["place", "product"]),
            models.CheckConstraint(name="stock_held_is_there", condition=Q(held__gte=0, on_hand__gte=F("held"))),
        ]


class StockReservation(models.Model):
    """Units kept aside under a customer's `key`, so that asking twice holds once."""

    key = models.TextField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=choices_of(ReservationState), default=ReservationState.HELD)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reservation_once_a_key", fields=["customer", "key"]),
            models.CheckConstraint(name="hold_is_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="hold_state_is_known", condition=Q(**one_of("state", ReservationState))),
        ]


class Service(models.Model):
    """A carrier's way of bringing things, with the local hour until which a parcel still leaves the same day."""

    reference = models.TextField(unique=True)
    name = models.TextField()
    carrier = models.TextField()
    currency = models.CharField(max_length=3)
    cutoff_time = models.TimeField()
    delivers_saturdays = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Lane(models.Model):
    """What a service costs us to a country, and how many business days it takes there. Country `*` is any other."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="lanes", db_index=False)
    country = models.CharField(max_length=2)
    rate_minor = models.BigIntegerField()
    transit_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lane_once_a_country", fields=["service", "country"]),
            models.CheckConstraint(name="lane_rate_is_not_negative", condition=Q(rate_minor__gte=0)),
        ]


class PostageRate(models.Model):
    """What a customer pays for one parcel to a country (`*`: any other): so much for the first unit, and for each more.

    From `free_from_minor` on, of goods, it costs nothing; null: never free.
    """

    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    first_minor = models.BigIntegerField()
    each_more_minor = models.BigIntegerField(default=0)
    free_from_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="postage_rate_once", fields=["country", "currency"]),
            models.CheckConstraint(
                name="postage_rate_is_sound",
                condition=Q(first_minor__gte=0, each_more_minor__gte=0)
                & (Q(free_from_minor=None) | Q(free_from_minor__gte=0)),
            ),
        ]
