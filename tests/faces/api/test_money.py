"""Money over the API: on file, come in, matched, converted, taken back, drawn; and the account line by line."""

import pytest

from makegood.kit import clock
from makegood.money.queries import faults_in_books
from makegood.payments.models import Receipt
from tests import worlds
from tests.worlds import DAY, HOUR, MONDAY


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert faults_in_books() == []


@pytest.fixture
def order(program, ada):
    """Order 100, of 16.95 and 4.80 of postage, not paid yet."""
    worlds.take_in(worlds.order_record(paid=[]))


def receipt(reference="MO-1", **more):
    words = {"tender": "money_order", "currency": "USD", "received_at": "2026-10-05T16:00:00Z"}
    return {"id": reference, **words, **more}


def only(program, path):
    (found,) = program.items(path)
    return found


def account(program, currency="USD", **query):
    asked = "&".join(f"{name}={value}" for name, value in {"currency": currency, **query}.items())
    (found,) = program.get(f"/customers/ada/account?{asked}")["currencies"]
    return found


def test_an_order_says_what_it_costs_what_pays_for_it_and_what_is_due(program, order):
    assert {name: program.get("/orders/100")[name] for name in ("charged_minor", "paid_minor", "due_minor")} == {
        "charged_minor": 2175,
        "paid_minor": 0,
        "due_minor": 2175,
    }
    program.put("/receipts", [receipt(order="100", amount_minor=2000, label="No. 7")])
    row = only(program, "/receipts?order=100")
    shown = program.get("/orders/100")
    assert (shown["paid_minor"], shown["due_minor"]) == (2000, 175)
    assert shown["payments"] == [
        {
            "receipt": row["id"],
            "tender": "No. 7",
            "tender_id": None,
            "kind": "money_order",
            "label": "No. 7",
            "amount_minor": 2000,
        }
    ]
    assert row["pays_for"] == [{"order": "100", "amount_minor": 2000}]
    assert program.get(f"/receipts/{row['id']}") == row
    assert only(program, "/orders")["due_minor"] == 175


def test_what_is_on_file_shows_what_it_holds(program, ada):
    rows = [
        {"id": "gc", "customer": "ada", "kind": "gift_card", "currency": "USD", "balance_minor": 700},
        {"id": "visa", "customer": "ada", "kind": "credit_card", "currency": "USD", "label": "Visa ending 4242"},
    ]
    assert program.put("/tenders", rows)["new"] == 2
    shown = [(each["id"], each["kind"], each["balance_minor"]) for each in program.items("/tenders?customer=ada")]
    assert shown == [("gc", "gift_card", 700), ("visa", "card", None)]
    worlds.customer("ben")
    assert program.acting_for("customer:ben").items("/tenders") == []


def test_the_account_tells_each_line_in_words_and_the_balance_of_any_instant(program, order):
    program.put("/receipts", [receipt(order="100", amount_minor=10_000)])
    found = account(program)
    assert {name: found[name] for name in ("opening_minor", "balance_minor", "due_minor", "free_minor")} == {
        "opening_minor": 0,
        "balance_minor": 7825,
        "due_minor": 0,
        "free_minor": 7825,
    }
    told = [
        (each["kind"], each["text"], each["detail"], each["amount_minor"], each["balance_minor"])
        for each in found["lines"]
    ]
    assert told == [
        ("charged", "You ordered “Field Notes on Birds”", "Order 100: goods 16.95, postage 4.80.", -2175, -2175),
        ("received", "Your money order came", "", 10_000, 7825),
    ]
    assert [(each["order"], each["receipt"]) for each in found["lines"]] == [
        ("100", None),
        (None, Receipt.objects.get().pk),
    ]
    before = account(program, at="2026-10-05T15:59:59Z")
    assert (before["balance_minor"], before["due_minor"], before["free_minor"]) == (-2175, None, None)
    assert account(program, at="2026-10-05T16:00:00Z")["balance_minor"] == 7825
    assert program.get("/customers/ada/account?currency=EUR") == {"customer": "ada", "currencies": []}


def test_the_account_speaks_its_customers_language(program, order):
    worlds.customer(language="fr")
    assert account(program)["lines"][0]["text"] == "Vous avez commandé « Field Notes on Birds »"


def test_money_that_names_nobody_is_matched_once(program, order):
    program.put("/receipts", [receipt(amount_minor=2175, payer="A. Marsh")])
    waiting = only(program, "/unmatched-receipts")
    assert (waiting["reference"], waiting["payer"], waiting["receipt"]) == ("MO-1", "A. Marsh", None)
    address = f"/unmatched-receipts/{waiting['id']}/match"
    for body in ({}, {"customer": "nobody"}, {"order": "999"}):
        program.post(address, body, status=422)
    worlds.customer("ben")
    program.post(address, {"customer": "ben", "order": "100"}, status=422)
    matched = program.post(address, {"order": "100"})
    assert matched["receipt"] == Receipt.objects.get().pk
    assert program.get("/orders/100")["due_minor"] == 0
    assert program.post(address, {"customer": "ada"}, status=409)["type"].endswith("money-matched")
    assert program.items("/unmatched-receipts") == []
    assert len(program.items("/unmatched-receipts?is_matched=true")) == 1


def test_a_wrong_match_is_taken_back_once_and_its_name_is_free_again(program, order):
    program.put("/receipts", [receipt(amount_minor=2175)])
    waiting = only(program, "/unmatched-receipts")
    matched = program.post(f"/unmatched-receipts/{waiting['id']}/match", {"order": "100"})
    wrong = f"/receipts/{matched['receipt']}"
    back = program.post(f"{wrong}/disowning", {})
    assert (back["id"], back["matched_at"], back["receipt"]) == (waiting["id"], None, None)
    assert program.get("/orders/100")["due_minor"] == 2175
    told = program.get(wrong)
    assert [told[name] for name in ("reference", "amount_minor", "free_minor", "pays_for")] == [None, 0, 0, []]
    assert told["disowned_by"].startswith("token:")
    assert told["disowned_at"] is not None
    lines = account(program)["lines"]
    assert [(each["text"], each["amount_minor"]) for each in lines[1:]] == [
        ("Your money order came", 2175),
        ("That money was not yours after all", -2175),
    ]
    assert program.post(f"{wrong}/disowning", {}, status=409)["type"].endswith("#problem-match-taken-back")
    worlds.customer("ben")
    right = program.post(f"/unmatched-receipts/{waiting['id']}/match", {"customer": "ben"})["receipt"]
    assert only(program, "/receipts?reference=MO-1")["id"] == right
    program.post(f"{wrong}/disowning", {}, status=409)
    program.post(f"/receipts/{right}/return", {"note": "no good"})
    assert program.post(f"/receipts/{right}/disowning", {}, status=409)["type"].endswith("#problem-went-on")


def test_money_in_another_currency_pays_once_it_is_converted(program, order):
    program.put("/receipts", [receipt(order="100", currency="EUR", amount_minor=2000, label="Money order 7301")])
    row = only(program, "/receipts")
    assert (row["free_minor"], program.get("/orders/100")["due_minor"]) == (2000, 2175)
    address = f"/receipts/{row['id']}/conversion"
    for body in ({"to": "EUR", "rate": "1"}, {"to": "USD", "rate": "0"}, {"to": "USD", "rate": "much"}):
        program.post(address, body, status=422)
    changed = program.post(address, {"to": "USD", "rate": "1.0842"})
    assert {
        name: changed[name] for name in ("currency", "amount_minor", "original_currency", "original_minor", "rate")
    } == {
        "currency": "USD",
        "amount_minor": 2168,
        "original_currency": "EUR",
        "original_minor": 2000,
        "rate": "1.0842",
    }
    assert program.get("/orders/100")["due_minor"] == 7
    # Whoever got no answer and asks again hears that it was done.
    for body in ({"to": "USD", "rate": "1.0842"}, {"to": "GBP", "rate": "1"}):
        assert program.post(address, body, status=409)["type"].endswith("not-convertible")
    assert account(program, "EUR")["balance_minor"] == 0
    assert [each["detail"] for each in account(program)["lines"]][
        -1
    ] == "Money order 7301. 20.00\u00a0EUR at 1.0842 came to 21.68\u00a0USD."


def test_what_the_bank_took_back_is_due_again(program, order):
    program.put("/receipts", [receipt(order="100", amount_minor=2175)])
    row = only(program, "/receipts")
    back = program.post(f"/receipts/{row['id']}/return", {"note": "no good"})
    assert (back["returned_minor"], back["allocated_minor"], back["pays_for"]) == (2175, 0, [])
    assert program.get("/orders/100")["due_minor"] == 2175
    assert [each["text"] for each in account(program)["lines"]][-1] == "Your money order was no good"
    assert program.post(f"/receipts/{row['id']}/return", {}, status=409)["type"].endswith("returned-before")


def test_a_customer_draws_what_is_free_back_the_way_it_came(program, order):
    program.put("/receipts", [receipt(order="100", amount_minor=10_000)])
    as_ada = program.acting_for("customer:ada")
    assert as_ada.post("/customers/ada/payouts", {"currency": "USD", "amount_minor": 7826}, status=409)[
        "type"
    ].endswith("not-so-much-left")
    (sent,) = as_ada.post("/customers/ada/payouts", {"currency": "USD", "amount_minor": 5000})["items"]
    assert {name: sent[name] for name in ("kind", "route", "state", "tender_kind", "amount_minor")} == {
        "kind": "refund",
        "route": "by_hand",
        "state": "requested",
        "tender_kind": "money_order",
        "amount_minor": 5000,
    }
    assert sent["due_at"] is not None
    found = account(program)
    assert (found["balance_minor"], found["free_minor"]) == (7825, 2825)
    assert [each["id"] for each in found["going_back"]] == [sent["id"]]
    (rest,) = as_ada.post("/customers/ada/payouts", {"currency": "USD"})["items"]
    assert rest["amount_minor"] == 2825
    assert as_ada.post("/customers/ada/payouts", {"currency": "USD"}, status=409)["type"].endswith("nothing-free")
    worlds.customer("ben")
    program.acting_for("customer:ben").post("/customers/ada/payouts", {"currency": "USD"}, status=404)


def test_a_customer_lets_what_is_free_pay_for_an_order_that_is_due(program, order):
    program.put("/receipts", [receipt(order="100", amount_minor=2175)])
    worlds.take_in(worlds.order_record("200", paid=[]))
    as_ada = program.acting_for("customer:ada")
    as_ada.post("/orders/100/changes", {"kind": "cancel"})
    for amount in (2175, 0):
        paid = as_ada.post("/customers/ada/payments", {"order": "200"})
        assert paid == {"order": "200", "currency": "USD", "amount_minor": amount}
    assert program.get("/orders/200")["due_minor"] == 0
    worlds.take_in(worlds.order_record("400", paid=[]))
    assert as_ada.post("/customers/ada/payments", {"order": "400"}, status=409)["type"].endswith("nothing-free")
    as_ada.post("/customers/ada/payments", {"order": "none"}, status=404)
    worlds.customer("ben")
    program.acting_for("customer:ben").post("/customers/ada/payments", {"order": "200"}, status=404)
    program.acting_for("customer:ben").post("/customers/ben/payments", {"order": "200"}, status=404)


def test_what_is_drawn_to_a_tender_on_file_is_a_payout(program, order):
    program.put(
        "/receipts", [receipt(customer="ada", amount_minor=3175), receipt("MO-2", customer="ada", amount_minor=500)]
    )
    bank = {"customer": "ada", "kind": "bank_transfer", "currency": "USD"}
    program.put(
        "/tenders", [bank | {"id": "bank", "label": "Account ending 3071"}, bank | {"id": "old", "closed_at": MONDAY}]
    )
    for tender in ("nobody's", "old"):
        body = {"currency": "USD", "tender": tender}
        problem = program.post("/customers/ada/payouts", body, status=422)
        assert problem["errors"][0]["field"] == "tender"
    sent = program.post("/customers/ada/payouts", {"currency": "USD", "tender": "bank", "amount_minor": 1200})["items"]
    assert [(each["kind"], each["tender"], each["amount_minor"]) for each in sent] == [
        ("payout", "Account ending 3071", 1000),
        ("payout", "Account ending 3071", 200),
    ]


def test_what_came_out_of_a_gift_card_goes_back_into_it(program, ada):
    card = {"id": "gc", "customer": "ada", "kind": "gift_card", "currency": "USD", "balance_minor": 5000}
    program.put("/tenders", [card, {**card, "id": "visa", "kind": "card", "balance_minor": None}])
    paid = [{"tender": "gift_card", "id": "gc", "amount_minor": 2675}]
    worlds.take_in(worlds.order_record(paid=paid))
    assert account(program)["free_minor"] == 500
    (sent,) = program.post("/customers/ada/payouts", {"currency": "USD", "tender": "visa"})["items"]
    assert (sent["kind"], sent["state"], sent["due_at"]) == ("refund", "settled", None)
    assert {each["id"]: each["balance_minor"] for each in program.items("/tenders")}["gc"] == 5500


def test_an_account_is_its_customers_own(program, order):
    worlds.customer("ben")
    program.put("/receipts", [receipt(order="100", amount_minor=2175)])
    as_ben = program.acting_for("customer:ben")
    as_ben.get("/customers/ada/account", status=404)
    as_ben.get(f"/receipts/{Receipt.objects.get().pk}", status=404)
    assert as_ben.items("/receipts?customer=ada") == []
    as_ben.get("/unmatched-receipts", status=403)
    as_ben.post(f"/receipts/{Receipt.objects.get().pk}/return", {}, status=403)


def test_a_write_that_names_what_it_saw_is_refused_once_that_changed(program, order):
    program.put("/receipts", [receipt(order="100", amount_minor=2175)])
    path = f"/receipts/{Receipt.objects.get().pk}"
    seen = program.send("GET", path).headers["ETag"]
    clock.freeze(MONDAY + DAY + HOUR)
    assert program.send("POST", f"{path}/return", {}, If_Match='"other"').status_code == 412
    assert program.send("POST", f"{path}/return", {}, If_Match=seen).status_code == 201


def test_a_helper_gives_a_credit_within_their_authority_and_it_pays_what_is_due(program, order):
    worlds.helper()
    as_maya = program.acting_for("helper:maya")
    body = {"currency": "USD", "amount_minor": 1000, "reason": "for the wait", "expires_at": "2026-12-01T00:00:00Z"}
    given = as_maya.post("/customers/ada/credits", body)
    assert {name: given[name] for name in ("kind", "balance_minor", "reason", "expires_at")} == {
        "kind": "store_credit",
        "balance_minor": 0,
        "reason": "for the wait",
        "expires_at": "2026-12-01T00:00:00Z",
    }
    assert given["given_by"].startswith("helper:")
    assert program.get("/orders/100")["due_minor"] == 1175
    assert [(each["text"], each["amount_minor"]) for each in account(program)["lines"]][-1] == (
        "You paid with a credit",
        1000,
    )
    later = as_maya.post("/customers/ada/credits", {**body, "amount_minor": 1500})
    assert (later["balance_minor"], program.get("/orders/100")["due_minor"]) == (325, 0)


def test_a_credit_is_refused_beyond_authority_without_reason_or_when_it_has_expired(program, ada):
    worlds.helper()
    as_maya = program.acting_for("helper:maya")
    body = {"currency": "USD", "amount_minor": 1000, "reason": "for the wait"}
    problem = as_maya.post("/customers/ada/credits", {**body, "amount_minor": 5001}, status=403)
    assert (problem["type"].rpartition("-authority")[1], problem["may_grant"]) == ("-authority", ["lead"])
    for wrong in ({"reason": " "}, {"expires_at": "2026-10-01T00:00:00Z"}, {"amount_minor": 0}):
        as_maya.post("/customers/ada/credits", body | wrong, status=422)
    program.acting_for("customer:ada").post("/customers/ada/credits", body, status=403)
    assert program.items("/tenders?customer=ada") == []


def test_what_a_bank_has_asked_back_is_told_while_it_decides(program, ada):
    worlds.pays("CH-1", customer="ada", tender="card", amount_minor=3000, payment="pi_1")
    assert account(program)["at_bank_minor"] == 0
    worlds.disputed("pi_1", amount_minor=3000)
    found = account(program)
    assert (found["balance_minor"], found["free_minor"], found["at_bank_minor"]) == (0, 0, 3000)
