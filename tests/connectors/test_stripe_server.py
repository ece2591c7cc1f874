"""The server that stands for Stripe in tests does as Stripe publishes, and can go wrong in every way."""

import httpx
import pytest

from makegood.connectors.stripe.reading import DISPUTES
from tests.payments.gateways import StripeSide, usd
from tests.stripe_server import refunds
from tests.stripe_server.books import DAY
from tests.stripe_server.forms import nested
from tests.stripe_server.server import KEY, Fault, running


@pytest.fixture
def side():
    with running() as server:
        yield StripeSide(server)


def post(side: StripeSide, path: str, key: str = "", **said: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {KEY}", **({"Idempotency-Key": key} if key else {})}
    return httpx.post(f"{side.server.url}/v1/{path}", data=said, headers=headers)


def error(answer: httpx.Response) -> tuple[int, str, str, str]:
    said = answer.json()["error"]
    return answer.status_code, said["type"], said.get("code", ""), said.get("param", "")


@pytest.fixture
def payment(side):
    return side.pay(usd(3840))


def test_a_key_replays_the_first_answer_and_says_so(side, payment):
    first = post(side, "refunds", "k1", payment_intent=payment, amount=1000)
    refunds.fail(side.books, side.books.get("refund", first.json()["id"]), "declined")
    again = post(side, "refunds", "k1", payment_intent=payment, amount=1000)
    assert first.status_code == again.status_code == 200
    assert again.json() == first.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert len(side.books.all("refund")) == 1


def test_a_key_with_another_body_or_address_is_an_error(side, payment):
    post(side, "refunds", "k1", payment_intent=payment, amount=1000)
    other = post(side, "refunds", "k1", payment_intent=payment, amount=1001)
    elsewhere = post(side, f"payment_intents/{payment}/cancel", "k1")
    assert error(other) == error(elsewhere) == (400, "idempotency_error", "", "")


def test_a_no_that_was_worked_out_is_kept_and_one_to_a_wrong_form_is_not(side, payment):
    assert error(post(side, "refunds", "k1", payment_intent=payment, amount=9999))[3] == "amount"
    assert post(side, "refunds", "k1", payment_intent=payment, amount=9999).headers["Idempotent-Replayed"] == "true"
    wrong = post(side, "refunds", "k2", payment_intent=payment, amount=1, reason="because")
    assert error(wrong) == (400, "invalid_request_error", "", "reason")
    assert post(side, "refunds", "k2", payment_intent=payment, amount=1, reason="duplicate").status_code == 200


def test_a_key_is_forgotten_after_a_day(side, payment):
    first = post(side, "refunds", "k1", payment_intent=payment, amount=1000).json()
    side.books.now += DAY + 10
    assert post(side, "refunds", "k1", payment_intent=payment, amount=1000).json()["id"] != first["id"]


def test_a_500_is_kept_too(side, payment):
    side.server.breaks(Fault.BROKEN_BEFORE)
    for is_replayed in (False, True):
        answer = post(side, "refunds", "k1", payment_intent=payment, amount=1000)
        assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (500, is_replayed)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"amount": 3841}, (400, "invalid_request_error", "", "amount")),
        ({"amount": 0}, (400, "invalid_request_error", "parameter_invalid_integer", "amount")),
        ({"amount": "ten"}, (400, "invalid_request_error", "parameter_invalid_integer", "amount")),
        ({"payment_intent": "pi_none"}, (404, "invalid_request_error", "resource_missing", "id")),
    ],
)
def test_refunds_are_refused_as_published(side, payment, said, told):
    assert error(post(side, "refunds", **{"payment_intent": payment, **said})) == told


def test_nothing_goes_back_twice_or_after_a_chargeback(side, payment):
    other = side.pay(usd(100))
    post(side, "refunds", payment_intent=payment)
    assert error(post(side, "refunds", payment_intent=payment))[2] == "charge_already_refunded"
    side.open_dispute(other)
    assert error(post(side, "refunds", payment_intent=other))[2] == "charge_disputed"


@pytest.mark.parametrize(("currency", "amount", "status"), [("bhd", 5120, 200), ("bhd", 5124, 400), ("USD", 100, 400)])
def test_sums_are_as_stripe_moves_them(side, currency, amount, status):
    assert post(side, "payment_intents", currency=currency, amount=amount).status_code == status


def test_who_shows_no_key_is_not_let_in(side):
    assert httpx.get(f"{side.server.url}/v1/payment_intents/pi_1").status_code == 401
    assert post(side, "nowhere").status_code == 404


def test_forms_nest():
    assert nested("a[b]=1&a[c][d]=2&expand[]=x&e=") == {"a": {"b": "1", "c": {"d": "2"}}, "expand": {"": "x"}, "e": ""}


def test_what_it_says_of_disputes_is_among_what_we_read(side, payment):
    side.open_dispute(payment)
    assert {each["status"] for each in side.books.all("dispute")} <= DISPUTES.keys()
