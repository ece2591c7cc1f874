"""A place's own system is told what to send until it says yes: signed, once a key, in the machine's time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from makegood import wiring
from makegood.catalog.actions import put_places
from makegood.catalog.models import Place
from makegood.catalog.records import PlaceRecord
from makegood.connectors.webhooks.addresses import networks
from makegood.connectors.webhooks.sender import WebhookWarehouse
from makegood.kit import clock
from makegood.kit.errors import AlreadyResolved
from makegood.kit.rows import BadRows, UpsertResult
from makegood.parcels.dispatching import announce_each, announce_parcel, cancel_dispatches
from makegood.parcels.models import Dispatch, DispatchNotice
from makegood.parcels.records import AnnouncementRecord
from makegood.parcels.warehouse import PORT
from makegood.parcels.warehouse_notices import AFTER, retry_notice, tell_waiting
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from makegood.remedies.models import GrantStep
from tests import worlds
from tests.listening import listening
from tests.worlds import LEAD, MONDAY, number_of

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NO: tuple[int, dict[str, str], bytes] = (503, {}, b"closed")


@pytest.fixture
def listener(monkeypatch):
    monkeypatch.setattr(PORT, "warehouse", WebhookWarehouse(allowed=networks("127.0.0.1")))
    with listening(SECRET) as found:
        yield found


def told_by_webhook(url):
    way = {"way": "webhook", "url": url, "secret": SECRET}
    words = {"id": "reno", "name": "Reno", "country": "US", "zone": "America/Los_Angeles", "dispatch": way}
    return put_places([PlaceRecord.model_validate(words)])


@pytest.fixture
def dispatch(listener):
    """Order 100's lost book is to be sent again from Reno, whose system has not been told yet."""
    worlds.open_shop()
    told_by_webhook(listener.url)
    worlds.customer()
    lost = worlds.lost()
    grant_remedy(order_id=lost.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    return Dispatch.objects.get()


def later():
    """Let notices be due, as if so much of the machine's time had passed."""
    DispatchNotice.objects.filter(state="waiting").update(next_try_at=clock.system_now() - timedelta(seconds=1))
    wiring.sweep()
    worlds.work()


def step():
    """How far what was granted is, by what the place said."""
    return GrantStep.objects.get(kind="dispatch").state


def state():
    row = DispatchNotice.objects.order_by("id").last()
    return row.state, row.attempts


def test_the_place_hears_what_to_send_once(listener, dispatch):
    assert listener.heard == []
    worlds.work()
    ((key, body),) = listener.heard
    assert key == dispatch.key
    assert (body["type"], body["data"]["id"], body["data"]["order"]) == ("dispatch.requested", dispatch.pk, "100")
    assert body["data"]["units"] == [{"sku": "BIRDS", "title": "Field Notes on Birds", "quantity": 1}]
    assert body["data"]["ship_to"]["postcode"] == "10002"
    assert body["data"]["announce_to"].endswith("/inlets/dispatches/reno")
    tell_waiting(dispatch_id=dispatch.pk)
    later()
    assert (len(listener.heard), state()) == (1, ("accepted", 1))


def test_it_is_told_again_under_the_same_key_until_it_says_yes(listener, dispatch):
    listener.answers = [NO, NO]
    worlds.work()
    assert (state(), step()) == (("waiting", 1), "requested")
    wiring.sweep()
    assert worlds.work() == 0, "it is not due before its time"
    later()
    later()
    assert {key for key, _ in listener.heard} == {dispatch.key}
    assert (len(listener.heard), state()) == (3, ("accepted", 3))
    assert step() == "under_way"


def test_jobs_that_queued_up_while_workers_were_busy_make_one_attempt(listener, dispatch):
    """Or a place that is away would be given up after minutes: each attempt waits its time."""
    listener.answers = [NO] * 3
    worlds.work()
    for _ in range(3):
        DispatchNotice.objects.update(next_try_at=clock.system_now() - timedelta(seconds=1))
        wiring.sweep()
    worlds.work()
    assert (len(listener.heard), state()) == (2, ("waiting", 2))


def test_after_the_schedules_end_a_helper_sees_to_it(listener, dispatch):
    listener.answers = [NO] * (len(AFTER) + 1)
    worlds.work()
    for _ in AFTER:
        later()
    assert step() == "failed"
    assert state() == ("given_up", len(AFTER) + 1)
    assert sum(AFTER, timedelta()) > timedelta(days=3)
    notice = DispatchNotice.objects.get()
    assert notice.last_words == "503 closed"
    retry_notice(notice_id=notice.pk)
    with pytest.raises(AlreadyResolved):
        retry_notice(notice_id=notice.pk)
    later()
    assert state() == ("accepted", 1)


def test_gone_is_not_asked_again(listener, dispatch):
    listener.answers = [(410, {}, b"")]
    worlds.work()
    assert state() == ("given_up", 1)


def test_a_worker_that_died_at_it_tells_it_once_more_under_the_same_key(listener, dispatch):
    """The attempt was counted and made, and its end was never written: the lease runs out, the key is the same."""
    DispatchNotice.objects.update(attempts=1)
    later()
    assert [key for key, _ in listener.heard] == [dispatch.key]
    assert state() == ("accepted", 2)


def test_what_was_cancelled_is_told_and_asked_for_no_more(listener, dispatch):
    listener.answers = [NO]
    worlds.work()
    cancel_dispatches(order_id=dispatch.order_id, now=MONDAY)
    worlds.work()
    assert [(key, body["type"]) for key, body in listener.heard] == [
        (dispatch.key, "dispatch.requested"),
        (f"{dispatch.key}/cancelled", "dispatch.cancelled"),
    ]
    assert list(DispatchNotice.objects.order_by("id").values_list("state", flat=True)) == ["dropped", "accepted"]


def test_what_has_left_is_not_asked_for_any_more(listener, dispatch):
    listener.answers = [NO]
    worlds.work()
    announce_parcel(dispatch_id=dispatch.pk, carrier="usps", number=number_of(9), label_at=MONDAY, now=MONDAY)
    later()
    assert (len(listener.heard), state()) == (1, ("dropped", 1))


def test_a_place_that_looks_at_the_page_is_told_nothing(db):
    worlds.open_shop()
    worlds.customer()
    lost = worlds.lost()
    grant_remedy(order_id=lost.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    assert not DispatchNotice.objects.exists()


def test_how_a_place_is_asked_stays_until_it_is_said_otherwise(db):
    worlds.open_shop()
    assert told_by_webhook("https://wms.example/hooks") == UpsertResult(changed=1)
    again = {"id": "reno", "name": "Reno", "country": "US", "zone": "America/Los_Angeles"}
    assert put_places([PlaceRecord.model_validate(again)]) == UpsertResult(same=1)
    way = {"way": "webhook", "url": "https://new.example/"}
    put_places([PlaceRecord.model_validate(again | {"dispatch": way})])
    row = Place.objects.get(reference="reno")
    assert (row.dispatch_url, row.dispatch_secret) == ("https://new.example/", SECRET)
    unsigned = PlaceRecord.model_validate(again | {"id": "mars", "dispatch": way})
    with pytest.raises(BadRows, match=r"dispatch\.secret"):
        put_places([unsigned])
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.update(dispatch_secret="")


def test_announcements_are_taken_one_by_one(listener, dispatch):
    def said(name, number, carrier="usps"):
        return AnnouncementRecord(dispatch=name, carrier=carrier, number=number)

    wrong = [
        said("D999", number_of(1)),
        said(f"D{dispatch.pk}", "9400109104250532908588"),
        said("nothing", number_of(1)),
    ]
    announced = announce_each(wrong, now=MONDAY)
    assert [(bad.index, bad.field) for bad in announced.refused] == [(0, "dispatch"), (1, "number"), (2, "dispatch")]
    for name in (f"D{dispatch.pk}", str(dispatch.pk), dispatch.key):
        announce_each([said(name, number_of(7))], now=MONDAY)
    repeated = announce_each([said(dispatch.key, number_of(7)), said(dispatch.key, number_of(8))], now=MONDAY)
    assert (repeated.new, repeated.same, [bad.field for bad in repeated.refused]) == (0, 1, ["number"])
    elsewhere = announce_each([said(dispatch.key, number_of(7))], now=MONDAY, place_id=worlds.place("columbus").pk)
    assert elsewhere.refused[0].reason.endswith("is no dispatch of this place")
