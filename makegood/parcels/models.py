"""Parcels, what is believed of them, their scans, and dispatches."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from makegood.catalog.models import Place, Product, Service, StockReservation
from makegood.customers.models import Customer
from makegood.kit.choices import choices_of, one_of
from makegood.orders.models import Delivery, Order, OrderLine
from makegood.parcels.rules.evidence import EvidenceKey
from makegood.parcels.rules.numbers import Doubt, doubt_about
from makegood.parcels.rules.polling import SETTLED
from makegood.parcels.rules.scans import SHOP_CODE, ScanKind
from makegood.parcels.rules.verdicts import IN_DANGER, Outcome, Verdict
from makegood.promises.rules import PromiseState

# What was cancelled is no trouble any more, wherever its box is (`Promise.is_called_off`).
_CALLED_OFF = Q(delivery__promise__state=PromiseState.WITHDRAWN, delivery__promise__made_good_at=None)
_CALLED_OFF |= Q(delivery__promise__called_off_at__isnull=False)
# Parcels that we worry about: what was made good is in danger no more (`Promise.is_at_stake`).
WORRYING = Q(estimate__verdict__in=[state.value for state in IN_DANGER], delivery__promise__awaits_news=False)
WORRYING &= Q(delivery__promise__made_good_at=None) & ~_CALLED_OFF


class _WithEstimate(models.Manager["Parcel"]):
    """Nobody asks for a parcel without what is believed of it, so both are read at once."""

    def get_queryset(self) -> models.QuerySet["Parcel"]:
        return super().get_queryset().select_related("estimate")

    def with_scans(self) -> models.QuerySet["Parcel"]:
        """With the scans of their numbers; what was heard under a number announced by mistake is left out, and where
        the number is another's, what its carrier says.
        """
        own = Q(parcel__number_since=None) | Q(received_at__gte=models.F("parcel__number_since"))
        then = FormerNumber.objects.filter(parcel=OuterRef("parcel"), until_at__gt=OuterRef("received_at"))
        heard_under = then.order_by("until_at", "id")
        own |= Q(
            parcel__number=Subquery(heard_under.values("number")[:1]),
            parcel__carrier=Subquery(heard_under.values("carrier")[:1]),
        )
        own &= Q(parcel__is_anothers_number=False) | Q(code=SHOP_CODE)
        return self.prefetch_related(models.Prefetch("scans", queryset=Scan.objects.filter(own)))

    def in_danger(self) -> models.QuerySet["Parcel"]:
        """Those we worry about."""
        return self.filter(WORRYING)


class Parcel(models.Model):
    """A box with a label. What we believe of it now is its `estimate`; what we believed before is in the journal.

    Whoever writes a parcel's scans, its estimate or what hangs on it locks the parcel first.
    """

    # Those that Django would add here serve nothing that others don't.
    reference = models.TextField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    carrier = models.TextField()
    number = models.TextField()
    label_at = models.DateTimeField()
    said_not_received_at = models.DateTimeField(null=True)
    # Since when it is known by this number, where another was announced first: scans heard before are not its own.
    number_since = models.DateTimeField(null=True)
    # Another customer's parcel to another address had the number before: one of the two is mistyped, and what is
    # scanned of it is not believed to be of this one (sql/find_anothers.sql).
    is_anothers_number = models.BooleanField(default=False, db_default=False)

    objects = _WithEstimate()

    class Meta:
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(name="parcel_reference_once", fields=["reference"])]
        indexes = [
            models.Index(name="parcel_by_number", fields=["number", "carrier", "-label_at"]),
            models.Index(name="parcel_by_label", fields=["label_at", "id"]),
            models.Index(name="parcel_by_customer", fields=["customer", "-label_at"]),
        ]

    @property
    def number_doubt(self) -> Doubt | None:
        """Why its number may be mistyped; None where nothing speaks against it."""
        return Doubt.ON_ANOTHERS_PARCEL if self.is_anothers_number else doubt_about(self.number, self.carrier)


class FormerNumber(models.Model):
    """A number that a parcel was announced under until somebody put it right; words name it still."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="former_numbers")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    carrier = models.TextField()
    number = models.TextField()
    until_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="former_number_by_number", fields=["number"])]


class StatusEstimate(models.Model):
    """What we believe of a parcel now, and when to look at it or ask about it again.

    Apart from the parcel, for every scan writes it anew: were both one row, PostgreSQL would write each of the parcel's
    indexes with it (0021). `carrier` and `label_at` are the parcel's; lists are found by them.
    """

    parcel = models.OneToOneField(Parcel, on_delete=models.CASCADE, primary_key=True, related_name="estimate")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    carrier = models.TextField()
    label_at = models.DateTimeField()
    verdict = models.CharField(max_length=20, choices=choices_of(Verdict))
    outcome = models.CharField(max_length=20, choices=choices_of(Outcome))
    probability_percent = models.PositiveSmallIntegerField()
    evidence = models.JSONField(default=list)
    claim_opens_date = models.DateField(null=True)
    claim_closes_date = models.DateField(null=True)
    verdict_at = models.DateTimeField()
    # The next instant at which silence alone changes the verdict; the sweep finds it.
    look_at = models.DateTimeField(null=True)
    # When its carrier was last asked about it; how long after that it is due again is `rules.polling`.
    asked_at = models.DateTimeField(null=True)
    # How we hear of it (`rules.hearing`): since when we know of it, and until when its carrier's answers tell all. What
    # was taken in as history is not listened for (null), and not asked about.
    known_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="estimate_probability_is_percent", condition=Q(probability_percent__lte=100)),
            models.CheckConstraint(name="estimate_has_evidence", condition=~Q(evidence=[])),
            models.CheckConstraint(name="estimate_verdict_is_known", condition=Q(**one_of("verdict", Verdict))),
        ]
        indexes = [
            models.Index(
                name="estimate_in_danger",
                fields=["label_at", "parcel"],
                condition=Q(verdict__in=[state.value for state in sorted(IN_DANGER)]),
            ),
            models.Index(name="estimate_to_look_at", fields=["look_at"], condition=Q(look_at__isnull=False)),
            models.Index(
                models.F("carrier"),
                Coalesce("asked_at", "label_at"),
                name="estimate_to_ask",
                condition=~Q(verdict__in=[state.value for state in sorted(SETTLED)]) & Q(known_at__isnull=False),
            ),
        ]

    @property
    def is_unheard(self) -> bool:
        """Whether nobody has told us of its parcel, ever or since what we know, so that its silence says nothing."""
        return any(each["kind"] == EvidenceKey.NOT_HEARD for each in self.evidence)


class Scan(models.Model):
    """One thing a carrier said about a parcel. Never updated, never deleted: a trigger refuses both.

    That its parcel exists and is this customer's is asked of each scan by a trigger, and where many are written of all
    their parcels at once (law 5; migrations/sql/scans_and_parcels.sql).
    """

    pk = models.CompositePrimaryKey("parcel_id", "happened_at", "code", "place")
    parcel = models.ForeignKey(
        Parcel, on_delete=models.PROTECT, related_name="scans", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    code = models.TextField()
    kind = models.CharField(max_length=20, choices=choices_of(ScanKind))
    happened_at = models.DateTimeField()
    place = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
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


class CarrierHearing(models.Model):
    """Since when a carrier tells us of its parcels by itself: the first push, import or call that brought a scan of it.

    `newest_at`: the newest thing it told of, written some minutes late. `heard_until`: until when it told us, where it
    no longer does; null while it does. `woken_at`: when the parcels that had waited for it were looked at again, by the
    sweep.
    """

    carrier = models.TextField(primary_key=True)
    heard_since = models.DateTimeField()
    newest_at = models.DateTimeField(null=True)
    heard_until = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)


class PollState(models.Model):
    """How asking one carrier goes. Its instants are the machine's, as for all limits, leases and retries."""

    carrier = models.TextField(primary_key=True)
    # Somebody is asking until then at the latest; whoever dies meanwhile leaves it to the next.
    busy_until = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")
    last_error_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # How many numbers were ever asked about: every fifth place goes to whoever has waited longest.
    places_given = models.BigIntegerField(default=0)
    # How many numbers a call may carry now; fewer while the carrier refuses them together. 0: as many as it takes.
    at_most = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="carrier_line_error_has_its_instant",
                condition=Q(last_error="", last_error_at=None) | ~Q(last_error="") & Q(last_error_at__isnull=False),
            )
        ]


class CarrierCall(models.Model):
    """One call to a carrier, written before it is made. Bounded: what no limit looks at any more is deleted."""

    carrier = models.TextField()
    called_at = models.DateTimeField()
    numbers = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(name="carrier_call_newest", fields=["carrier", "-called_at"])]


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
    # The first of those that were announced together; None for that one, and for one that was announced alone.
    announced_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

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
            models.Index(name="dispatch_left_lately", fields=["-announced_at"], condition=Q(state="announced")),
        ]

    @property
    def sends_instead(self) -> bool:
        """Whether something goes in it in the place of what was ordered."""
        return any(units.product_id != units.line.product_id for units in self.units.all())


class DispatchUnits(models.Model):
    """How many of which product go into a dispatch, for which line, and the stock held for them."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="units", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    reservation = models.OneToOneField(StockReservation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="dispatch_units_once_a_product", fields=["dispatch", "line", "product"]),
            models.CheckConstraint(name="dispatch_units_are_some", condition=Q(quantity__gt=0)),
        ]

    @property
    def title(self) -> str:
        """What goes: as the order calls it, unless something else goes in its place."""
        return self.line.title if self.product_id == self.line.product_id else self.product.title

    @property
    def sends(self) -> Product:
        return self.product


class Shortage(models.Model):
    """Units of a line that whoever packs it did not find where they should lie; a word that can be taken back.

    `delivery` is that of the units; `counted_off` by how many the stock of the place was put right.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    counted_off = models.PositiveIntegerField()
    said_at = models.DateTimeField()
    said_by = models.TextField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="shortage_is_of_some", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="shortage_taken_back_says_by_whom",
                condition=Q(taken_back_at=None, taken_back_by="")
                | Q(taken_back_at__isnull=False) & ~Q(taken_back_by=""),
            ),
        ]


class NoticeKind(models.TextChoices):
    REQUESTED = "requested"
    READDRESSED = "readdressed"
    CANCELLED = "cancelled"


class NoticeState(models.TextChoices):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


class DispatchNotice(models.Model):
    """What a place's own system is told of a dispatch, and how far that is. Its instants are in system time."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="notices", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=NoticeKind.choices)
    key = models.TextField()
    state = models.CharField(max_length=16, choices=NoticeState.choices, default=NoticeState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_tried_at = models.DateTimeField(null=True)
    last_words = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="notice_once_a_key", fields=["customer", "key"]),
            models.UniqueConstraint(
                name="notice_once_a_kind", fields=["dispatch", "kind"], condition=~Q(kind="readdressed")
            ),
            models.CheckConstraint(
                name="notice_waits_for_its_next_try",
                condition=Q(state="waiting", next_try_at__isnull=False) | ~Q(state="waiting") & Q(next_try_at=None),
            ),
        ]
        indexes = [
            models.Index(name="notice_due", fields=["next_try_at"], condition=Q(state="waiting")),
            models.Index(name="notice_given_up", fields=["id"], condition=Q(state="given_up")),
        ]
