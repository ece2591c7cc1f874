"""What one statement believes of a thousand parcels is, word for word, what the rule says of each."""

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
from makegood.parcels.assessing import _calendars, assess_status, clear_stage
from makegood.parcels.models import Parcel, StatusEstimate
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.plain_journeys import PlainJourneys
from makegood.parcels.rules.scans import SHOP_CODE, ScanKind
from makegood.promises.models import Promise
from tests import worlds
from tests.worlds import DAY, HOUR, MONDAY, parcel_record

pytestmark = pytest.mark.django_db
K = ScanKind
PARCELS, ROUNDS = 60, 12
WAY = (K.LABEL, K.ACCEPTED, K.MOVED, K.NOTICE, K.MOVED, K.CUSTOMS, K.OUT_FOR_DELIVERY, K.ATTEMPTED, K.HELD, K.DELAYED)
# The plain stories most of all, and with them everything that makes a story not plain.
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


def jobs():
    """Which reaction follows which fact."""
    return sql.tuples(
        "SELECT job.task_name, fact.kind, fact.ordering_key, fact.content::text FROM procrastinate_jobs AS job"
        " JOIN makegood_fact AS fact ON fact.id = (job.args ->> 'fact_id')::bigint ORDER BY 1, 2, 3, 4"
    )


def tell(parcel, chance, *, now):
    """Some scans of a parcel, most of them before `now`, and a label and a promise of some day."""
    parcel.label_at = now - timedelta(hours=chance.randrange(1, 24 * 70))
    parcel.said_not_received_at = now - HOUR if chance.randrange(12) == 0 else None
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
        at += timedelta(minutes=chance.choice([0, 30, 300, 1000, 4000]), microseconds=chance.choice([0] * 12 + [7]))
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


def judged(parcels, *, now, plain_from, monkeypatch):
    """Everything that judging writes, undone again."""
    monkeypatch.setattr(assessing, "MANY", plain_from)
    with transaction.atomic():
        before = FactRow.objects.order_by("-id").values_list("id", flat=True).first() or 0
        assess_status([parcel.pk for parcel in parcels], now=now)
        written = (
            list(
                StatusEstimate.objects.order_by("parcel").values_list(
                    "parcel",
                    "verdict",
                    "outcome",
                    "probability_percent",
                    "evidence",
                    "claim_opens_date",
                    "claim_closes_date",
                    "verdict_at",
                    "look_at",
                )
            ),
            list(Promise.objects.order_by("id").values()),
            sorted(
                map(
                    str,
                    FactRow.objects.filter(id__gt=before).values_list("kind", "ordering_key", "happened_at", "content"),
                )
            ),
            jobs(),
        )
        transaction.set_rollback(True)
    return written


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_what_is_believed_plainly_is_what_the_rule_says(parcels, seed, monkeypatch):
    chance = random.Random(seed)  # noqa: S311  the same for every run
    # Holidays, week-ends, and the nights on which clocks are put on or back, here and there.
    now = MONDAY + timedelta(
        days=chance.choice([3, 5, 6, 20, 27, 28, 30, 52, 80, 83, 90]), minutes=chance.randrange(1440)
    )
    world_at(chance, parcels, now=now)
    by_the_rule = judged(parcels, now=now, plain_from=10**9, monkeypatch=monkeypatch)
    plainly = judged(parcels, now=now, plain_from=1, monkeypatch=monkeypatch)
    for by_rule, by_sql in zip(by_the_rule, plainly, strict=True):
        assert by_rule == by_sql
    with transaction.atomic():
        clear_stage("makegood_plain")
        told = PlainJourneys(_calendars(), now=now).tell([parcel.pk for parcel in parcels])
        transaction.set_rollback(True)
    assert len(told) > PARCELS / 8
    assert {each.state for each in told} >= {"delivered"}
    assert sql.tuples("SELECT count(*) FROM makegood_statusestimate") == [(PARCELS,)]
