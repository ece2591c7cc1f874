"""What Stripe pushes: proven, taken in once, and not acknowledged until it is."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.test import Client
from stripe import WebhookSignature

from makegood.connectors.stripe.events import READERS
from makegood.faces.inlets.payments import LARGEST
from makegood.faces.problems import MEDIA_TYPE
from makegood.journal.models import PushTaken
from makegood.payments.gateway import PORT
from makegood.payments.rules.events import GatewayEvent, PaymentCaptured
from tests.hostile_values import spoilt
from tests.payments.gateways import ConsoleSide, StripeSide, usd
from tests.payments.test_gateway import refund
from tests.stripe_server.server import SECRET, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def side(monkeypatch):
    with running() as server:
        opened = StripeSide(server)
        monkeypatch.setattr(PORT, "gateway", opened.gateway)
        opened.pay(usd(3840), order="100")
        yield opened


@pytest.fixture
def taken(monkeypatch) -> list[GatewayEvent]:
    events: list[GatewayEvent] = []
    monkeypatch.setattr(PORT, "receive", events.append)
    return events


def push(raw: bytes, headers: dict[str, str]):
    signature = {"Stripe-Signature": headers["Stripe-Signature"]} if headers else {}
    return Client().post("/inlets/stripe", raw, content_type="application/json", headers=signature)


def test_an_event_is_taken_in_once_however_often_it_comes(side, taken):
    event = side.books.events[0]
    for _ in range(3):
        answer = push(*side.server.signed(event))
        assert (answer.status_code, answer.json()) == (200, {"event": event["id"]})
    (told,) = taken
    assert isinstance(told, PaymentCaptured)
    assert (told.event_id, told.captured) == (event["id"], usd(3840))


def test_deliveries_at_once_are_one(side, taken, committed, live_server):
    """Over HTTP, by four connections; Stripe's own tries overlap where an answer is slow."""
    url, events = f"{live_server.url}/inlets/stripe", side.books.events
    with ThreadPoolExecutor(4) as pool:
        answered = list(pool.map(lambda _: side.server.deliver(url), range(4)))
    assert answered == [[200] * len(events)] * 4
    assert sorted(each.event_id for each in taken) == sorted(each["id"] for each in events)


def test_events_are_taken_in_in_the_order_in_which_they_come(side, taken):
    for event in reversed(side.books.events):
        assert push(*side.server.signed(event)).status_code == 200
    assert [each.event_id for each in taken] == [each["id"] for each in reversed(side.books.events)]


def test_what_fails_on_our_side_is_not_acknowledged_and_taken_in_when_it_comes_again(side, taken, monkeypatch):
    def fail(event: GatewayEvent) -> None:
        taken.append(event)
        raise RuntimeError("the database is full")

    event, receive = side.books.events[0], PORT.receive
    monkeypatch.setattr(PORT, "receive", fail)
    assert push(*side.server.signed(event)).status_code == 500
    assert not PushTaken.objects.exists()
    monkeypatch.setattr(PORT, "receive", receive)
    assert push(*side.server.signed(event)).status_code == 200
    assert len(taken) == 2


def test_taking_it_in_and_its_mark_are_one(side, taken, monkeypatch):
    event = side.books.events[0]
    monkeypatch.setattr(PORT, "receive", lambda _: transaction.set_rollback(True))
    push(*side.server.signed(event))
    assert not PushTaken.objects.exists()


def test_nothing_is_acknowledged_while_nobody_takes_it_in(side, monkeypatch):
    monkeypatch.setattr(PORT, "receive", None)
    assert push(*side.server.signed(side.books.events[0])).status_code == 404
    assert not PushTaken.objects.exists()


def test_what_is_not_proven_is_not_let_in(side, taken, monkeypatch):
    raw, headers = side.server.signed(side.books.events[0])
    assert push(raw, {}).status_code == 401
    assert push(raw.replace(b"3840", b"9840"), headers).status_code == 401
    for gateway in (None, ConsoleSide().gateway):
        monkeypatch.setattr(PORT, "gateway", gateway)
        answer = push(raw, headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, MEDIA_TYPE)
        assert "no gateway of that name is set up here" in answer.json()["detail"]
    assert taken == []


def test_what_stripe_never_publishes_is_refused_though_it_is_signed(side, taken):
    answer = push(*side.server.signed({"id": "evt_1", "type": "refund.created", "pending_webhooks": 1}))
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, MEDIA_TYPE)
    assert json.loads(answer.content)["detail"]
    assert taken == []


@pytest.mark.slow
def test_no_part_of_a_push_finds_a_fault(side, taken):
    refund(side, "pi_00000001", 100, "r1")
    side.open_dispute("pi_00000001")
    client, found, count = Client(raise_request_exception=False), [], 0
    kinds = {each["type"]: each for each in side.books.events if each["type"] in READERS}
    for event in kinds.values():
        for where, value, whole in spoilt(event):
            count += 1
            text = json.dumps(whole)
            headers = {"Stripe-Signature": WebhookSignature.generate_signature_header(text, SECRET)}
            with transaction.atomic():
                answer = client.post("/inlets/stripe", text, content_type="application/json", headers=headers)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                found.append(f"{event['type']} {where}={str(value)[:20]!r}")
    assert not found, "\n".join(found)
    assert count > 30


def test_too_much_and_another_method(side, taken):
    assert push(b" " * (LARGEST + 1), {}).status_code == 413
    answer = Client().get("/inlets/stripe")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
