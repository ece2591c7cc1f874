"""Disputes over HTTP: seen by helpers and programs, answered once, and the gateway's books beside ours."""

from datetime import timedelta

import pytest

from makegood.kit import clock
from makegood.payments.gateway import PORT
from makegood.policies.rules.values import RemedyKind
from tests import worlds
from tests.faces.api.conftest import Program
from tests.payments.conftest import shop, side
from tests.payments.gateways import usd
from tests.payments.paid_orders import TOTAL, paid, tell
from tests.worlds import MONDAY

__all__ = ["shop", "side"]
pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def disputed(side):
    """Two disputes of Ada's: of her orders 100 and 200."""
    for reference in ("100", "200"):
        payment = side.pay(usd(TOTAL))
        paid(payment, reference)
        side.open_dispute(payment)
    tell(*side.events())
    worlds.helper()
    return Program()


def test_disputes_are_listed_and_narrowed(disputed):
    first, second = disputed.items("/disputes")
    assert (first["customer"], first["amount_minor"], first["taken_minor"]) == ("ada", TOTAL, TOTAL)
    assert (first["status"], first["promise_state"], first["answer"]) == ("needs_response", "open", None)
    assert disputed.items("/disputes?order=200") == [second]
    assert disputed.items("/disputes?customer=ada&is_open=false") == []
    assert disputed.get(f"/disputes/{first['id']}") == first
    disputed.get("/disputes/999", status=404)


def test_one_is_accepted_and_one_answered_each_once(disputed):
    first, second = (each["id"] for each in disputed.items("/disputes"))
    maya = disputed.acting_for("helper:maya")
    maya.post(f"/disputes/{first}/acceptance", {}, status=422)
    maya.post(f"/disputes/{first}/acceptance", {"reason": " "}, status=422)
    accepted = maya.post(f"/disputes/{first}/acceptance", {"reason": "It was never sent."})
    assert (accepted["answer"], accepted["answer_reason"]) == ("acceptance", "It was never sent.")
    again = maya.post(f"/disputes/{first}/acceptance", {"reason": "x"}, status=409)
    assert again["type"].endswith("dispute-answered")
    maya.post(f"/disputes/{second}/evidence", {"summary": " "}, status=422)
    answered = maya.post(f"/disputes/{second}/evidence", {"summary": "It was delivered."})
    assert (answered["answer"], answered["answer_sent_at"]) == ("evidence", None)
    worlds.settle()
    told = {each["id"]: each for each in disputed.items("/disputes")}
    assert [told[each]["status"] for each in (first, second)] == ["lost", "under_review"]
    assert [told[each]["promise_state"] for each in (first, second)] == ["withdrawn", "kept"]
    late = maya.post(f"/disputes/{first}/evidence", {"summary": "x"}, status=409)
    assert late["type"].endswith("dispute-answered") or late["type"].endswith("dispute-takes-no-answer")


def test_no_token_accepts_beyond_what_may_be_paid_back(disputed, limited):
    (first, _) = disputed.items("/disputes")
    limited("token", [RemedyKind.REFUND], TOTAL - 1)
    refused = disputed.post(f"/disputes/{first['id']}/acceptance", {"reason": "x"}, status=403)
    assert (refused["type"].rpartition("#")[2], "token" in refused["may_grant"]) == ("problem-beyond-authority", False)
    assert disputed.get(f"/disputes/{first['id']}")["answer"] is None


def test_the_pages_are_seen_as_they_would_be_sent_and_as_they_were(disputed):
    (first, _) = (each["id"] for each in disputed.items("/disputes"))
    address = f"/v1/disputes/{first}/evidence.pdf"

    def pages(**words):
        answer = disputed.client.get(address, words)
        assert answer.headers["Content-Type"] == "application/pdf"
        return answer.content

    assert pages() != pages(summary="It was delivered.")
    before = pages(summary="It was delivered.")
    disputed.post(f"/disputes/{first}/evidence", {"summary": "It was delivered."})
    worlds.settle()
    assert pages() == before
    disputed.get("/disputes/999/evidence.pdf", status=404)


def test_a_customer_neither_sees_nor_answers_them(disputed):
    ada = disputed.acting_for("customer:ada")
    (first, _) = disputed.items("/disputes")
    for method, path in (("GET", "/disputes"), ("POST", f"/disputes/{first['id']}/acceptance")):
        assert ada.ask(method, path, status=403)["type"].endswith("acting-for")
    assert [each["kind"] for each in ada.items("/promises")] == ["deliver", "deliver"]


def test_books_are_compared(side, monkeypatch):
    monkeypatch.setattr(clock, "system_now", lambda: MONDAY)
    side.pay(usd(2500))
    program, since = Program(), (MONDAY - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    (difference,) = program.items(f"/reconciliation?since={since}")
    assert (difference["kind"], difference["ours"]) == ("unknown_charge", None)
    assert difference["theirs"] == {"currency": "USD", "amount_minor": 2500}
    program.get("/reconciliation", status=422)
    monkeypatch.setattr(PORT, "gateway", None)
    program.get(f"/reconciliation?since={since}", status=409)
