"""Since when carriers tell us, said and read by the API; and a parcel of which nobody told."""

import pytest

from makegood.parcels.models import CarrierHearing
from makegood.staff.rules import Scope
from tests import worlds
from tests.faces.api.conftest import Program
from tests.worlds import DAY, DUE, HOUR, MONDAY


@pytest.fixture(autouse=True)
def _unheard(db):
    worlds.open_shop()
    worlds.customer()
    CarrierHearing.objects.all().delete()


def test_a_parcel_that_nobody_told_of_awaits_news():
    worlds.shipped()
    worlds.live_until(DUE + DAY, step=DAY)
    shown = Program().get("/parcels/P100")
    assert (shown["verdict"], shown["awaits_news"], shown["in_danger"]) == ("label_made", True, False)
    assert shown["evidence"][0]["kind"] == "not_heard"
    assert shown["evidence"][0]["words"] == "We have not heard from the carrier yet."
    assert shown["promise"]["state"] == "open"
    assert Program().items("/parcels?in_danger=true") == []
    assert Program().items("/cases") == []


def test_since_when_a_carrier_tells_is_said_by_whoever_may_and_read():
    worlds.shipped()
    program = Program()
    assert program.items("/carriers")[0]["heard_since"] is None
    since = (MONDAY - HOUR).isoformat()
    assert program.put("/carriers/usps/hearing", {"heard_since": since})["carrier"] == "usps"
    assert program.items("/carriers")[0]["heard_since"] == "2026-10-05T15:00:00Z"
    program.put("/carriers/usps/hearing", {"heard_since": (MONDAY + HOUR).isoformat()}, status=422)
    program.put("/carriers/pigeon/hearing", {"heard_since": since}, status=404)
    Program(Scope.WRITE).put("/carriers/usps/hearing", {"heard_since": since}, status=403)
