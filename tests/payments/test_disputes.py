"""Disputes: what a bank takes is booked as taken, answered once and by its date, and booked back when it is won."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from makegood.cases.disputing import answer_with_evidence
from makegood.cases.models import Case
from makegood.journal.actions import Away
from makegood.kit import clock
from makegood.money.accounts import Account, AccountKind
from makegood.money.queries import balance
from makegood.payments.disputing import (
    AnsweredBefore,
    DisputeTakesNoAnswer,
    NoGateway,
    accept_dispute,
    submit_evidence,
)
from makegood.payments.facts import DisputeDecided, DisputeMoved, DisputeRaised
from makegood.payments.gateway import PORT
from makegood.payments.hearing import hear_dispute
from makegood.payments.models import Dispute, DisputeEvidence
from makegood.payments.refunding import NotSoMuchLeft
from makegood.payments.rules.values import DisputeStatus, Evidence, RefundReason
from makegood.promises.models import Promise
from makegood.promises.queries import kept_and_broken, promises_of
from tests import worlds
from tests.payments.gateways import PDF, usd
from tests.payments.paid_orders import TOTAL, give_back, owed, paid, receipt_of, sums, tell
from tests.stripe_server.server import Fault
from tests.worlds import DAY, MONDAY, facts

pytestmark = pytest.mark.usefixtures("shop")
EVIDENCE = Evidence(pdf=PDF, summary="It was delivered and signed for.", shipped_date=MONDAY.date(), carrier="usps")


def told(side):
    tell(*side.events())


def disputed(side, **more):
    """An order whose payment is disputed, and the dispute as we know it."""
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    side.open_dispute(payment, **more)
    told(side)
    return order, Dispute.objects.get()


def taken(order):
    """What banks have of its first receipt, in the books."""
    account = Account(AccountKind.TAKEN_BACK, receipt_of(order).pk)
    return -balance(account, "USD", customer_id=order.customer_id).amount_minor


def answer(dispute):
    return submit_evidence(dispute_id=dispute.pk, evidence=EVIDENCE, by="helper:maya", now=clock.now())


def promise_of(dispute):
    return Promise.objects.get(pk=Dispute.objects.get(pk=dispute.pk).promise_id)


def test_what_a_bank_takes_is_owed_again_and_an_answer_is_promised_by_its_date(side):
    order, dispute = disputed(side)
    for _ in range(2):
        told(side)
    assert (dispute.status, dispute.reason) == ("needs_response", "product_not_received")
    assert (owed(order), taken(order), sums(order)) == (-TOTAL, TOTAL, (TOTAL, 0, TOTAL, 0))
    assert (promise_of(dispute).kind, promise_of(dispute).due_at) == ("answer_dispute", dispute.evidence_due_at)
    # It is nothing that the customer is promised, whatever becomes of it.
    assert not promises_of(order.customer_id).filter(kind="answer_dispute").exists()
    assert facts(DisputeRaised, DisputeMoved, DisputeDecided) == [
        DisputeRaised(customer_id=order.customer_id, dispute_id=dispute.pk)
    ]


def test_what_a_bank_has_is_not_paid_back_besides(side):
    order, _ = disputed(side)
    with pytest.raises(NotSoMuchLeft), transaction.atomic():
        give_back(order, 100)


def test_it_is_a_case_until_it_is_answered(side):
    _, dispute = disputed(side)
    worlds.settle()
    case = Case.objects.get(case_type="dispute")
    assert (case.attention, case.due_at) == ("waiting", dispute.evidence_due_at)
    assert case.subject == f"A bank asks {usd(TOTAL)} back: they say that it never came"
    answer(dispute)
    worlds.settle()
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_what_was_answered_in_time_stays_so_though_the_bank_decides_weeks_later(side):
    _, dispute = disputed(side)
    answer(dispute)
    worlds.work()
    clock.freeze(dispute.evidence_due_at + 30 * DAY)
    side.decide(dispute.reference, DisputeStatus.WON)
    told(side)
    worlds.settle()
    assert (promise_of(dispute).state, promise_of(dispute).fulfilled_at) == ("kept", MONDAY)
    assert Dispute.objects.get().status == "won"


def test_whoever_answers_again_hears_that_it_was_answered_however_far_the_dispute_is(side):
    _, dispute = disputed(side)
    answer_with_evidence(dispute_id=dispute.pk, summary="It came.", by=worlds.LEAD, now=clock.now())
    worlds.work()
    assert Dispute.objects.get().status == "under_review"
    with pytest.raises(AnsweredBefore):
        answer_with_evidence(dispute_id=dispute.pk, summary="It came.", by=worlds.LEAD, now=clock.now())


def test_evidence_is_sent_once_and_what_is_won_is_ours_again(side):
    order, dispute = disputed(side)
    answer(dispute)
    with pytest.raises(AnsweredBefore):
        answer(dispute)
    with pytest.raises(AnsweredBefore):
        accept_dispute(dispute_id=dispute.pk, reason="x", by="helper:maya", now=clock.now())
    worlds.work()
    dispute.refresh_from_db()
    assert (dispute.status, dispute.answer_asked_by, dispute.answer_sent_at) == ("under_review", "helper:maya", MONDAY)
    assert side.gateway.dispute(dispute.reference).is_evidence_submitted
    assert promise_of(dispute).state == "kept"
    side.decide(dispute.reference, DisputeStatus.WON)
    tell(*reversed(side.events()))
    dispute.refresh_from_db()
    assert (dispute.status, dispute.closed_at, dispute.taken_minor) == ("won", MONDAY, 0)
    assert (owed(order), taken(order), sums(order)) == (0, 0, (TOTAL, 0, 0, 0))
    assert [type(each) for each in facts(DisputeRaised, DisputeMoved, DisputeDecided)] == [
        DisputeRaised,
        DisputeMoved,
        DisputeDecided,
    ]
    with pytest.raises(AnsweredBefore):
        answer(dispute)


def test_what_is_lost_stays_with_the_bank(side):
    order, dispute = disputed(side)
    answer(dispute)
    worlds.work()
    side.decide(dispute.reference, DisputeStatus.LOST)
    told(side)
    dispute.refresh_from_db()
    assert (dispute.status, owed(order), taken(order)) == ("lost", -TOTAL, TOTAL)


def test_what_we_accept_is_lost_at_once_and_nobody_has_to_answer_any_more(side):
    order, dispute = disputed(side)
    accept_dispute(dispute_id=dispute.pk, reason="never sent", by="helper:lena", now=clock.now())
    worlds.settle()
    dispute.refresh_from_db()
    assert (dispute.status, dispute.answer, promise_of(dispute).state) == ("lost", "acceptance", "withdrawn")
    assert dispute.answer_reason == "never sent"
    told(side)
    worlds.settle()
    # Whoever accepts it bears it.
    assert (owed(order), taken(order)) == (0, TOTAL)
    assert not Case.objects.filter(case_type="dispute", state="open").exists()


def test_a_chargeback_after_a_refund_takes_more_than_came_in(side):
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    give_back(order, 1000)
    worlds.work()
    side.open_dispute(payment)
    tell(*reversed(side.events()))
    assert (owed(order), taken(order)) == (-1000 - TOTAL, TOTAL)
    assert sums(order) == (TOTAL - 1000, 1000, TOTAL, 0)


def test_a_refund_that_is_told_after_the_chargeback_is_written_down_all_the_same(side):
    payment = side.pay(usd(TOTAL + 500))
    order = paid(payment, minor=TOTAL + 500)
    before = len(side.events())
    side.gateway.refund(payment=payment, amount=usd(700), reason=RefundReason.DUPLICATE, key="theirs")
    side.open_dispute(payment)
    tell(*reversed(side.events()[before:]))
    assert sums(order)[:3] == (TOTAL - 200, 700, sums(order)[2])
    assert taken(order) == sums(order)[2]


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(side):
    order, dispute = disputed(side, is_inquiry=True)
    assert (dispute.status, owed(order), sums(order)) == ("inquiry_needs_response", 0, (TOTAL, 0, 0, 0))
    assert promise_of(dispute).state == "open"
    side.decide(dispute.reference, DisputeStatus.INQUIRY_CLOSED)
    told(side)
    assert promise_of(dispute).state == "withdrawn"
    later = side.gateway.dispute(dispute.reference)
    escalated = replace(later, status=DisputeStatus.NEEDS_RESPONSE)
    with transaction.atomic():
        hear_dispute(escalated, told_at=clock.now() + DAY)
    assert (owed(order), promise_of(dispute).state) == (-TOTAL, "open")


def test_a_debit_that_is_taken_back_for_no_reason_is_lost_when_we_hear_of_it(side):
    """As in SEPA's eight weeks: nobody is asked, and nothing can be said to it."""
    payment = side.pay(usd(TOTAL))
    order = paid(payment)
    side.open_dispute(payment)
    (opened,) = [each.dispute for each in side.events() if hasattr(each, "dispute")]
    lost = replace(opened, status=DisputeStatus.LOST, evidence_due_at=None, reason="debit_not_authorized")
    with transaction.atomic():
        hear_dispute(lost, told_at=clock.now())
    dispute = Dispute.objects.get()
    assert (dispute.closed_at, dispute.promise_id, owed(order)) == (MONDAY, None, -TOTAL)
    with pytest.raises(DisputeTakesNoAnswer):
        answer(dispute)
    assert [type(each) for each in facts(DisputeRaised, DisputeDecided)] == [DisputeRaised, DisputeDecided]


def test_older_news_changes_nothing(side):
    order, dispute = disputed(side)
    opened = [each for each in side.events() if hasattr(each, "dispute")]
    side.decide(dispute.reference, DisputeStatus.WON)
    told(side)
    tell(*opened)
    dispute.refresh_from_db()
    assert (dispute.status, owed(order)) == ("won", 0)


def test_a_dispute_of_nobody_we_know_is_left_to_reconciliation(side):
    side.open_dispute(side.pay(usd(TOTAL)))
    told(side)
    assert not Dispute.objects.exists()


def test_too_late_is_too_late_and_what_was_not_answered_breaks(side):
    order, dispute = disputed(side)
    worlds.live_until(dispute.evidence_due_at + timedelta(seconds=1), step=3 * DAY)
    with pytest.raises(DisputeTakesNoAnswer):
        answer(dispute)
    assert promise_of(dispute).state == "broken"
    assert Case.objects.get(case_type="dispute").attention == "waiting"
    assert kept_and_broken(customer_id=order.customer_id) == (0, 0)


def test_evidence_is_sent_once_whatever_happens_to_the_call(stripe_side):
    for fault in (Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.BROKEN_AFTER):
        payment = stripe_side.pay(usd(TOTAL))
        paid(payment, str(len(stripe_side.books.all("dispute")) + 500))
        reference = stripe_side.open_dispute(payment)
        told(stripe_side)
        dispute = Dispute.objects.get(reference=reference)
        answer(dispute)
        stripe_side.server.breaks(fault, at=f"POST /v1/disputes/{reference}")
        with pytest.raises(Away):
            worlds.work()
        worlds.work()
        dispute.refresh_from_db()
        assert dispute.status == "under_review"
        assert stripe_side.books.get("dispute", reference)["evidence_details"]["submission_count"] == 1


def test_what_the_gateway_refuses_may_be_said_again(stripe_side):
    _, dispute = disputed(stripe_side)
    submit_evidence(dispute_id=dispute.pk, evidence=Evidence(pdf=b"no PDF", summary="x"), by="helper:maya", now=MONDAY)
    worlds.work()
    dispute.refresh_from_db()
    assert (dispute.answer, dispute.answer_refusal) == ("", "the evidence is no PDF")
    answer(dispute)
    worlds.work()
    dispute.refresh_from_db()
    assert (dispute.status, dispute.answer_refusal, dispute.answer_tries) == ("under_review", "", 2)
    assert [bytes(row.pdf) for row in DisputeEvidence.objects.order_by("number")] == [b"no PDF", PDF]


def test_without_a_gateway_nothing_can_be_said(side, monkeypatch):
    _, dispute = disputed(side)
    answer(dispute)
    monkeypatch.setattr(PORT, "gateway", None)
    worlds.work()
    dispute.refresh_from_db()
    assert dispute.answer_refusal == "No gateway is set up any more that could be told."
    with pytest.raises(NoGateway):
        accept_dispute(dispute_id=dispute.pk, reason="x", by="helper:lena", now=MONDAY)
