"""Disputes at the desk: who waits until when, what would be sent, answered once, and never beyond one's authority."""

import re

import pytest

from makegood.kit import clock
from makegood.payments.gateway import PORT
from makegood.payments.models import Dispute, DisputeEvidence
from makegood.payments.rules.values import DisputeStatus
from makegood.policies.rules.values import RemedyKind
from tests import worlds
from tests.faces.api.conftest import Program
from tests.payments.gateways import ConsoleSide, usd
from tests.payments.paid_orders import TOTAL, paid, tell
from tests.worlds import DAY

LIST = "/desk/disputes"


@pytest.fixture(autouse=True)
def side(db, monkeypatch):
    worlds.open_shop()
    worlds.customer()
    found = ConsoleSide()
    monkeypatch.setattr(PORT, "gateway", found.gateway)
    return found


@pytest.fixture
def dispute(side):
    """Of order 100, paid by card."""
    payment = side.pay(usd(TOTAL))
    paid(payment)
    side.open_dispute(payment)
    tell(*side.events())
    worlds.settle()
    return Dispute.objects.get()


def words(response):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", response.content.decode()))


def page(dispute):
    return f"{LIST}/{dispute.pk}"


def test_a_row_says_whose_how_much_why_until_when_and_leads_on(desk, dispute):
    row = words(desk.get(LIST))
    assert "38.70 USD of Ada Marsh" in row
    assert "They say that it never came" in row
    assert "The bank has taken the money, and waits for our answer" in row
    assert "answers count until" in row
    assert "Nothing sent yet" in row
    answer = desk.get(LIST).content.decode()
    case = desk.get(page(dispute)).context["row"].case
    for address in (page(dispute), "/desk/orders/100/change", f"/desk/cases/{case.pk}"):
        assert f'"{address}"' in answer
    assert f"/desk/customers/{dispute.customer_id}/account#receipt-{dispute.receipt_id}" in answer
    assert f'"{page(dispute)}"' in desk.get(f"/desk/cases/{case.pk}").content.decode()


def test_the_earliest_due_stands_first_and_what_has_ended_last(desk):
    for payment, more in (
        ("pi_1", {"evidence_due_at": clock.now() + 5 * DAY}),
        ("pi_2", {"evidence_due_at": clock.now() + 2 * DAY}),
        ("pi_3", {"status": DisputeStatus.WON}),
        ("pi_4", {"evidence_due_at": None, "status": DisputeStatus.UNDER_REVIEW}),
    ):
        worlds.pays(f"CH-{payment}", amount_minor=900, customer="ada", tender="card", payment=payment)
        worlds.disputed(payment, amount_minor=900, **more)
    answer = desk.get(LIST)
    assert [each.dispute.reference for each in answer.context["to_answer"]] == ["dp_pi_2", "dp_pi_1"]
    assert [each.dispute.reference for each in answer.context["answered"]] == ["dp_pi_4"]
    assert [each.dispute.reference for each in answer.context["ended"]] == ["dp_pi_3"]
    (place,) = [each for each in answer.context["more_places"] if each.address == "desk:disputes"]
    assert (place.alarms, place.is_here) == (2, True)


def test_what_would_be_sent_is_seen_first_and_sent_once(desk, dispute):
    text = words(desk.get(page(dispute)))
    assert "2 × Field Notes on Birds" in text
    preview = desk.post(f"{page(dispute)}/evidence.pdf", {"summary": "It was signed for."})
    assert (preview.headers["Content-Type"], preview.content[:5]) == ("application/pdf", b"%PDF-")
    assert not DisputeEvidence.objects.exists()
    sent = desk.post(f"{page(dispute)}/evidence", {"summary": "It was signed for."})
    assert sent["Location"] == f"{page(dispute)}?done=sent"
    assert "Our answer is on its way to the bank" in words(desk.get(sent["Location"]))
    worlds.settle()
    assert desk.get(f"{page(dispute)}/evidence.pdf").content == preview.content
    text = words(desk.get(page(dispute)))
    assert "Maya sent what speaks for us on Monday 5 October" in text
    assert "Send it to the bank" not in text
    again = desk.post(f"{page(dispute)}/evidence", {"summary": "Once more."})
    assert (again.status_code, "somebody has answered it already" in words(again)) == (409, True)


def test_nothing_is_sent_without_words(desk, dispute):
    answer = desk.post(f"{page(dispute)}/evidence", {"summary": "  "})
    assert (answer.status_code, "say first, in a few sentences" in words(answer)) == (422, True)
    assert not DisputeEvidence.objects.exists()


def test_it_is_accepted_with_a_reason_once_and_told_what_that_means(desk, dispute):
    assert "Ada Marsh keeps 38.70 USD, and what they bought." in words(desk.get(page(dispute)))
    answer = desk.post(f"{page(dispute)}/acceptance", {"reason": " ", "accepting": "yes"})
    assert (answer.status_code, "say why" in words(answer)) == (422, True)
    assert '<details id="accept" open>' in answer.content.decode()
    desk.post(f"{page(dispute)}/acceptance", {"reason": "<never> sent"})
    worlds.settle()
    answer = desk.get(LIST)
    assert "Maya let them have it on Monday 5 October: &lt;never&gt; sent" in words(answer)
    assert [each.state for each in answer.context["ended"]] == ["Lost: the money stays with them"]
    assert desk.post(f"{page(dispute)}/acceptance", {"reason": "x"}).status_code == 409


def test_beyond_ones_authority_it_is_a_leads_on_both_faces(desk, lead_desk, dispute, limited):
    limited("helper", [RemedyKind.REFUND], TOTAL - 1)
    text = words(desk.get(page(dispute)))
    assert "Needs a lead" in text
    assert "for good" not in text.partition("Or let them have it")[2]
    answer = desk.post(f"{page(dispute)}/acceptance", {"reason": "x"})
    assert (answer.status_code, "Ask a lead." in words(answer)) == (403, True)
    refused = (
        Program().acting_for("helper:maya").post(f"/disputes/{dispute.pk}/acceptance", {"reason": "x"}, status=403)
    )
    assert refused["may_grant"] == ["customer", "lead", "token"]
    assert lead_desk.post(f"{page(dispute)}/acceptance", {"reason": "x"}).status_code == 302


def test_what_is_too_late_or_has_no_gateway_says_what_to_do(desk, dispute, monkeypatch):
    monkeypatch.setattr(PORT, "gateway", None)
    assert "No gateway is set up that could be told" in words(desk.get(page(dispute)))
    assert desk.post(f"{page(dispute)}/evidence", {"summary": "x"}).status_code == 409
    monkeypatch.undo()
    clock.freeze(dispute.evidence_due_at)
    assert "It takes no answer any more." in words(desk.get(page(dispute)))


def test_what_the_gateway_did_not_take_is_said_and_may_be_said_again(desk, dispute):
    Dispute.objects.update(answer_refusal="the evidence is no PDF")
    for address in (LIST, page(dispute)):
        assert "answer: the evidence is no PDF" in words(desk.get(address))
    assert "Send it to the bank" in words(desk.get(page(dispute)))


def test_there_is_no_page_of_no_dispute(desk):
    for address in ("", "/evidence.pdf"):
        assert desk.get(f"{LIST}/999{address}").status_code == 404
    for address in ("/evidence", "/acceptance"):
        assert desk.post(f"{LIST}/999{address}", {"summary": "x", "reason": "x"}).status_code == 404


def test_its_case_names_the_order_says_that_the_bank_waits_and_tells_the_money(desk, dispute):
    case = desk.get(page(dispute)).context["row"].case
    text = words(desk.get(f"/desk/cases/{case.pk}"))
    assert "No order is in question here" not in text
    assert "Ada Marsh waits for us" not in text
    assert "Their bank waits for us" in text
    about_money = [
        each.text for each in desk.get(f"/desk/cases/{case.pk}").context["picture"].entries if each.about == "money"
    ]
    assert [each for each in about_money if "came in" in each] == ["38.70\u00a0USD came in: Visa ending 4242."]
    assert "Their bank asks back 38.70\u00a0USD: they say that it never came." in about_money
