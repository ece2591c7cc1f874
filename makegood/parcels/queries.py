"""Reads."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, Max, Min, OuterRef, Q, QuerySet

from makegood.catalog.queries import services_by_country
from makegood.catalog.rules import Timetable, arrival_date
from makegood.kit.holidays import calendar_of
from makegood.kit.instants import zone_named
from makegood.orders.models import Delivery, Order
from makegood.parcels.models import (
    CarrierHearing,
    Dispatch,
    DispatchNotice,
    DispatchState,
    FormerNumber,
    NoticeState,
    Parcel,
    Shortage,
    StatusEstimate,
)
from makegood.parcels.rules.boxes import ONE_BOX_WITHIN
from makegood.parcels.rules.contradictions import clear
from makegood.parcels.rules.evidence import Evidence, EvidenceKey
from makegood.parcels.rules.numbers import numbers_in
from makegood.parcels.rules.scans import Scan, ScanKind, in_order
from makegood.promises.rules import PromiseState

# Dispatches that were cancelled and did not leave, or will be with their order.
CALLED_OFF = Q(state=DispatchState.CANCELLED) | Q(state=DispatchState.REQUESTED, order__cancelled_at__isnull=False)


def parcels_since(since: datetime, *, customer_ids: Collection[int]) -> Counter[int]:
    """How many parcels were sent to each of some customers since an instant."""
    rows = Parcel.objects.filter(customer__in=customer_ids, label_at__gt=since)
    return Counter(dict(rows.values_list("customer_id").annotate(Count("id"))))


def latest_deliveries(delivery_ids: Iterable[int]) -> dict[int, datetime]:
    """When, as their carriers say, what was sent for these deliveries was brought; none of what was not."""
    ids = list(delivery_ids)
    if not ids:
        return {}
    rows = Parcel.objects.filter(delivery__in=ids, scans__kind__in=[kind for kind in ScanKind if kind.is_delivery])
    return dict(rows.values_list("delivery_id").annotate(Max("scans__happened_at")))


def parcels_of_orders(order_ids: Iterable[int]) -> list[Parcel]:
    """All parcels of these orders in the order they left, with what a page needs of them."""
    rows = Parcel.objects.with_scans().filter(delivery__order__in=list(order_ids))
    rows = rows.select_related("delivery__promise", "delivery__order", "place", "service")
    return list(
        rows.prefetch_related("delivery__units__line", "delivery__units__instead", "former_numbers").order_by(
            "label_at", "id"
        )
    )


def parcels_by_reference(references: Collection[str]) -> dict[str, Parcel]:
    """These parcels, with their deliveries, by the shop's own names for them."""
    rows = Parcel.objects.filter(reference__in=references).select_related("delivery")
    return {row.reference: row for row in rows}


def first_of_all(deliveries: Iterable[Delivery]) -> set[int]:
    """Those that go in the place of something that never left: the first that their customer gets of it."""
    rows = {each.pk: each.split_from_id for each in deliveries if each.is_replacement and each.split_from_id}
    before: dict[int, int | None] = {}
    left: set[int] = set()
    new = set(rows.values())
    while new:
        has_left = Exists(Parcel.objects.filter(delivery=OuterRef("pk")))
        found = Delivery.objects.filter(id__in=new).annotate(has_left=has_left)
        for each in found:
            before[each.pk] = each.split_from_id if each.is_replacement else None
            left |= {each.pk} if each.has_left else set()
        new = {each for each in before.values() if each} - set(before)

    def never_left(each: int | None) -> bool:
        return each is None or (each not in left and never_left(before[each]))

    return {pk for pk, replaced in rows.items() if never_left(replaced)}


def rests_of(parcels: Iterable[Parcel]) -> dict[int, set[str]]:
    """Of which orders something has left, so that what has not is a part of them, and what is believed of it.

    By their ids; nothing is told of what was made good. The parcels come with their deliveries, promises and estimates.
    """
    found: dict[int, set[str]] = {}
    for parcel in parcels:
        verdicts = found.setdefault(parcel.delivery.order_id, set())
        if parcel.delivery.promise.made_good_at is None:
            verdicts.add(parcel.estimate.verdict)
    return found


def not_left(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Those of these deliveries that are in no parcel, in the order given."""
    rows = list(deliveries)
    packed = set(Parcel.objects.filter(delivery__in=rows).values_list("delivery_id", flat=True))
    return [each for each in rows if each.pk not in packed]


def short_among(deliveries: Iterable[Delivery]) -> set[int]:
    """Those of these deliveries of which units were not there when somebody packed them."""
    rows = Shortage.objects.filter(delivery__in=list(deliveries), taken_back_at=None)
    return set(rows.values_list("delivery_id", flat=True))


def shortages_open(*, limit: int) -> list[Shortage]:
    """What was not there to pack and nothing was done about yet, the oldest first."""
    packed = Parcel.objects.filter(delivery=OuterRef("delivery"))
    rows = all_shortages().filter(~Exists(packed), taken_back_at=None, delivery__promise__state=PromiseState.OPEN)
    return list(rows.order_by("id")[:limit])


def all_shortages() -> QuerySet[Shortage]:
    return Shortage.objects.select_related("customer", "order", "line", "product", "place")


def packed_deliveries(order_ids: Collection[int]) -> set[int]:
    """Which of these orders' deliveries, replacements apart, are in a parcel."""
    if not order_ids:
        return set()
    rows = Parcel.objects.filter(delivery__order__in=order_ids, delivery__is_replacement=False)
    return set(rows.values_list("delivery_id", flat=True))


def parcels_in_danger(*, limit: int) -> list[Parcel]:
    """Parcels we worry about, the first to have left at the top."""
    rows = Parcel.objects.in_danger().select_related("customer", "delivery__promise", "delivery__order")
    return list(rows.order_by("estimate__label_at", "id")[:limit])


def parcels_matching(words: str, *, limit: int) -> list[Parcel]:
    """Parcels by tracking number, one that was put right since too, or by our own reference."""
    numbers = numbers_in(words)
    former = FormerNumber.objects.filter(number__in=numbers).values("parcel_id")
    found = Parcel.objects.filter(Q(number__in=numbers) | Q(id__in=former) | Q(reference=words))
    rows = found.select_related("customer", "delivery__order").prefetch_related("former_numbers")
    return list(rows.order_by("-label_at")[:limit])


def pick_list(*, place_id: int | None = None, limit: int = 200) -> list[Dispatch]:
    """What places have to send, or one of them, the next to leave first."""
    rows = Dispatch.objects.filter(state=DispatchState.REQUESTED)
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    rows = rows.select_related("place", "service", "order", "delivery", "customer")
    return list(rows.prefetch_related("units__line", "units__product").order_by("leaves_date", "id")[:limit])


# For so long what left stands on the pick list's page, where its number can be put right.
LATELY = timedelta(days=2)


def left_lately(*, now: datetime, limit: int) -> list[Dispatch]:
    """What places said that they sent since the day before yesterday, the newest first."""
    rows = Dispatch.objects.filter(state=DispatchState.ANNOUNCED, announced_at__gt=now - LATELY)
    rows = rows.select_related("place", "order", "delivery", "parcel")
    return list(rows.order_by("-announced_at", "-id")[:limit])


def dispatches_of_orders(order_ids: Iterable[int]) -> QuerySet[Dispatch]:
    """What was asked to be sent for several orders."""
    rows = Dispatch.objects.filter(order__in=list(order_ids))
    rows = rows.select_related("place", "service", "order", "delivery__promise", "parcel__estimate")
    return rows.prefetch_related("units__line", "units__product").order_by("id")


def parcels_told() -> QuerySet[Parcel]:
    """Parcels with all that is told of them, in as many queries for a thousand as for one.

    `with_it_in_the_box` are the customer's other parcels under the same number, by their references.
    """
    rows = Parcel.objects.with_scans().select_related(
        "customer", "delivery__promise", "delivery__order", "place", "service"
    )
    rows = rows.annotate(with_it_in_the_box=ArraySubquery(_in_one_box().values("reference")))
    return rows.prefetch_related("delivery__units__line__product", "delivery__units__instead")


def _in_one_box() -> QuerySet[Parcel]:
    """The others in the box of a parcel that a query asks for."""
    rows = Parcel.objects.filter(
        number=OuterRef("number"),
        carrier=OuterRef("carrier"),
        customer=OuterRef("customer"),
        is_anothers_number=False,
        label_at__gte=ExpressionWrapper(OuterRef("label_at") - ONE_BOX_WITHIN, output_field=DateTimeField()),
        label_at__lte=ExpressionWrapper(OuterRef("label_at") + ONE_BOX_WITHIN, output_field=DateTimeField()),
    )
    return rows.exclude(pk=OuterRef("pk")).order_by("label_at", "id")


def ordering_keys_of(order: Order) -> list[str]:
    """What facts about an order, its promises and its parcels are filed under."""
    deliveries = list(Delivery.objects.filter(order=order).values_list("id", "promise_id"))
    parcels = Parcel.objects.filter(delivery__in=[delivery for delivery, _ in deliveries]).values_list("id", flat=True)
    promises = [f"promise:{promise_id}" for _, promise_id in deliveries]
    return [f"order:{order.pk}", *promises, *(f"parcel:{parcel_id}" for parcel_id in parcels)]


def dispatches_told() -> QuerySet[Dispatch]:
    """Dispatches with all that is told of them, in as many queries for a thousand as for one."""
    return Dispatch.objects.select_related(
        "customer", "order", "delivery", "place", "service", "parcel"
    ).prefetch_related("units__line__product", "units__product")


def next_due_at() -> datetime | None:
    """The earliest instant at which silence changes a verdict, or begins to count."""
    found: datetime | None = StatusEstimate.objects.aggregate(at=Min("look_at"))["at"]
    begins: datetime | None = CarrierHearing.objects.filter(woken_at=None).aggregate(at=Min("heard_since"))["at"]
    return min((at for at in (found, begins) if at is not None), default=None)


def dispatches_to_tell(dispatch_ids: Iterable[int]) -> set[int]:
    """Those of these dispatches of which a place's system has still to be told something."""
    rows = DispatchNotice.objects.filter(dispatch__in=list(dispatch_ids), state=NoticeState.WAITING)
    return set(rows.values_list("dispatch_id", flat=True))


def all_notices() -> QuerySet[DispatchNotice]:
    """What places' systems are told, with the dispatches and places it is about."""
    return DispatchNotice.objects.select_related("dispatch__place", "dispatch__order", "customer")


def notices_given_up(*, limit: int) -> list[DispatchNotice]:
    """What a place's system would not take to the end, the oldest first."""
    return list(all_notices().filter(state=NoticeState.GIVEN_UP).order_by("id")[:limit])


def deliveries_of(parcel: Parcel) -> set[datetime]:
    """When the carrier, or the shop, says that this very box was delivered: scans of an earlier one don't count."""
    return {scan.happened_at for scan in _own_scans(parcel) if scan.kind.is_delivery}


def picked_up_at(parcel: Parcel) -> datetime | None:
    """When the carrier says that it took this very box in; what it saw of it only later says nothing of that."""
    return next((scan.happened_at for scan in _own_scans(parcel) if scan.kind is ScanKind.ACCEPTED), None)


def _own_scans(parcel: Parcel) -> tuple[Scan, ...]:
    """The scans that were read with a parcel, in order and without those of an earlier box under its number."""
    scans = [
        Scan(
            carrier=parcel.carrier,
            number=parcel.number,
            code=row.code,
            kind=ScanKind(row.kind),
            happened_at=row.happened_at,
            place=row.place,
        )
        for row in parcel.scans.all()
    ]
    return clear(in_order(scans), label_at=parcel.label_at).scans


def zone_of(parcel: Parcel) -> ZoneInfo:
    """The zone of the place a parcel left from."""
    return zone_named(parcel.place.zone if parcel.place else settings.SHOP_ZONE)


def expected_dates(parcels: Iterable[Parcel]) -> dict[int, date]:
    """When the service that carries each of these parcels brings it, counted from its label, in its destination's days.

    By the parcels' ids; one whose place or service we don't know, or whose service doesn't go there, is missing. In as
    many queries for many as for one.
    """
    rows = [each for each in parcels if each.place and each.service_id]
    if not rows:
        return {}
    services = services_by_country({each.delivery.country for each in rows})
    transits = {
        (country, service.pk): (service, days) for country, found in services.items() for service, _, days in found
    }
    expected = {}
    for each in rows:
        service, days = transits.get((each.delivery.country, each.service_id or 0), (None, 0))
        if service is None or each.place is None:
            continue
        place, to = each.place, each.delivery
        expected[each.pk] = arrival_date(
            timetable=Timetable(cutoff_time=service.cutoff_time, transit_days=days),
            origin=calendar_of(country=place.country, zone=place.zone, works_saturdays=place.works_saturdays),
            destination=calendar_of(country=to.country, zone=to.zone, works_saturdays=service.delivers_saturdays),
            now=each.label_at,
        )
    return expected


def never_heard_of(parcel: Parcel) -> bool:
    """Whether nobody has told us anything of a parcel, so that nothing follows from its having no scan."""
    return any(each["kind"] == EvidenceKey.NOT_HEARD and "at" not in each for each in parcel.estimate.evidence)


def is_called_delivered(parcel: Parcel) -> bool:
    """Whether its carrier's last word is that it was delivered, whatever its customer says."""
    last = last_scan_of(parcel)
    return last is not None and last.scan is not None and last.scan.is_delivery


def says_lost(parcel: Parcel) -> bool:
    """Whether its carrier says itself that a parcel is lost, whatever else we go by."""
    found = [Evidence.from_plain(each) for each in parcel.estimate.evidence]
    return any(each.key is EvidenceKey.CARRIER_SAYS and each.scan is ScanKind.LOST for each in found)


def last_scan_of(parcel: Parcel) -> Evidence | None:
    """The scan that a parcel's verdict rests on, if there is one."""
    found = [Evidence.from_plain(each) for each in parcel.estimate.evidence]
    return next((each for each in found if each.key is EvidenceKey.LAST_SCAN), None)


def reported_missing(delivery_ids: Collection[int]) -> set[int]:
    """Of these deliveries those with a parcel of which its customer says that it never came."""
    rows = Parcel.objects.filter(delivery__in=delivery_ids, said_not_received_at__isnull=False)
    return set(rows.values_list("delivery_id", flat=True))
