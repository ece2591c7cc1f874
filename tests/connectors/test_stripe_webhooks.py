"""What Stripe pushes: proven by its signature, the same however often and in whatever order it comes."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest
from stripe import WebhookSignature

from makegood.connectors.stripe.errors import translated
from makegood.payments.gateway import BadSignature, Declined, UnreadableAnswer
from makegood.payments.rules.events import OtherEvent, PaymentCaptured, PaymentFailed, PayoutFailed, RefundUpdated
from makegood.payments.rules.values import Decline, RefundStatus
from tests.listening import Server
from tests.payments.gateways import StripeSide, usd
from tests.payments.test_gateway import refund
from tests.stripe_server import disputes
from tests.stripe_server.refusals import Refusal
from tests.stripe_server.server import SECRET, running

DECLINES = [
    ("pm_card_chargeDeclined", "generic_decline"),
    ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
]


@pytest.fixture
def side():
    with running() as server:
        yield StripeSide(server)


@pytest.fixture
def event(side):
    side.pay(usd(3840), order="100")
    return next(each for each in side.books.events if each["type"] == "payment_intent.succeeded")


def read(side: StripeSide, raw: bytes, headers: dict[str, str]):
    return side.gateway.read_event(headers=headers, raw=raw)


def test_an_event_is_read_by_whatever_case_its_header_has(side, event):
    raw, headers = side.server.signed(event)
    told = read(side, raw, headers)
    assert isinstance(told, PaymentCaptured)
    assert (told.event_id, told.captured, told.order_reference) == (event["id"], usd(3840), "100")
    assert told.created_at.timestamp() == event["created"]
    assert read(side, raw, {name.lower(): value for name, value in headers.items()}) == told


def test_a_delivery_that_is_repeated_is_the_same_event_in_other_bytes(side, event):
    first, again = side.server.signed(event), side.server.signed(event)
    assert first[0] != again[0]
    assert read(side, *first) == read(side, *again)


@pytest.mark.parametrize("at", [-301, -86_400])
def test_an_old_signature_proves_nothing(side, event, at):
    raw, headers = side.server.signed(event, at=int(time.time()) + at)
    with pytest.raises(BadSignature):
        read(side, raw, headers)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw, headers: (raw.replace(b"3840", b"9840"), headers),
        lambda raw, headers: (raw, {}),
        lambda raw, headers: (raw, {"Stripe-Signature": ""}),
        lambda raw, headers: (raw, {"Stripe-Signature": "t=soon,v1=1"}),
        lambda raw, headers: (raw, {"Stripe-Signature": "nonsense"}),
        lambda raw, headers: (raw, {"Stripe-Signature": headers["Stripe-Signature"].replace("v1=", "v0=")}),
        lambda raw, headers: (raw + b"\xff", headers),
    ],
)
def test_what_is_not_signed_by_stripe_is_refused(side, event, spoil):
    with pytest.raises(BadSignature):
        read(side, *spoil(*side.server.signed(event)))


def test_another_endpoints_secret_proves_nothing(side, event):
    raw, headers = side.server.signed(event, secret="whsec_of_somebody_else")
    with pytest.raises(BadSignature):
        read(side, raw, headers)


def test_while_a_secret_is_rolled_either_signature_does(side, event):
    raw, headers = side.server.signed(event)
    when, ours = headers["Stripe-Signature"].split(",")
    assert read(side, raw, {"Stripe-Signature": f"{when},v1={'0' * 64},{ours}"}).event_id == event["id"]


def signed_text(side: StripeSide, text: str):
    return text.encode(), {"Stripe-Signature": WebhookSignature.generate_signature_header(text, SECRET)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "[]",
        "null",
        "{",
        "[" * 100_000,
        '{"id": "evt_1"}',
        '{"id": "evt\\u0000", "created": 1790000000, "type": "x", "data": {"object": {}}}',
        '{"id": "", "created": 1790000000, "type": "x", "data": {"object": {}}}',
        '{"id": ["evt_1"], "created": 1790000000, "type": "x", "data": {"object": {}}}',
        '{"id": "evt_1", "created": "soon", "type": "x", "data": {}}',
        '{"id": "evt_1", "created": 1e99, "type": "x", "data": {}}',
        '{"id": "evt_1", "created": 1790000000, "type": "refund.created", "data": {"object": {}}}',
        '{"id": "evt_1", "created": 1790000000, "type": "refund.created", "data": {"object": 7}}',
        '{"id": "evt_1", "created": 1790000000, "type": "payout.paid", "data": {"object": {"amount": 1.5}}}',
        '{"id": "evt_1", "created": 1790000000, "type": "payout.paid", "data": null}',
    ],
)
def test_what_stripe_never_publishes_is_unreadable_though_it_is_signed(side, text):
    with pytest.raises(UnreadableAnswer):
        read(side, *signed_text(side, text))


def test_what_nothing_follows_is_told_by_its_name(side):
    text = json.dumps({"id": "evt_1", "created": 1_790_000_000, "type": "customer.created", "data": {"object": {}}})
    told = read(side, *signed_text(side, text))
    assert isinstance(told, OtherEvent)
    assert told.kind == "customer.created"


@pytest.mark.parametrize(("card", "code"), DECLINES)
def test_a_declined_card_is_told_with_the_banks_reason(side, card, code):
    with pytest.raises(Refusal):
        side.pay(usd(3840), payment_method=card)
    (told,) = side.events()
    assert isinstance(told, PaymentFailed)
    assert (told.decline.code, told.amount) == (code, usd(3840))
    payment = side.gateway.payment(told.payment)
    assert payment.decline == told.decline
    assert payment.captured == usd(0)


@pytest.mark.parametrize(("card", "code"), DECLINES)
def test_a_decline_is_an_error_of_its_own(side, card, code):
    """No call of ours charges a card today, so the SDK is asked as one would."""
    with pytest.raises(Declined) as stopped, translated():
        side.gateway._api.payment_intents.create({"amount": 3840, "currency": "usd", "payment_method": card})
    assert isinstance(stopped.value.decline, Decline)
    assert stopped.value.decline.code == code


def test_a_payout_that_comes_back_is_told(side):
    disputes.pay_out(side.books, 500, "usd", failure="account_closed")
    (told,) = side.events()
    assert isinstance(told, PayoutFailed)
    assert (told.amount, told.failure) == (usd(500), "account_closed")


def test_an_older_event_that_comes_after_a_newer_one_says_so(side):
    made = refund(side, side.pay(usd(3840), refunds_arrive=False), 100, "r1")
    side.settle_refund(made.reference)
    of_refund = [each for each in side.books.events if each["type"].startswith("refund.")]
    newer, older = (side.pushed(each) for each in reversed(of_refund))
    assert isinstance(newer, RefundUpdated)
    assert isinstance(older, RefundUpdated)
    assert (older.refund.status, newer.refund.status) == (RefundStatus.PENDING, RefundStatus.SUCCEEDED)
    assert older.created_at < newer.created_at


def test_stripe_delivers_to_an_address(side, event):
    """Over HTTP, twice and out of order; the second time the listener is away."""
    heard, statuses = [], [200, 503, 200]

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(side.gateway.read_event(headers=dict(self.headers.items()), raw=raw).event_id)
            self.send_response(statuses.pop(0))
            self.end_headers()

        def log_message(self, *_):
            """Tests say what was heard."""

    server, last = Server(Listener), side.books.events[-1]
    try:
        told = side.server.deliver(f"http://{server.host}/inlets/stripe", [last, event, event])
    finally:
        server.close()
    assert (told, heard) == ([200, 503, 200], [last["id"], event["id"], event["id"]])
    assert threading.active_count() < 50
