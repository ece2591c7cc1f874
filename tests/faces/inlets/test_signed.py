"""Orders and announcements by signed push: proven, taken once, and told what is wrong."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from standardwebhooks import Webhook

from makegood.catalog.models import Place
from makegood.faces.inlets.signed import LARGEST, MOST_ROWS
from makegood.faces.problems import MEDIA_TYPE
from makegood.journal.models import PushTaken
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import Dispatch
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.worlds import LEAD, MONDAY, number_of, order_record

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture
def shop(db, settings):
    settings.ORDER_SECRETS = {"till": SECRET}
    worlds.open_shop()
    worlds.customer()


@pytest.fixture
def dispatch(shop):
    Place.objects.filter(reference="reno").update(dispatch_secret=SECRET)
    lost = worlds.lost()
    grant_remedy(order_id=lost.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    return Dispatch.objects.get()


def push(path, body, *, key="msg_1", secret=SECRET, at=None, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = at or clock.system_now()
    proof = {
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id=key, timestamp=at, data=raw.decode("utf-8", "replace")),
    }
    return Client().post(f"/inlets/{path}", raw, content_type="application/json", headers=proof | headers)


def order(**more):
    return order_record(**more).model_dump(mode="json")


def test_one_order_or_several(shop):
    assert push("orders/till", order()).json() == {"new": 1, "changed": 0, "same": 0}
    newer = order(version_at=MONDAY, lines={"BIRDS": 2})
    assert push("orders/till", {"rows": [newer, order(reference="99")]}, key="msg_2").json() == {
        "new": 1,
        "changed": 1,
        "same": 0,
    }


def test_a_replayed_delivery_changes_nothing_and_is_answered_as_before(shop):
    first = push("orders/till", order())
    again = push("orders/till", order(), at=clock.system_now() + timedelta(seconds=30))
    assert (again.status_code, again.json()) == (200, first.json())
    assert (Order.objects.count(), PushTaken.objects.count()) == (1, 1)
    other = push("orders/till", order(reference="99"))
    assert (other.status_code, other.json()["type"]) == (409, "/v1/docs#problem-key-known")
    assert not Order.objects.filter(reference="99").exists()


def test_what_was_refused_may_come_again_under_its_id(shop):
    bad = push("orders/till", order(by="nobody"))
    assert (bad.status_code, bad.headers["Content-Type"]) == (422, MEDIA_TYPE)
    assert bad.json()["errors"][0]["field"] == "customer"
    worlds.customer("nobody")
    assert push("orders/till", order(by="nobody")).json()["new"] == 1


def test_who_can_not_prove_it_is_not_let_in(shop, settings):
    stale = [clock.system_now() - timedelta(minutes=6), clock.system_now() + timedelta(minutes=6)]
    answers = [
        push("orders/till", order(), secret=OTHER),
        push("orders/nobody", order()),
        *[push("orders/till", order(), at=at) for at in stale],
        *[push("orders/till", order(), **{name: ""}) for name in ("webhook-id", "webhook-signature")],
        push("orders/till", order(), **{"webhook-signature": "v1"}),
        push("orders/till", order(), **{"webhook-timestamp": "soon"}),
        push("orders/till", b"\xff\xfe"),
    ]
    settings.ORDER_SECRETS = {"till": ""}
    answers.append(push("orders/till", order()))
    assert {answer.status_code for answer in answers} == {401}
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        ({"rows": []}, 422),
        ({"rows": [{}] * (MOST_ROWS + 1)}, 422),
        ({"rows": [1]}, 422),
        ({"id": "1"}, 422),
        (b" " * (LARGEST + 1), 413),
    ],
)
def test_what_can_not_be_read_is_told_why(shop, body, status):
    answer = push("orders/till", body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)


def test_only_post(shop):
    answer = Client().get("/inlets/orders/till")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_place_says_what_left(dispatch):
    rows = [
        {"dispatch": f"D{dispatch.pk}", "carrier": "usps", "number": number_of(9), "label_at": "2026-10-05T18:00:00Z"},
        {"dispatch": "D999", "carrier": "usps", "number": number_of(8)},
    ]
    told = push("dispatches/reno", {"rows": rows}).json()
    assert (told["new"], told["same"], [bad["index"] for bad in told["refused"]]) == (1, 0, [1])
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.parcel.number) == ("announced", number_of(9))
    assert push("dispatches/reno", rows[0], key="msg_2").json()["same"] == 1
    assert push("dispatches/reno", rows[1], key="msg_3").status_code == 422
    assert push("dispatches/columbus", rows[0], key="msg_4").status_code == 401
    assert push("dispatches/nowhere", rows[0], key="msg_5").status_code == 401


def test_a_place_speaks_for_itself_alone(dispatch):
    Place.objects.filter(reference="columbus").update(dispatch_secret=OTHER)
    row = {"dispatch": f"D{dispatch.pk}", "carrier": "usps", "number": number_of(9)}
    assert push("dispatches/columbus", row, secret=OTHER).status_code == 422
    dispatch.refresh_from_db()
    assert dispatch.state == "requested"
