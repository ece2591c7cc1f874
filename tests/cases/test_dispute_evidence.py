"""What speaks for us in a dispute: all that we know of the payment, in one PDF that says the same each time."""

import pytest

from makegood.cases.actions import take_in_message
from makegood.cases.dispute_evidence import evidence_of, matter_of, told_of
from makegood.cases.disputing import answer_with_evidence
from makegood.customers.links import Purpose, link_for
from makegood.kit import clock
from makegood.parcels.rules.scans import ScanKind
from makegood.payments.models import DisputeEvidence
from makegood.payments.queries import all_disputes
from tests import worlds
from tests.payments.conftest import shop, side
from tests.payments.gateways import console, usd
from tests.payments.paid_orders import CARD, TOTAL, give_back, tell
from tests.worlds import DAY, HELPER, HOUR, MONDAY

__all__ = ["shop", "side"]
pytestmark = pytest.mark.usefixtures("shop")
MARKUP = '#panic("read") $x$ *bold* @nobody <label> \\u{1} #{ ] ) // "'


@pytest.fixture
def dispute(side):
    """An order that was delivered and signed for, whose customer wrote, had something back, and then disputes it."""
    payment = side.pay(usd(TOTAL))
    told = [{**CARD, "amount_minor": TOTAL, "payment": payment}]
    parcel = worlds.shipped("100", lines={"BIRDS": 2}, paid=told)
    clock.freeze(MONDAY + DAY)
    worlds.say(parcel, ScanKind.DELIVERED, MONDAY + 20 * HOUR, place="New York", words="Signed for by A MARSH")
    take_in_message(key="m1", customer=parcel.customer, body=f"Thank you!\n{MARKUP}", subject="Books", now=clock.now())
    give_back(parcel.delivery.order, 500)
    worlds.settle()
    side.open_dispute(payment)
    tell(*side.events())
    return all_disputes().get()


def rows(told, heading):
    (section,) = [each["rows"] for each in told["sections"] if each["heading"].startswith(heading)]
    return [tuple(row) for row in section]


def test_it_holds_the_order_the_scans_the_money_and_the_words(dispute):
    told = told_of(matter_of(dispute), summary="It was signed for.\n\nBy her.")
    assert told["summary"] == ["It was signed for.", "By her."]
    assert ("Bought", "2 × Field Notes on Birds") in rows(told, "Order 100")
    assert ("Sent to", "Ada Marsh, 12 Orchard Street, 10002, US") in rows(told, "Order 100")
    assert rows(told, "Parcel 94")[-1] == ("2026-10-06 05:00", "delivered, New York, “Signed for by A MARSH”")
    assert rows(told, "Money") == [("2026-10-06 09:00", "5.00 USD, settled, Visa ending 4242")]
    assert rows(told, "Words")[0] == ("2026-10-06 09:00\nThey wrote", f"Books\nThank you!\n{MARKUP}")
    assert ("Payment", dispute.receipt.gateway_reference) in rows(told, "Dispute")


@pytest.mark.parametrize("side", [console], indirect=True)
def test_what_never_left_was_not_sent(side):
    payment = side.pay(usd(TOTAL))
    told = [{**CARD, "amount_minor": TOTAL, "payment": payment}]
    worlds.take_in(worlds.order_record("100", lines={"BIRDS": 2}, paid=told))
    side.open_dispute(payment)
    tell(*side.events())
    dispute, where = all_disputes().get(), "Ada Marsh, 12 Orchard Street, 10002, US"

    def sent():
        return rows(told_of(matter_of(dispute), summary=""), "Order 100")[1:3], evidence_of(dispute, summary="")

    said, fields = sent()
    assert said == [("To go to", where), ("Sent", "not yet: nothing of it has left us")]
    assert (fields.shipping_address, fields.carrier, fields.shipped_date) == ("", "", None)
    parcel = worlds.shipped("100", lines={"BIRDS": 2}, paid=told)
    said, fields = sent()
    assert said == [("To go to", where), ("Sent", "packed; its carrier has not said that it took it")]
    assert (fields.shipping_address, fields.carrier, fields.shipped_date) == ("", "", None)
    clock.freeze(MONDAY + DAY)
    worlds.say(parcel, ScanKind.ACCEPTED)
    said, fields = sent()
    assert said[0] == ("Sent to", where)
    assert (fields.shipping_address, fields.shipped_date) == (where, MONDAY.date())


def test_nobody_who_reads_it_comes_in_as_the_customer(dispute):
    link = link_for(dispute.customer, "/orders", purpose=Purpose.HANDED)
    told = evidence_of(dispute, summary=f"They had {link}.")
    assert told.summary == "They had http://127.0.0.1:8000/enter/…?to=/orders."
    letters = [text for who, text in rows(told_of(matter_of(dispute), summary=""), "Words") if "We wrote" in who]
    assert letters
    assert all("/enter/…" in text for text in letters)


def test_the_same_records_make_the_same_bytes_and_no_words_are_read_as_markup(dispute):
    first, second = evidence_of(dispute, summary=MARKUP), evidence_of(dispute, summary=MARKUP)
    assert first == second
    assert first.pdf.startswith(b"%PDF-")
    assert b"CreationDate" not in first.pdf
    assert (first.customer_name, first.carrier, first.tracking_number) == ("Ada Marsh", "USPS", worlds.number_of(1))
    assert (first.shipped_date, first.product_description) == (MONDAY.date(), "2 × Field Notes on Birds")


def test_it_is_sent_as_it_was_made(dispute, side):
    answer_with_evidence(dispute_id=dispute.pk, summary="  It was signed for. ", by=HELPER, now=clock.now())
    worlds.settle()
    dispute.refresh_from_db()
    assert (dispute.status, dispute.answer_asked_by) == ("under_review", str(HELPER))
    row = DisputeEvidence.objects.get()
    assert row.texts["summary"] == "It was signed for."
    assert bytes(row.pdf).startswith(b"%PDF-")
    assert side.gateway.dispute(dispute.reference).is_evidence_submitted
