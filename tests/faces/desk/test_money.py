"""Money at the desk: whose it is, what it is worth, what the bank took back, and what goes out."""

import re

import pytest

from makegood.kit import clock
from makegood.money.queries import faults_in_books
from makegood.orders.models import Order
from makegood.orders.paying import OrderAccount
from makegood.payments.filing import put_tenders
from makegood.payments.models import Receipt, Refund, Tender, UnmatchedReceipt
from makegood.payments.records import TenderOnFileRecord
from tests import worlds

MATCHING = "/desk/unmatched-money"


@pytest.fixture(autouse=True)
def _shop(db):
    worlds.open_shop()
    yield
    assert faults_in_books() == []


@pytest.fixture
def ada(_shop):
    return worlds.customer()


@pytest.fixture
def order(ada):
    """Of 16.95 and 4.80 of postage, not paid yet."""
    return worlds.take_in(worlds.order_record(paid=[]))


def words(response):
    return re.sub("[ \n]+", " ", response.content.decode())


def due():
    return OrderAccount.held(Order.objects.get(reference="100")).due_minor


def account(who):
    return f"/desk/customers/{who.pk}/account"


def test_money_that_names_nobody_is_matched_with_one_button(desk, order):
    worlds.pays(amount_minor=2175, payer="MARSH, A.", note="books")
    text = words(desk.get(MATCHING))
    assert "It is Ada Marsh’s, for order 100" in text
    assert "just that is due, and the name is like theirs" in text
    row = UnmatchedReceipt.objects.get()
    answer = desk.post(f"{MATCHING}/{row.pk}/match", {"order": "100"})
    receipt = Receipt.objects.get()
    shown = f"{account(order.customer)}?done=matched&receipt={receipt.pk}#receipt-{receipt.pk}"
    assert answer["Location"] == shown
    assert due() == 0
    row.refresh_from_db()
    assert row.matched_by.startswith("helper:")
    again = desk.post(f"{MATCHING}/{row.pk}/match", {"order": "100"})
    assert (again.status_code, "Somebody has dealt with it already." in words(again)) == (409, True)
    assert "All money has its owner." in words(desk.get(MATCHING))
    assert "Booked: 21.75\u00a0USD pays for order 100." in words(desk.get(answer["Location"]))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"amount_minor": 2000}, "Booked: 20.00\u00a0USD pays for order 100."),
        ({"amount_minor": 3175}, "Booked: 21.75\u00a0USD pays for order 100; 10.00\u00a0USD is free, and theirs."),
        ({"currency": "EUR"}, "Booked: nothing is owed that it could pay for; 9.00\u00a0EUR is free, and theirs."),
    ],
)
def test_what_became_of_matched_money_is_said(desk, order, more, said):
    worlds.pays(**{"amount_minor": 900, **more})
    answer = desk.post(f"{MATCHING}/{UnmatchedReceipt.objects.get().pk}/match", {"customer": "ada"})
    assert said in words(desk.get(answer["Location"]))


def test_an_order_of_one_and_the_number_of_another_are_refused_by_name(desk, order):
    worlds.customer("bea", name="Bea Holm")
    worlds.pays(amount_minor=2175)
    row = UnmatchedReceipt.objects.get()
    answer = desk.post(f"{MATCHING}/{row.pk}/match", {"order": "100", "customer": "bea"})
    assert answer.status_code == 422
    assert "Order 100 is Ada Marsh’s (ada), and bea is Bea Holm. Leave one of the two out." in words(answer)
    assert 'name="customer" value="bea"' in words(answer)
    assert Receipt.objects.count() == 0
    answer = desk.post(f"{MATCHING}/{row.pk}/match", {"order": "100", "customer": "nobody"})
    assert (answer.status_code, "There is no customer of that number." in words(answer)) == (422, True)
    assert desk.post(f"{MATCHING}/{row.pk}/match", {"order": "100", "customer": "ada"}).status_code == 302


def test_what_was_said_of_the_wrong_one_is_taken_back_once(desk, order):
    ben = worlds.customer("ben", name="Ben Otherwise")
    worlds.pays(amount_minor=2175)
    row = UnmatchedReceipt.objects.get()
    desk.post(f"{MATCHING}/{row.pk}/match", {"order": "100"})
    receipt = Receipt.objects.get()
    undo = f"/desk/receipts/{receipt.pk}/disowning"
    assert undo in words(desk.get(account(order.customer)))
    answer = desk.post(undo)
    assert answer["Location"] == f"{MATCHING}?waits_again={row.pk}#money-{row.pk}"
    assert "It waits here again, until somebody says whose it is." in words(desk.get(answer["Location"]))
    assert due() == 2175
    text = words(desk.get(account(order.customer)))
    assert "it was not theirs" in text
    assert undo not in text
    again = desk.post(undo)
    assert (again.status_code, "Nothing was done: somebody has taken it back before." in words(again)) == (409, True)
    answer = desk.post(f"{MATCHING}/{row.pk}/match", {"customer": "ben"})
    assert "21.75\u00a0USD is free, and theirs." in words(desk.get(answer["Location"]))
    assert Receipt.objects.get(reference="MO-1").customer_id == ben.pk
    assert desk.post(undo).status_code == 409
    assert "MO-1" in words(desk.get(f"{MATCHING}?receipt=MO-1", follow=True))


def test_what_went_on_is_not_taken_back(desk, order):
    worlds.pays(amount_minor=3175)
    row = UnmatchedReceipt.objects.get()
    desk.post(f"{MATCHING}/{row.pk}/match", {"order": "100"})
    receipt = Receipt.objects.get()
    desk.post(f"/desk/customers/{order.customer_id}/payout", {"currency": "USD", "seen": "1000", "to": ""})
    undo = f"/desk/receipts/{receipt.pk}/disowning"
    assert undo not in words(desk.get(account(order.customer)))
    answer = desk.post(undo)
    assert answer.status_code == 409
    assert "Nothing was done: some of it went on already." in words(answer)
    assert desk.post("/desk/receipts/999/disowning").status_code == 404


def test_what_named_its_owner_by_itself_is_not_put_among_what_names_nobody(desk, order):
    worlds.pays(order="100", amount_minor=2175)
    undo = f"/desk/receipts/{Receipt.objects.get().pk}/disowning"
    assert undo not in words(desk.get(account(order.customer)))
    answer = desk.post(undo)
    assert answer.status_code == 409
    assert "Nothing was done: it named its owner by itself." in words(answer)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"note": "for no. 100, thanks"}, "their order is named, and just that is due for it"),
        ({"note": "order 100", "amount_minor": 5000}, "their order is named"),
        ({"payer": "Ben Otherwise"}, "just that is due from them; the name is another"),
        ({"payer": "ada marsh", "amount_minor": 5000}, "the name is like theirs"),
    ],
)
def test_what_speaks_for_whom_is_said(desk, order, more, said):
    worlds.pays(**{"amount_minor": 2175, **more})
    assert f">{said}<" in words(desk.get(MATCHING))


def test_a_number_of_nobodys_is_said_beside_the_money(desk, order):
    worlds.pays(amount_minor=900, payer="Somebody")
    row = UnmatchedReceipt.objects.get()
    for form, said in (
        ({"customer": "nobody"}, "There is no customer of that number."),
        ({"order": "999"}, "There is no order of that number."),
        ({}, "Name an order or a customer."),
    ):
        answer = desk.post(f"{MATCHING}/{row.pk}/match", form)
        assert (answer.status_code, said in words(answer)) == (422, True)
    assert desk.post(f"{MATCHING}/999/match", {"customer": "ada"}).status_code == 404
    desk.post(f"{MATCHING}/{row.pk}/match", {"customer": "ada"})
    assert due() == 1275


def test_money_in_another_currency_is_converted_where_it_waits(desk, order):
    worlds.pays(order="100", amount_minor=2000, currency="EUR")
    text = words(desk.get(MATCHING))
    assert "Money in a currency in which nothing is owed" in text
    assert "owes us USD" in text
    receipt = Receipt.objects.get()
    for form in ({"to": "USD", "rate": "much"}, {"to": "EUR", "rate": "1"}, {"to": "", "rate": ""}):
        assert desk.post(f"/desk/receipts/{receipt.pk}/conversion", form).status_code == 422
    answer = desk.post(f"/desk/receipts/{receipt.pk}/conversion", {"to": "usd", "rate": "1,0842"})
    assert (answer.status_code, due()) == (302, 7)
    assert "came as 20.00\u00a0EUR, at 1.0842" in words(desk.get(account(order.customer)))
    for form in ({"to": "USD", "rate": "1,0842"}, {"to": "GBP", "rate": "1"}):
        assert desk.post(f"/desk/receipts/{receipt.pk}/conversion", form).status_code == 409


def test_what_the_bank_took_back_is_found_by_its_number_and_taken_off_once(desk, order):
    worlds.pays(order="100", amount_minor=2175)
    receipt = Receipt.objects.get()
    assert desk.get(f"{MATCHING}?receipt=MO-1")["Location"] == f"{account(order.customer)}#receipt-{receipt.pk}"
    assert "No money came in under that number" in words(desk.get(f"{MATCHING}?receipt=MO-9"))
    answer = desk.post(f"/desk/receipts/{receipt.pk}/return", {"note": "no good"})
    assert (answer.status_code, due()) == (302, 2175)
    assert "the bank took it back" in words(desk.get(account(order.customer)))
    assert desk.post(f"/desk/receipts/{receipt.pk}/return", {"note": ""}).status_code == 409
    assert desk.post("/desk/receipts/999/return", {"note": ""}).status_code == 404


def test_a_helper_sends_a_customer_what_is_theirs_and_gives_a_credit(desk, order):
    worlds.pays(order="100", amount_minor=3175)
    assert "10.00\u00a0USD is theirs to draw:" in words(desk.get(account(order.customer)))
    address = f"/desk/customers/{order.customer_id}"
    assert desk.post(f"{address}/payout", {"currency": "USD", "seen": "1", "to": ""}).status_code == 409
    assert desk.post(f"{address}/payout", {"currency": "USD", "seen": "1000", "to": "no"}).status_code == 422
    assert desk.post(f"{address}/payout", {"currency": "USD", "seen": "1000", "to": ""}).status_code == 302
    assert Refund.objects.get().requested_by.startswith("helper:")
    for form, status in (
        ({"sum": "10.00", "currency": "USD", "reason": ""}, 422),
        ({"sum": "1e400", "currency": "USD", "reason": "x"}, 422),
        ({"sum": "10.001", "currency": "USD", "reason": "x"}, 422),
        ({"sum": "10", "currency": "XXX", "reason": "x"}, 422),
        ({"sum": "50.01", "currency": "USD", "reason": "x"}, 403),
        ({"sum": "10,00", "currency": "usd", "reason": "for the <wait>"}, 302),
    ):
        assert desk.post(f"{address}/credit", form).status_code == status, form
    assert Tender.objects.get().reason == "for the <wait>"
    text = words(desk.get(account(order.customer)))
    assert "holds 10.00\u00a0USD" in text
    assert "for the &lt;wait&gt;" in text


def test_a_credit_is_given_once_however_often_its_form_is_sent(desk, order):
    address = f"/desk/customers/{order.customer_id}/credit"
    (key,) = re.findall(r'name="key" value="(\w+)"', desk.get(account(order.customer)).content.decode())
    form = {"sum": "10", "currency": "USD", "reason": "for the wait", "key": key}
    assert [desk.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert (Tender.objects.count(), due()) == (1, 1175)
    assert desk.post(address, form | {"sum": "5"}).status_code == 302
    assert (Tender.objects.count(), due()) == (2, 675)


def test_an_account_shows_what_is_on_file_and_is_there_as_pdf(desk, ada):
    assert "Nothing has been booked for them yet." in words(desk.get(account(ada)))
    card = {"id": "gc", "customer": "ada", "kind": "gift_card", "currency": "USD", "balance_minor": 700}
    put_tenders([TenderOnFileRecord.model_validate(card)], now=clock.now())
    assert "holds 7.00\u00a0USD" in words(desk.get(account(ada)))
    assert desk.get(f"{account(ada)}.pdf").content[:5] == b"%PDF-"
    assert desk.get("/desk/customers/999/account").status_code == 404


def test_the_account_is_one_step_from_search_and_from_the_case(desk, ada):
    worlds.lost()
    worlds.settle()
    assert account(ada) in words(desk.get("/desk/search?q=Marsh"))
    case = re.search(r"/desk/cases/\d+", words(desk.get("/desk/"))).group(0)
    assert account(ada) in words(desk.get(case))


def test_money_is_found_by_its_reference_and_by_the_number_on_it(desk, order):
    worlds.pays(order="100", amount_minor=2175, label="Money order 7301")
    worlds.pays("MO-2", amount_minor=900, label="No. 7302", payer="Somebody")
    receipt, row = Receipt.objects.get(), UnmatchedReceipt.objects.get()
    for asked in ("MO-1", "mo-1", "7301"):
        assert f"{account(order.customer)}#receipt-{receipt.pk}" in words(desk.get(f"/desk/search?q={asked}")), asked
    for asked in ("MO-2", "7302"):
        text = words(desk.get(f"/desk/search?q={asked}"))
        assert (f"/desk/unmatched-money?money={row.pk}#money-{row.pk}" in text, "names nobody" in text) == (True, True)


def test_an_account_says_which_orders_money_pays_for_and_links_them(desk, order):
    worlds.pays(order="100", amount_minor=2000)
    text = words(desk.get(account(order.customer)))
    link = '<a class="link" href="/desk/orders/100/change">100</a>'
    assert f"20.00 pays for order {link}, 0.00 is free" in text
    assert f"Order {link}: 1.75\u00a0USD still to pay" in text
    worlds.pays("MO-2", customer="ada", amount_minor=500, currency="EUR")
    assert "pays for no order, 5.00 is free" in words(desk.get(account(order.customer)))


def test_a_link_reaches_its_money_however_much_waits(desk, ada):
    for number in range(52):
        worlds.pays(f"MO-{number}", amount_minor=100 + number)
    newest = UnmatchedReceipt.objects.latest("id")
    assert f'id="money-{newest.pk}"' not in words(desk.get(MATCHING))
    (link,) = re.findall(rf'href="({MATCHING}\?money=\d+#money-{newest.pk})"', words(desk.get("/desk/search?q=MO-51")))
    text = words(desk.get(link.partition("#")[0]))
    assert (f'id="money-{newest.pk}"' in text, "The oldest 50 of 52." in text) == (True, True)
    problem = words(desk.post(f"{MATCHING}/{newest.pk}/match", {"order": "nonsense"}))
    assert problem.count("There is no order of that number.") == 1
    assert desk.get(f"{MATCHING}?money={newest.pk + 9}").status_code == 200


def test_lines_are_shown_as_they_read_them_and_the_rest_in_the_helpers_language(desk, order):
    worlds.Customer.objects.update(language="fr")
    worlds.pays(order="100", amount_minor=3000)
    text = words(desk.get(account(order.customer)))
    assert ("Votre mandat" in text or "mandat" in text, "Your money order came" in text) == (True, False)
    assert "We owe them 8.25" in text.replace("\u00a0", " ")
    assert '<td class="sm:min-w-40" lang="fr">' in text


def test_what_is_only_asked_for_is_not_said_to_be_on_its_way(desk, order):
    worlds.pays(order="100", amount_minor=3000)
    address = f"/desk/customers/{order.customer_id}/payout"
    answer = desk.post(address, {"currency": "USD", "seen": "825", "to": ""}, follow=True)
    text = words(answer)
    assert ("on its way" in text.lower(), "asked for, not sent yet" in text) == (False, True)
