"""Whoever locks several things locks them in the order of the table in docs/house.md, through the whole of a matter."""

import re

from django.db import transaction

from makegood.cases.actions import close_case, open_case, send_reply, take_in_message
from makegood.cases.locks import lock_case
from makegood.cases.making_good import make_good
from makegood.cases.matching import take_to_customer
from makegood.cases.models import Case, UnmatchedMessage
from makegood.cases.rules import CaseType
from makegood.channels.actions import note_bounce
from makegood.channels.addresses import reply_address
from makegood.channels.models import Message
from makegood.customers.models import Customer
from makegood.intake.receiving import convert_and_pay, disown_receipt, match_receipt, return_receipt
from makegood.kit import clock
from makegood.money.rules import Money
from makegood.orders.models import Order
from makegood.parcels.dispatching import announce_parcel
from makegood.parcels.models import Dispatch
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.disputing import submit_evidence
from makegood.payments.drawing import draw
from makegood.payments.gateway import PORT
from makegood.payments.models import Dispute, Receipt, Refund, UnmatchedReceipt
from makegood.payments.rules.values import DisputeStatus, Evidence, RefundFailure, RefundReason
from makegood.policies.rules.values import RemedyKind
from makegood.promises.actions import make_promise
from makegood.promises.locks import lock_promise
from makegood.promises.models import Promise
from makegood.promises.rules import PromiseKind
from makegood.remedies.actions import finish_refund, grant_remedy
from makegood.remedies.crediting import give_credit
from tests import worlds
from tests.committed import committed
from tests.faces.api.conftest import Program
from tests.house.source import ROOT
from tests.journeys.locks_taken import recorded
from tests.mails import arrives, mail
from tests.payments.gateways import PDF, ConsoleSide, usd
from tests.payments.paid_orders import TOTAL, give_back, paid, tell
from tests.worlds import BY, DAY, DUE, HELPER, MINUTE, MONDAY

__all__ = ["committed"]


def play():
    worlds.open_shop()
    ada = worlds.customer()
    worlds.helper()
    worlds.take_in(worlds.order_record("300"))
    first, second = worlds.shipped("100"), worlds.shipped("200", serial=2)
    worlds.settle()
    for parcel in (first, second):
        worlds.say(parcel, ScanKind.LOST)
    worlds.settle()
    take_in_message(key="m1", customer=ada, body="Where is it?", now=clock.now())
    worlds.settle()
    case = Case.objects.order_by("id")[0]
    send_reply(case_id=case.pk, key="r1", subject="Your order", body="We are looking.", by=HELPER, now=clock.now())
    grant_remedy(order_id=Order.objects.get(reference="100").pk, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=clock.now())
    grant_remedy(order_id=Order.objects.get(reference="200").pk, kind=RemedyKind.REFUND, by=HELPER, now=clock.now())
    worlds.settle()
    finish_refund(refund_id=Refund.objects.get().pk, note="done", by=HELPER, now=clock.now())
    dispatch = Dispatch.objects.get()
    sent = announce_parcel(
        dispatch_id=dispatch.pk, carrier="usps", number=worlds.number_of(9), label_at=clock.now(), now=clock.now()
    )
    worlds.settle()
    # Nothing is known of Ben but an order that does not leave: his case is opened under nobody's promise.
    worlds.customer("ben")
    worlds.take_in(worlds.order_record("400", by="ben"))
    unsent = Promise.objects.get(customer__reference="ben")
    worlds.live_until(unsent.at_risk_at)
    assert Case.objects.get(customer__reference="ben").attention == "danger"
    worlds.live_until(DUE + DAY)
    assert Message.objects.filter(customer__reference="ben", news="in_danger").exists()
    worlds.say(sent, ScanKind.DELIVERED)
    worlds.settle()
    worlds.say(first, ScanKind.DELIVERED)
    worlds.settle()


def play_many():
    """What meets in one customer's cases: two orders made good in one click, newer versions, a cancellation, mail."""
    worlds.open_shop(stock={"BIRDS": 10, "TIDES": 10})
    ada = worlds.customer()
    worlds.helper()
    worlds.take_in(worlds.order_record("300", lines={"BIRDS": 2}))
    one = worlds.lost("200", serial=2, lines={"TIDES": 1, "BIRDS": 1})
    worlds.lost("100", lines={"BIRDS": 1, "TIDES": 1})
    worlds.settle()
    delivery = Case.objects.get()
    case = open_case_at_once(ada)
    letter = worlds.letters()[0]
    address = reply_address(customer_id=ada.pk, case_number=delivery.pk)
    arrives(mail("And now?", In_Reply_To=letter.message_id), to=(address,))
    arrives(mail("Whose is it?", sender="tom@elsewhere.example"))
    take_to_customer(unassigned_id=UnmatchedMessage.objects.get().pk, customer=ada, now=clock.now())
    granted = make_good(case_id=delivery.pk, kind=RemedyKind.SEND_AGAIN, by=HELPER, now=clock.now())
    assert len(granted) == 2
    # A newer version with another address, one that leaves in part, and one that is cancelled.
    elsewhere = {
        "name": "Ada",
        "lines": ["9 Elm Row"],
        "postcode": "10003",
        "country": "US",
        "zone": "America/New_York",
    }
    boxes = [worlds.parcel_record("P200", {"TIDES": 1, "BIRDS": 1}, serial=2)]
    lines = {"TIDES": 1, "BIRDS": 1}
    worlds.take_in(worlds.order_record("200", lines=lines, parcels=boxes, ship_to=elsewhere, version_at=MONDAY))
    left = [worlds.parcel_record("P300", {"BIRDS": 1}, serial=3, label_at=clock.now())]
    later = {"lines": {"BIRDS": 2}, "deliver_by_date": BY + DAY, "deliver_by_reason": "the press is late"}
    worlds.take_in(worlds.order_record("300", parcels=left, version_at=MONDAY, **later))
    left[0]["delivered_at"] = clock.now()
    worlds.take_in(worlds.order_record("300", parcels=left, version_at=MONDAY + MINUTE, **later))
    worlds.settle()
    boxes = [worlds.parcel_record("P100", {"BIRDS": 1, "TIDES": 1})]
    lines = {"BIRDS": 1, "TIDES": 1}
    worlds.take_in(worlds.order_record("100", lines=lines, parcels=boxes, cancelled_at=MONDAY, version_at=MONDAY))
    worlds.settle()
    message = Message.objects.filter(direction="out").order_by("-id")[0]
    note_bounce(message_id=message.pk, reason="5.1.1 no such mailbox", is_hard=True, now=clock.now())
    worlds.settle()
    worlds.say(one, ScanKind.DELIVERED)
    worlds.settle()
    close_case(case_id=case.pk, by=HELPER, now=clock.now(), although_they_wait=True)
    worlds.live_until(DUE + DAY)


def play_money():
    """Money for several orders of two customers: told twice, matched, converted, drawn, given, and taken back."""
    worlds.open_shop()
    for name in ("ada", "ben"):
        worlds.customer(name)
        for number in (1, 2):
            worlds.take_in(worlds.order_record(f"{name}-{number}", by=name, paid=[]))
    worlds.pays("MO-1", customer="ada", amount_minor=9000)
    worlds.pays("MO-2", order="ben-2", amount_minor=5000)
    worlds.pays("EU-1", customer="ben", amount_minor=9000, currency="EUR")
    worlds.pays("XX-1", customer="nobody", amount_minor=100)
    worlds.customer("nobody")
    worlds.pays("XX-1", customer="nobody", amount_minor=100)
    worlds.pays("XX-2", amount_minor=100)
    ada, ben = (Customer.objects.get(reference=name) for name in ("ada", "ben"))
    unmatched = UnmatchedReceipt.objects.get(reference="XX-2")
    wrong = match_receipt(unmatched_id=unmatched.pk, customer_id=ada.pk, by="helper:1", now=clock.now())
    disown_receipt(receipt_id=wrong.pk, by="helper:1", now=clock.now())
    match_receipt(unmatched_id=unmatched.pk, customer_id=ben.pk, by="helper:1", now=clock.now())
    euros = Receipt.objects.get(reference="EU-1")
    convert_and_pay(receipt_id=euros.pk, to="USD", rate="1.1", now=clock.now())
    draw(customer_id=ada.pk, currency="USD", amount_minor=None, to=None, key="d", by="test", now=clock.now())
    ten = Money(amount_minor=1000, currency="USD")
    give_credit(customer=ada, money=ten, reason="sorry", expires_at=None, by=HELPER, now=clock.now())
    for reference in ("MO-1", "MO-2"):
        receipt = Receipt.objects.get(reference=reference)
        return_receipt(receipt_id=receipt.pk, note="no good", by="helper:1", now=clock.now())
    worlds.settle()


def open_case_at_once(who):
    """A question beside the matter of the parcels: several cases of one customer."""
    with transaction.atomic():
        case = open_case(customer_id=who.pk, case_type=CaseType.QUESTION, now=clock.now())
        case.reply_promise = make_promise(
            customer_id=who.pk, kind=PromiseKind.REPLY, due_at=DUE, by="test", now=clock.now()
        )
        case.save()
    return case


def ranks():
    """The table's place of each kind of row."""
    text = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    return {table: int(place) for place, table in re.findall(r"^\| (\d+) \| `(makegood_\w+)`", text, re.MULTILINE)}


def wrong(pairs):
    """What was locked against the table's order, or is not in it."""
    rank = ranks()
    return [pair for pair in pairs if not set(pair) <= rank.keys() or rank[pair[0]] >= rank[pair[1]]]


def test_what_a_matter_locks_is_locked_in_the_order_of_the_table(committed, monkeypatch):
    with recorded(monkeypatch) as taken:
        play()
    assert {("makegood_case", "makegood_promise"), ("makegood_order", "makegood_stock")} <= taken.pairs.keys()
    assert wrong(taken.pairs) == [], "\n".join(f"{pair}: {taken.pairs[pair][:300]}" for pair in wrong(taken.pairs))


def test_what_many_matters_of_one_customer_lock_is_locked_in_that_order(committed, monkeypatch):
    with recorded(monkeypatch) as taken:
        play_many()
    seen = {table for pair in taken.pairs for table in pair}
    assert {"makegood_incomingmail", "makegood_unmatchedmessage", "makegood_dispatch", "makegood_stock"} <= seen
    assert wrong(taken.pairs) == [], "\n".join(f"{pair}: {taken.pairs[pair][:300]}" for pair in wrong(taken.pairs))


def test_what_comes_of_money_is_locked_in_that_order(committed, monkeypatch):
    with recorded(monkeypatch) as taken:
        play_money()
    assert {("makegood_order", "makegood_receipt"), ("makegood_refund", "makegood_receipt")} <= taken.pairs.keys()
    assert ("makegood_unmatchedreceipt", "makegood_order") in taken.pairs
    assert wrong(taken.pairs) == [], "\n".join(f"{pair}: {taken.pairs[pair][:300]}" for pair in wrong(taken.pairs))


def test_a_write_that_names_the_version_it_saw_locks_in_that_order_too(committed, monkeypatch):
    worlds.open_shop()
    worlds.customer()
    worlds.lost()
    worlds.settle()
    program, path = Program(), f"/cases/{Case.objects.get().pk}"
    etag = program.send("GET", path).headers["ETag"]
    with recorded(monkeypatch) as taken:
        answer = program.send("POST", f"{path}/remedies", {"remedy": "refund"}, If_Match=etag)
    assert answer.status_code == 201, answer.content
    assert ("makegood_order", "makegood_case") in taken.pairs
    # The answers that are kept by their keys are no row of the house's.
    pairs = [pair for pair in wrong(taken.pairs) if set(pair) <= ranks().keys()]
    assert pairs == [], "\n".join(f"{pair}: {taken.pairs[pair][:300]}" for pair in pairs)


def play_gateway(side):
    """A payment for two orders of which we and somebody else pay back, and which its bank takes back and gives back."""
    worlds.open_shop()
    worlds.customer()
    payment = side.pay(usd(2 * TOTAL), refunds_arrive=False)
    first, _ = paid(payment, "100"), paid(payment, "200")
    refund = give_back(first, 300)
    worlds.settle()
    side.gateway.refund(payment=payment, amount=usd(TOTAL + 100), reason=RefundReason.DUPLICATE, key="theirs")
    tell(*side.events())
    side.fail_refund(f"re_makegood-refund-{refund.pk}", RefundFailure.DECLINED)
    tell(*side.events())
    dispute = side.open_dispute(payment)
    tell(*side.events())
    submit_evidence(
        dispute_id=Dispute.objects.get().pk, evidence=Evidence(pdf=PDF, summary="x"), by="test", now=clock.now()
    )
    worlds.settle()
    side.decide(dispute, DisputeStatus.WON)
    side.pay(usd(TOTAL), order="200")
    tell(*side.events())
    worlds.settle()


def test_what_a_gateway_tells_locks_in_that_order_too(committed, monkeypatch):
    side = ConsoleSide()
    monkeypatch.setattr(PORT, "gateway", side.gateway)
    with recorded(monkeypatch) as taken:
        play_gateway(side)
    assert {
        ("makegood_order", "makegood_receipt"),
        ("makegood_refund", "makegood_receipt"),
        ("makegood_dispute", "makegood_receipt"),
    } <= taken.pairs.keys()
    assert wrong(taken.pairs) == [], "\n".join(f"{pair}: {taken.pairs[pair][:300]}" for pair in wrong(taken.pairs))


def test_an_order_reversed_is_seen(committed, monkeypatch):
    worlds.open_shop()
    worlds.customer()
    worlds.lost()
    worlds.settle()
    case, promise = Case.objects.get(), Promise.objects.order_by("id")[0]
    with recorded(monkeypatch) as taken:
        with transaction.atomic():
            lock_case(case.pk)
            lock_promise(promise.pk)
        with transaction.atomic():
            lock_promise(promise.pk)
            lock_case(case.pk)
    assert wrong(taken.pairs) == [("makegood_promise", "makegood_case")]
