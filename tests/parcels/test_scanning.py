"""Scans by the million: what is done for all at once is what would be done for each."""

import itertools
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.kit import clock, sql
from makegood.parcels import assessing, scanning
from makegood.parcels.actions import say_not_received
from makegood.parcels.models import Parcel, StatusEstimate
from makegood.parcels.models import Scan as ScanRow
from makegood.parcels.rules.scans import ScanKind
from makegood.parcels.scanning import ScansTaken, take_in_scans
from makegood.promises.models import Promise
from tests import worlds
from tests.worlds import DAY, HOUR, MONDAY, scan_of

pytestmark = pytest.mark.django_db
K = ScanKind
SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOW = MONDAY + 5 * DAY


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def scans_of(parcel, story):
    """A scan of each kind, so many quarters of a day after Monday, a third of them in the same place."""
    return [
        scan_of(parcel, kind, MONDAY + quarters * 6 * HOUR, code=code or kind.value, place="RENO\t NV" * (quarters % 3))
        for kind, quarters, code in story
    ]


STORIES = [
    [(K.ACCEPTED, 1, ""), (K.MOVED, 2, ""), (K.OUT_FOR_DELIVERY, 8, ""), (K.DELIVERED, 9, "")],
    [(K.ACCEPTED, 1, ""), (K.UNKNOWN, 2, "Q1"), (K.LOST, 3, ""), (K.MOVED, 5, "")],
    [(K.LABEL, 0, "Q\\2"), (K.ACCEPTED, 1, 'Q"3'), (K.REFUSED, 7, ""), (K.RETURNED, 12, "")],
    [(K.DELIVERED, 4, ""), (K.RETURNING, 6, ""), (K.MOVED, 7, "")],
]


def everything():
    """All that must not depend on the order of news."""
    estimates = StatusEstimate.objects.order_by("parcel__reference").values_list(
        "parcel__reference", "verdict", "probability_percent", "evidence", "claim_opens_date", "look_at", "verdict_at"
    )
    promises = Promise.objects.order_by("due_at", "customer_id", "id").values_list("state", "fulfilled_at", "closed_at")
    scans = ScanRow.objects.order_by("parcel__reference", "happened_at", "code", "place")
    return [*estimates], [*promises], [*scans.values_list("parcel__reference", "kind", "happened_at", "code", "place")]


@SOME
@given(data=st.data())
def test_shuffled_doubled_and_split_in_any_way_ends_as_in_order(data):
    ends = []
    for is_shuffled in (False, True):
        with transaction.atomic():
            parcels = [worlds.shipped(str(n), serial=n) for n in range(len(STORIES))]
            clock.freeze(NOW)
            scans = [scan for pair in zip(parcels, STORIES, strict=True) for scan in scans_of(*pair)]
            batches = [scans]
            if is_shuffled:
                heard = data.draw(st.permutations(scans * 2))
                cuts = [0, *sorted(data.draw(st.lists(st.integers(0, len(heard)), max_size=4))), len(heard)]
                batches = [heard[start:end] for start, end in itertools.pairwise(cuts)]
            for batch in batches:
                take_in_scans(iter(batch), now=NOW)
            ends.append(everything())
            transaction.set_rollback(True)
    assert ends[0] == ends[1]


def test_more_parcels_than_are_held_at_once_are_all_judged(monkeypatch):
    monkeypatch.setattr(assessing, "AT_ONCE", 2)
    parcels = [worlds.shipped(str(n), serial=n) for n in range(5)]
    scans = [scan_of(parcel, K.DELIVERED) for parcel in parcels]
    assert take_in_scans(scans, now=MONDAY) == ScansTaken(new=5, same=0, unmatched=0)
    assert set(StatusEstimate.objects.values_list("verdict", flat=True)) == {"delivered"}
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept"}


def written(parcel_id, customer_id):
    sql.run(
        "INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)"
        " VALUES (%(own)s, %(owner)s, 'a', 'moved', %(now)s, '', '', %(now)s),"
        " (%(parcel)s, %(customer)s, 'b', 'moved', %(now)s, '', '', %(now)s)",
        own=Parcel.objects.get().pk,
        owner=Parcel.objects.get().customer_id,
        parcel=parcel_id,
        customer=customer_id,
        now=MONDAY,
    )


def test_every_scan_has_its_parcel_and_its_customer():
    parcel, stranger = worlds.shipped(), worlds.customer("bea")
    for wrong in [(parcel.pk + 1, parcel.customer_id), (parcel.pk, stranger.pk)]:
        with (
            pytest.raises(IntegrityError, match="a scan has no parcel, or one of another customer"),
            transaction.atomic(),
        ):
            written(*wrong)
    assert ScanRow.objects.count() == 0
    written(parcel.pk, parcel.customer_id)
    assert ScanRow.objects.count() == 2
    with pytest.raises(IntegrityError, match="a parcel has scans"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM makegood_parcel")


def test_after_many_scans_were_taken_in_each_is_asked_for_its_parcel_again():
    parcel = worlds.shipped()
    take_in_scans([scan_of(parcel, K.ACCEPTED)], now=MONDAY)
    with pytest.raises(IntegrityError, match="a scan has no parcel"), transaction.atomic():
        written(parcel.pk + 1, parcel.customer_id)


def strays():
    """Scans of parcels that are there no more, or were another customer's all along."""
    return sql.tuples(
        "SELECT * FROM makegood_scan LEFT JOIN makegood_parcel AS parcel"
        " ON (parcel.id, parcel.customer_id) = (parcel_id, makegood_scan.customer_id) WHERE parcel.id IS NULL"
    )


def judging_threads(monkeypatch):
    """Each thread that judges parcels from now on; it has a connection of its own."""
    seen = []

    def watched(*words, **more):
        seen.append(threading.get_ident())
        return assessing.assess_status(*words, **more)

    monkeypatch.setattr(scanning, "assess_status", watched)
    return seen


@pytest.mark.usefixtures("committed")
class TestByTwoConnections:
    """What is asked of all parcels at once stands in for a foreign key, and two do what one would do."""

    @pytest.fixture(autouse=True)
    def few_are_many(self, committed, monkeypatch):
        monkeypatch.setattr(scanning, "SHARED_FROM", 4)
        worlds.open_shop()
        worlds.customer()

    def test_they_take_in_what_one_would(self, monkeypatch):
        # So many that both have some: who takes which number is another matter each time.
        parcels = [worlds.shipped(str(n), serial=n) for n in range(24)]
        scans = [
            scan
            for parcel, story in zip(parcels, itertools.cycle(STORIES), strict=False)
            for scan in scans_of(parcel, story)
        ]
        stranger = scan_of(parcels[0], K.MOVED, MONDAY)
        strange = [stranger._replace(number="9400100000000000000009")] * 2
        judges = judging_threads(monkeypatch)
        taken = take_in_scans([*scans, *scans, *strange], now=NOW)
        assert taken == ScansTaken(new=len(scans), same=len(scans), unmatched=2)
        assert len(set(judges)) == 2
        by_two = everything()
        assert strays() == []
        assert take_in_scans([*scans, *strange], now=NOW) == ScansTaken(new=0, same=len(scans), unmatched=2)
        assert everything() == by_two
        assert by_two[0][0][1] == "delivered"

    def test_what_can_not_be_read_to_its_end_is_not_taken_in(self):
        parcel = worlds.shipped()

        def scans():
            yield from scans_of(parcel, STORIES[0])
            yield from scans_of(parcel, STORIES[1])
            raise ValueError("line 9")

        with pytest.raises(ValueError, match="line 9"):
            take_in_scans(scans(), now=NOW)
        assert not ScanRow.objects.exists()


def test_a_later_box_of_a_number_that_somebody_denied_holds_up_nobody():
    denied, other = worlds.shipped("100", serial=1), worlds.shipped("200", serial=2)
    clock.freeze(MONDAY + 3 * DAY)
    worlds.say(denied, K.DELIVERED)
    say_not_received(parcel_id=denied.pk, now=clock.now())
    clock.freeze(MONDAY + 130 * DAY)
    reused = scan_of(denied, K.DELIVERED, MONDAY + 129 * DAY)
    taken = take_in_scans([reused, scan_of(other, K.DELIVERED, MONDAY + 5 * DAY)], now=clock.now())
    assert taken.new == 2
    verdicts = Parcel.objects.order_by("reference").values_list("estimate__verdict", flat=True)
    assert list(verdicts) == ["not_received", "delivered"]
