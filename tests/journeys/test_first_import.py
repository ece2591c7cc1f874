"""A running shop comes to us: orders on their way, and what their carriers tell of them in pieces, for ten minutes.

Sampled here; `pytest -m exhaustive tests/journeys/test_first_import.py` plays a thousand orders.
"""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from makegood.cases.models import MessageSubject
from makegood.kit import clock
from makegood.orders.models import Delivery
from makegood.parcels.models import CarrierHearing, Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.scanning import take_in_scans
from makegood.remedies.models import Perk
from makegood.stories.reading import read
from tests import worlds
from tests.worlds import DAY, HOUR, MINUTE, MONDAY

K = ScanKind
STORY = Path(__file__).with_name("first_import.json")
NOW = MONDAY + 9 * DAY
# How boxes fared by the time of the import, hours after their labels, and how many of a hundred did.
WAYS = (
    (70, ((K.ACCEPTED, 6), (K.MOVED, 20), (K.OUT_FOR_DELIVERY, 44), (K.DELIVERED, 48))),
    (15, ((K.ACCEPTED, 6), (K.MOVED, 20))),
    (5, ((K.ACCEPTED, 6), (K.ATTEMPTED, 44), (K.DELIVERED, 50))),
    (4, ((K.ACCEPTED, 6), (K.DAMAGED, 20), (K.DELIVERED, 50))),
    (3, ((K.ACCEPTED, 6), (K.RETURNING, 20))),
    (3, ()),
)


def test_the_story_of_a_first_import(perform):
    outcome = perform(read(STORY.read_text()))
    assert list(outcome.failures) == []


@pytest.mark.django_db
@pytest.mark.parametrize("orders", [60, pytest.param(1000, marks=pytest.mark.exhaustive)])
def test_no_letter_of_a_first_import_proves_false(orders):
    chance = random.Random(orders)  # noqa: S311  the same for every run
    worlds.open_shop(stock={"BIRDS": 2000})
    CarrierHearing.objects.all().delete()
    for number in range(orders // 2):
        worlds.customer(f"c{number}")
    clock.freeze(NOW)
    records, told = [], []
    for number in range(orders):
        label_at = NOW - timedelta(hours=chance.randrange(2, 220))
        box = worlds.parcel_record(f"P{number}", {"BIRDS": 1}, serial=number, label_at=label_at)
        due = (label_at + timedelta(days=chance.choice([3, 6, 9]))).date()
        placed = {"placed_at": label_at - DAY, "deliver_by_date": due}
        records.append(worlds.order_record(f"{number}", by=f"c{number // 2}", parcels=[box], **placed))
        (way,) = chance.choices([way for _, way in WAYS], [share for share, _ in WAYS])
        happened = [(kind, label_at + timedelta(hours=hours)) for kind, hours in way]
        told += [(chance.randrange(1, 10), f"P{number}", kind, at) for kind, at in happened if at < NOW]
    worlds.take_in(*records)
    parcels = {parcel.reference: parcel for parcel in Parcel.objects.all()}
    for minute in range(1, 11):
        worlds.settle()
        clock.freeze(NOW + minute * MINUTE)
        scans = [worlds.scan_of(parcels[name], kind, at) for said, name, kind, at in told if said == minute]
        take_in_scans(scans, now=clock.now())
    worlds.settle()
    assert worlds.letters() == []
    assert not Perk.objects.exists()
    worlds.live_until(NOW + 4 * HOUR, step=HOUR)
    delivered = {name for _, name, kind, _ in told if kind is K.DELIVERED}
    covered = set(MessageSubject.objects.values_list("delivery_id", flat=True))
    wrong = Delivery.objects.filter(id__in=covered, order__reference__in=[name[1:] for name in delivered])
    assert list(wrong.values_list("order__reference", flat=True)) == []
    assert covered, "what is late or comes back by what its carrier says is told"
    unheard = {f"{number}" for number in range(orders)} - {name[1:] for _, name, _, _ in told}
    assert unheard
    assert not Delivery.objects.filter(id__in=covered, order__reference__in=unheard).exists()
