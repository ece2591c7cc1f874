"""What is written of many parcels at once is, word for word, what the rule says of each."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from makegood.cases.actions import open_case
from makegood.cases.rules import CaseType
from makegood.catalog.models import Place
from makegood.journal.models import FactRow
from makegood.kit import sql
from makegood.parcels import assessing
from makegood.parcels.assessing import assess_status, origin_of
from makegood.parcels.models import CarrierHearing, Parcel, StatusEstimate
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.rules.clocks import clock_of
from makegood.parcels.rules.hearing import Heard, told_since
from makegood.parcels.rules.scans import SHOP_CODE, Scan, ScanKind
from makegood.parcels.rules.verdicts import IN_DANGER, assess
from makegood.promises.models import Promise
from tests import worlds
from tests.worlds import DAY, HOUR, MONDAY, parcel_record

pytestmark = pytest.mark.django_db
K = ScanKind
PARCELS, ROUNDS = 60, 12
WAY = (K.LABEL, K.ACCEPTED, K.MOVED, K.NOTICE, K.MOVED, K.CUSTOMS, K.OUT_FOR_DELIVERY, K.ATTEMPTED, K.HELD, K.DELAYED)
# The ordinary ends most of all, and with them everything that makes a story another.
ENDINGS = (
    *[(K.DELIVERED,)] * 6,
    *[()] * 8,
    (K.DELIVERED_NEIGHBOUR,),
    (K.DELIVERED_LOCKER,),
    (K.DELIVERED, K.MOVED),
    (K.DELIVERED, K.DELIVERED),
    (K.DELIVERED, K.NOTICE),
    (K.REFUSED, K.DELIVERED),
    (K.DAMAGED, K.DELIVERED),
    (K.LOST,),
    (K.UNKNOWN,),
)


@pytest.fixture
def parcels():
    """Boxes of four carriers and one we don’t know, from four places and from nobody knows where."""
    worlds.open_shop()
    worlds.customer()
    # Whoever has a case must hear of every change; the others only of danger and its end.
    bea = worlds.customer("bea")
    open_case(customer_id=bea.pk, case_type=CaseType.DELIVERY, now=MONDAY)
    for n in range(1, PARCELS + 1):
        box = parcel_record(f"p{n}", {"BIRDS": 1}, serial=n)
        worlds.take_in(
            worlds.order_record(f"o{n}", by="bea" if n % 3 == 1 else "ada", lines={"BIRDS": 1}, parcels=[box])
        )
    reno = worlds.place()
    zones = ("America/New_York", "Europe/Paris", "Pacific/Auckland")
    countries = ("US", "FR", "NZ")
    elsewhere = [
        Place.objects.create(reference=zone, name=zone, country=country, zone=zone, works_saturdays=country == "FR")
        for zone, country in zip(zones, countries, strict=True)
    ]
    rows = list(Parcel.objects.select_related("delivery__promise").order_by("id"))
    for n, parcel in enumerate(rows):
        parcel.place = (reno, *elsewhere, None)[n % 5]
        parcel.carrier = ("usps", "ups", "fedex", "dhl", "pigeon")[n % 7 % 5]
        parcel.save(update_fields=["place", "carrier"])
    return rows


def told_of(now):
    """Of which parcels a changed verdict is told by a job."""
    return {
        parcel_id
        for (parcel_id,) in sql.tuples(
            "SELECT (fact.content ->> 'parcel_id')::bigint FROM procrastinate_jobs AS job"
            " JOIN makegood_fact AS fact ON fact.id = (job.args ->> 'fact_id')::bigint"
            " WHERE fact.kind = 'VerdictChanged' AND fact.happened_at = %(now)s",
            now=now,
        )
    }


def tell(parcel, chance, *, now):
    """Some scans of a parcel, most of them before `now`, and a label and a promise of some day."""
    parcel.label_at = now - timedelta(hours=chance.randrange(1, 24 * 70))
    parcel.said_not_received_at = now - chance.choice([HOUR, 20 * DAY]) if chance.randrange(6) == 0 else None
    StatusEstimate.objects.filter(parcel=parcel).update(
        label_at=parcel.label_at,
        verdict=chance.choice(["label_made"] * 8 + ["moving", "delivered", "stalled", "never_scanned"]),
    )
    parcel.save(update_fields=["label_at", "said_not_received_at"])
    due_at = parcel.label_at + timedelta(days=chance.randrange(1, 60))
    Promise.objects.filter(id=parcel.delivery.promise_id).update(due_at=due_at, state="open", at_risk_at=now - DAY)
    kinds = (*sorted(chance.sample(WAY, chance.randrange(0, 6)), key=WAY.index), *chance.choice(ENDINGS))
    at = parcel.label_at + timedelta(hours=chance.choice([-30, 1, 1, 2, 5]))
    told = []
    for kind in kinds:
        code = chance.choice(["", kind.value, kind.value, 'Q"1'])
        told.append(
            (parcel.pk, SHOP_CODE if chance.randrange(40) == 0 else code, kind.value, at, chance.choice(PLACES))
        )
        # Seven weeks later the number is on another box.
        at += timedelta(
            minutes=chance.choice([0, 30, 300, 1000, 4000] * 4 + [70_000]), microseconds=chance.choice([0] * 12 + [7])
        )
    return told


PLACES = ("", "RENO, NV", "OMAHA\t“NE”\\")


def world_at(chance, parcels, *, now):
    owners = {parcel.pk: parcel.customer_id for parcel in parcels}
    told = [row for parcel in parcels for row in tell(parcel, chance, now=now)]
    ScanRow.objects.bulk_create(
        [
            ScanRow(
                parcel_id=parcel_id,
                customer_id=owners[parcel_id],
                code=code,
                kind=kind,
                happened_at=at,
                place=place,
                words=chance.choice(["", "Said “so”"]),
                received_at=now,
            )
            for parcel_id, code, kind, at, place in told
        ],
        ignore_conflicts=True,
    )


def by_the_rule(parcel, *, now):
    """What the pure rule says of all that was ever heard of a parcel, read one by one."""
    scans = [
        Scan(
            carrier=parcel.carrier,
            number=parcel.number,
            code=row.code,
            kind=K(row.kind),
            happened_at=row.happened_at,
            place=row.place,
            words=row.words,
        )
        for row in ScanRow.objects.filter(parcel=parcel)
    ]
    return assess(
        label_at=parcel.label_at,
        scans=scans,
        promised_at=Promise.objects.get(id=parcel.delivery.promise_id).due_at,
        clock=clock_of(parcel.carrier),
        origin=origin_of(parcel),
        now=now,
        heard=heard_of(parcel),
    )


def heard_of(parcel):
    """Its carrier has always told us, and what somebody says of it themselves is heard too."""
    carrier_since = CarrierHearing.objects.values_list("heard_since", flat=True).filter(carrier=parcel.carrier).first()
    known_at = StatusEstimate.objects.get(parcel=parcel).known_at
    since = told_since(carrier_since=carrier_since, label_at=parcel.label_at, known_at=known_at)
    return Heard(told_since=since, denied_at=parcel.said_not_received_at)


def as_written(right):
    window = right.claim_window
    return (
        right.state,
        right.outcome,
        right.probability_percent,
        [each.as_plain() for each in right.evidence],
        window.opens_date if window else None,
        window.closes_date if window else None,
        right.look_again_at,
    )


FIELDS = ("verdict", "outcome", "probability_percent", "evidence", "claim_opens_date", "claim_closes_date", "look_at")


def written():
    return {row[0]: row[1:] for row in StatusEstimate.objects.values_list("parcel", *FIELDS)}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_what_is_written_of_many_is_what_the_rule_says_of_each(parcels, seed, monkeypatch):
    # Fewer at once than there are.
    monkeypatch.setattr(assessing, "AT_ONCE", PARCELS // 4)
    chance = random.Random(seed)  # noqa: S311  the same for every run
    # Holidays, week-ends, and the nights on which clocks are put on or back, here and there.
    now = MONDAY + timedelta(
        days=chance.choice([3, 5, 6, 20, 27, 28, 30, 52, 80, 83, 90]), minutes=chance.randrange(1440)
    )
    world_at(chance, parcels, now=now)
    before = written()
    rights = {parcel.pk: by_the_rule(parcel, now=now) for parcel in parcels}
    with transaction.atomic():
        assess_status([parcel.pk for parcel in parcels], now=now)
    assert written() == {parcel_id: as_written(right) for parcel_id, right in rights.items()}
    kept = dict(Promise.objects.values_list("id", "fulfilled_at"))
    for parcel in parcels:
        assert kept[parcel.delivery.promise_id] == rights[parcel.pk].delivered_at
    changed = {
        parcel_id
        for parcel_id, right in rights.items()
        if before[parcel_id][:3:2] != (right.state, right.probability_percent)
    }
    said = FactRow.objects.filter(kind="VerdictChanged", happened_at=now).values_list("content__parcel_id", flat=True)
    assert sorted(said) == sorted(changed)
    # Danger and its end, and whatever concerns whoever has a case, are told; nothing else has a job.
    heard = {
        parcel.pk
        for parcel in parcels
        if parcel.pk in changed
        and (rights[parcel.pk].in_danger or before[parcel.pk][0] in IN_DANGER or parcel.customer.reference == "bea")
    }
    assert told_of(now) == heard
