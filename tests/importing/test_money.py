"""Tenders and money that came in, told by the shop: each path of the money order's story, to the cent."""

from datetime import timedelta

import pytest

from makegood.faces.api.loading import import_rows
from makegood.intake.actions import take_in_orders
from makegood.intake.receiving import match_receipt, return_receipt, take_in_receipts
from makegood.kit.rows import BadRows
from makegood.money.accounts import RUNNING
from makegood.money.queries import balance, faults_in_books
from makegood.money.rules import Money
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount
from makegood.payments.filing import put_tenders
from makegood.payments.models import Receipt, Tender, UnmatchedReceipt
from makegood.payments.queries import held_by
from makegood.payments.records import ReceiptRecord, TenderOnFileRecord
from makegood.remedies.crediting import give_credit
from tests import worlds
from tests.worlds import DAY, HOUR, MONDAY, order_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    worlds.customer()
    yield
    assert faults_in_books() == []


def order(reference="100", *, by="ada", **more):
    """Of 16.95 and 4.80 of postage, not paid yet."""
    return worlds.take_in(order_record(reference, by=by, paid=[], **more))


def money(reference="MO-1", *, amount=2175, **more):
    words = {"tender": "money order", "currency": "USD", "received_at": MONDAY}
    return ReceiptRecord.model_validate({"id": reference, "amount_minor": amount, **words, **more})


def take(*records):
    return take_in_receipts(records, now=MONDAY + HOUR)


def due(reference="100"):
    row = Order.objects.get(reference=reference)
    return OrderAccount.held(row).due_minor


def owed(who="ada", *, at=None, currency="USD"):
    customer = worlds.Customer.objects.get(reference=who)
    return balance(RUNNING, currency, customer_id=customer.pk, at=at).amount_minor


def free():
    return {row.reference: row.free_minor for row in Receipt.objects.order_by("id")}


def errors(refused):
    return [(each.index, each.field) for each in refused.value.errors]


def test_an_order_is_paid_with_what_was_sent_for_it():
    order()
    assert (due(), owed()) == (2175, -2175)
    taken = take(money(order="100"))
    assert (taken.new, taken.news) == (1, {"MO-1": "new"})
    row = Receipt.objects.get()
    assert (row.kind, row.customer.reference, row.allocated_minor, row.received_at) == (
        "money_order",
        "ada",
        2175,
        MONDAY,
    )
    assert (due(), owed()) == (0, 0)
    assert owed(at=MONDAY - HOUR) == -2175


def test_underpaid_is_due_and_the_rest_may_come_later():
    order()
    take(money(order="100", amount=2000))
    assert (due(), owed(), free()) == (175, -175, {"MO-1": 0})
    take(money("MO-2", order="100", amount=175, received_at=MONDAY + HOUR))
    assert (due(), owed(), owed(at=MONDAY)) == (0, 0, -175)


def test_overpaid_is_theirs_and_pays_the_oldest_of_what_else_they_owe():
    order("300", placed_at=MONDAY - HOUR)
    order("200", placed_at=MONDAY - 2 * HOUR)
    order("100", placed_at=MONDAY - 3 * HOUR)
    take(money(order="300", amount=2175 + 2175 + 50))
    assert (due("300"), due("100"), due("200")) == (0, 0, 2125)
    assert free() == {"MO-1": 0}
    take(money("MO-2", customer="ada", amount=10_000))
    assert (due("200"), free(), owed()) == (0, {"MO-1": 0, "MO-2": 7875}, 7875)


def test_what_was_cancelled_or_is_over_is_paid_with_nothing():
    order("100", cancelled_at=MONDAY)
    take(money(order="100"))
    assert (due("100"), free()) == (0, {"MO-1": 2175})


def test_the_same_twice_is_once_and_anything_else_under_its_id_is_refused():
    order()
    assert take(money(order="100"), money(order="100")).new == 1
    again = take(money(order="100"))
    assert (again.new, again.same) == (0, 1)
    assert (Receipt.objects.count(), owed()) == (1, 0)
    with pytest.raises(BadRows) as refused:
        take(money("MO-2", customer="ada"), money(order="100", amount=2176))
    assert errors(refused) == [(1, "id")]
    with pytest.raises(BadRows) as refused:
        take(money("MO-2", customer="ada"), money("MO-2", customer="ada", note="another"))
    assert errors(refused) == [(1, "id")]
    assert (Receipt.objects.count(), owed()) == (1, 0)


def test_two_money_orders_for_one_order_are_two_and_the_second_is_theirs():
    order()
    take(money(order="100"), money("MO-2", order="100"))
    assert (due(), owed(), free()) == (0, 2175, {"MO-1": 0, "MO-2": 2175})


def test_money_in_another_currency_pays_nothing_until_it_is_converted():
    order()
    take(money(order="100", currency="EUR", amount=2000))
    assert (due(), owed(), owed(currency="EUR"), free()) == (2175, -2175, 2000, {"MO-1": 2000})


def test_what_a_bank_takes_back_is_paid_by_what_a_credit_still_holds_though_it_paid_before():
    row = order()
    take(money(order="100", amount=1000))
    credit = give_credit(
        customer=row.customer,
        money=Money(amount_minor=3000, currency="USD"),
        reason="late",
        expires_at=None,
        by=worlds.LEAD,
        now=MONDAY + HOUR,
    )
    assert (due(), held_by([credit])[credit.pk].amount_minor) == (0, 1825)
    return_receipt(receipt_id=Receipt.objects.get(reference="MO-1").pk, note="no good", by="helper:1", now=MONDAY + DAY)
    assert (due(), held_by([credit])[credit.pk].amount_minor) == (0, 825)


def test_what_names_nobody_we_know_waits_and_is_booked_once_somebody_says_whose_it_is():
    order()
    take(
        money("MO-1", payer="A. Marsh", note="for 100"),
        money("MO-2", customer="nobody"),
        money("MO-3", order="999"),
    )
    rows = UnmatchedReceipt.objects.order_by("id")
    assert [(row.reference, row.customer_told, row.order_told) for row in rows] == [
        ("MO-1", "", ""),
        ("MO-2", "nobody", ""),
        ("MO-3", "", "999"),
    ]
    assert (Receipt.objects.count(), owed()) == (0, -2175)
    ada = worlds.Customer.objects.get(reference="ada")
    receipt = match_receipt(unmatched_id=rows[0].pk, customer_id=ada.pk, by="helper:1", now=MONDAY + DAY)
    assert (receipt.reference, receipt.payer, receipt.received_at, receipt.allocated_minor) == (
        "MO-1",
        "A. Marsh",
        MONDAY,
        2175,
    )
    assert (due(), owed(), owed(at=MONDAY)) == (0, 0, 0)
    # The shop tells it again: it is known, whoever said whose it is.
    assert take(money("MO-1", payer="A. Marsh", note="for 100")).same == 1
    with pytest.raises(BadRows):
        take(money("MO-1", payer="A. Marsh", note="for 100", customer="ada"))


def test_what_named_somebody_unknown_is_theirs_once_it_is_told_again_and_they_are_known():
    assert take(money(customer="ben")).new == 1
    worlds.customer("ben")
    order("200", by="ben")
    taken = take(money(customer="ben"))
    assert (taken.changed, taken.new, owed("ben"), due("200")) == (1, 0, 0, 0)
    row = UnmatchedReceipt.objects.get()
    assert (row.matched_by, row.receipt_id) == ("policy:0", Receipt.objects.get().pk)
    assert take(money(customer="ben")).same == 1


def test_an_order_of_somebody_else_and_the_future_are_refused():
    worlds.customer("ben")
    order()
    with pytest.raises(BadRows) as refused:
        take(money(order="100", customer="ben"), money("MO-2", received_at=MONDAY + timedelta(days=3)))
    assert errors(refused) == [(0, "order"), (1, "received_at")]
    assert not UnmatchedReceipt.objects.exists()


def test_what_the_bank_took_back_is_due_again_and_what_else_is_free_pays_it():
    order("100")
    order("200", placed_at=MONDAY - HOUR)
    take(money(customer="ada", amount=4350))
    assert (due("100"), due("200"), owed()) == (0, 0, 0)
    take(money("MO-2", customer="ada", amount=1000, received_at=MONDAY + HOUR))
    row = Receipt.objects.get(reference="MO-1")
    row = return_receipt(receipt_id=row.pk, note=" no good ", by="helper:1", now=MONDAY + DAY)
    assert (row.allocated_minor, row.returned_minor, row.free_minor, row.note) == (0, 4350, 0, "no good")
    assert (due("100"), due("200")) == (1175, 2175)
    assert [owed(at=at) for at in (MONDAY - HOUR, MONDAY, MONDAY + HOUR, MONDAY + DAY)] == [-4350, 0, 1000, -3350]


def tender(reference="gc", **more):
    words = {"id": reference, "customer": "ada", "kind": "gift_card", "currency": "USD"}
    return TenderOnFileRecord.model_validate(words | more)


def test_a_gift_card_holds_what_the_shop_said_when_it_was_new():
    taken = put_tenders([tender(balance_minor=5000), tender("visa", kind="Credit Card", label="Visa")], now=MONDAY)
    assert taken.new == 2
    card, visa = Tender.objects.order_by("id")
    assert (held_by([card, visa]), visa.kind) == ({card.pk: Money(amount_minor=5000, currency="USD")}, "card")
    assert put_tenders([tender(balance_minor=5000)], now=MONDAY).same == 1
    assert put_tenders([tender(label="Card 7", closed_at=MONDAY)], now=MONDAY).changed == 1
    card.refresh_from_db()
    assert (card.label, card.closed_at) == ("Card 7", MONDAY)
    with pytest.raises(BadRows) as refused:
        put_tenders(
            [tender(balance_minor=4000), tender(kind="card"), tender(currency="EUR"), tender("x", customer="nobody")],
            now=MONDAY,
        )
    assert errors(refused) == [(0, "balance_minor"), (1, "kind"), (2, "currency"), (3, "customer")]


def test_files_hold_them_too(tmp_path):
    order()
    for kind, line, counts in (
        ("tenders", '{"id": "gc", "customer": "ada", "kind": "gift_card", "currency": "USD", "balance_minor": 500}', 1),
        ("postage-rates", '{"country": "*", "currency": "USD", "first_minor": 480, "each_more_minor": 100}', 1),
        ("receipts", money(order="100").model_dump_json(), 1),
    ):
        file = tmp_path / f"{kind}.jsonl"
        file.write_text(line + "\n")
        assert import_rows(kind, [file]).counts["new"] == counts
        assert import_rows(kind, [file]).counts == {"new": 0, "changed": 0, "same": 1}
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "v", "customer": "ada", "kind": "card", "currency": "USD", "balance_minor": 5}\n')
    assert [(each.field, each.line) for each in import_rows("tenders", [bad]).errors] == [("balance_minor", 1)]


def on_file(reference, *, kind="card", by="ada", **more):
    row = {"id": reference, "customer": by, "kind": kind, "currency": "USD", **more}
    return TenderOnFileRecord.model_validate(row)


def test_money_that_came_by_a_tender_on_file_is_of_that_tender():
    order()
    put_tenders([on_file("visa")], now=MONDAY)
    take(money(order="100", tender="credit_card", tender_id="visa"))
    row = Receipt.objects.get()
    assert (row.tender.reference, row.kind, row.allocated_minor, due()) == ("visa", "card", 2175, 0)


def test_a_tender_that_is_named_is_one_of_theirs_of_that_kind_and_none_whose_balance_we_keep():
    worlds.customer("bob")
    order()
    put_tenders(
        [on_file("visa"), on_file("theirs", by="bob"), on_file("gift", kind="gift_card", balance_minor=9000)],
        now=MONDAY,
    )
    with pytest.raises(BadRows) as refused:
        take(
            money("1", order="100", tender="card", tender_id="visa"),
            money("2", order="100", tender="card", tender_id="theirs"),
            money("3", order="100", tender="gift_card", tender_id="gift"),
            money("4", order="100", tender="wallet", tender_id="visa"),
            money("5", order="100", tender="card", tender_id="none"),
        )
    assert errors(refused) == [(index, "tender_id") for index in (1, 2, 3, 4)]
    assert Receipt.objects.count() == 0


def test_whose_tender_it_is_has_to_be_said():
    with pytest.raises(ValueError, match="tender_id: say whose it is"):
        money(tender="card", tender_id="visa")


def test_what_a_gift_card_pays_later_comes_off_what_it_was_told_to_hold():
    put_tenders([on_file("g1", kind="gift_card", balance_minor=5000)], now=MONDAY)
    gift = Tender.objects.get()
    paid = {"tender": "gift_card", "id": "g1", "label": "", "amount_minor": 2175}

    def told(reference, hours, minor):
        at = MONDAY + hours * HOUR
        more = {"placed_at": MONDAY + HOUR, "version_at": at, "paid": [{**paid, "amount_minor": minor}]}
        take_in_orders([order_record(reference, **more)], now=at)
        return held_by([gift])[gift.pk].amount_minor

    # What was before it was told had been taken off by then.
    worlds.take_in(order_record("50", placed_at=MONDAY - HOUR, paid=[paid]))
    assert held_by([gift])[gift.pk].amount_minor == 5000
    assert told("100", 1, 2175) == 5000 - 2175
    assert told("100", 2, 1000) == 5000 - 1000
    assert told("100", 3, 2175) == 5000 - 2175
    # A card of which the shop knows more than we does pay; it never holds less than nothing.
    assert told("200", 2, 4000) == 0
    assert told("200", 3, 3000) == 0
    assert told("200", 4, 500) == 5000 - 2175 - 500
