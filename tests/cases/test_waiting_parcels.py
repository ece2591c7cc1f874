"""What waits where its customer can collect it is there, however late: nothing is said of loss, no other offered."""

import pytest

from makegood.cases.models import Case
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.queries import options_for
from tests import worlds
from tests.worlds import DAY, DUE, HOUR, live_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()


def held(reference="100", *, serial=1):
    """A box that left two days before it is due, and waits at a branch the same day."""
    clock.freeze(DUE - 2 * DAY)
    parcels = [worlds.parcel_record(f"P{reference}", {"BIRDS": 1}, serial=serial, label_at=clock.now())]
    worlds.take_in(worlds.order_record(reference, parcels=parcels))
    box = Parcel.objects.get(reference=f"P{reference}")
    worlds.say(box, ScanKind.HELD, place="Branch 12")
    return box


def cases():
    return list(Case.objects.order_by("id").values_list("case_type", "state", "attention"))


@pytest.mark.parametrize(
    ("language", "waits"),
    [("en", "Your parcel waits for you"), ("fr", "Votre colis vous attend"), ("es", "Su paquete le espera")],
)
def test_what_waits_to_be_collected_is_not_told_as_missing(language, waits):
    worlds.customer(language=language)
    box = held()
    live_until(DUE + HOUR, step=2 * DAY)
    (letter,) = worlds.letters("broken")
    assert waits in letter.body
    assert "Branch 12" in letter.body
    assert "%" not in letter.body
    assert "21.75" not in letter.body.replace(",", ".")
    assert cases() == [("delivery", "open", "none")]
    # A person may still send another one.
    assert options_for(Order.objects.get(), now=clock.now()).of_kind(RemedyKind.SEND_AGAIN)
    worlds.say(box, ScanKind.RETURNING)
    worlds.settle()
    assert cases() == [("delivery", "open", "danger")]
    assert "21.75" in worlds.letters()[-1].body.replace(",", ".")


def test_what_waits_to_be_collected_is_offered_with_nothing_that_is_lost():
    worlds.shipped()
    held("200", serial=2)
    live_until(DUE + HOUR, step=2 * DAY)
    letter = worlds.letters("broken")[-1]
    assert "It waits for you there: please collect it." in letter.body
    assert "For order 100: we can send you the same again" in letter.body
    assert "For order 200" not in letter.body
