"""A story on the terminal says what was done with money, and how an account then stands."""

import pytest

from makegood.stories.acts import Request
from makegood.stories.money_words import account_words, money_words
from makegood.stories.stage import ApiResponse

LINE = {"id": "1", "sku": "INK", "quantity": 2, "unit_price_minor": 3100}
RECEIPT = {"tender": "money_order", "currency": "USD", "amount_minor": 10000}
CHANGE = {"kind": "cancel", "units": [{"line": "INK", "quantity": 1}]}
DONE = {"currency": "USD", "delta_minor": -3100, "refunds": [{"amount_minor": 3100}]}


@pytest.mark.parametrize(
    ("path", "body", "status", "answer", "said"),
    [
        ("/v1/receipts", [{**RECEIPT, "order": "101"}], 200, {}, "100.00 USD by money_order, for order 101"),
        ("/v1/receipts", [RECEIPT], 200, {}, "100.00 USD by money_order, for nobody named"),
        (
            "/v1/orders",
            [{"id": "101", "currency": "USD", "lines": [LINE], "postage_minor": 480}],
            200,
            {},
            "order 101: 66.80 USD",
        ),
        (
            "/v1/orders/101/changes",
            CHANGE,
            201,
            DONE,
            "cancel 1 of INK; costs 31.00 USD less; 31.00 USD goes back",
        ),
        ("/v1/orders/101/changes", CHANGE, 409, {"title": "no"}, "cancel 1 of INK"),
        (
            "/v1/orders/101/changes",
            {"kind": "merge", "orders": ["102"]},
            201,
            {"currency": "JPY", "delta_minor": 900},
            "merge with 102; costs 900 JPY more",
        ),
        ("/v1/messages", {"body": "Where is it?"}, 201, {}, ""),
    ],
)
def test_a_call_says_what_it_did_with_which_sums(path, body, status, answer, said):
    request = Request(method="PUT" if isinstance(body, list) else "POST", path=path, body=body)
    assert money_words(request, ApiResponse(status, answer)) == said


def test_what_is_read_says_nothing_of_money():
    assert money_words(Request(method="GET", path="/v1/orders"), ApiResponse(200, [])) == ""


def test_an_account_says_all_that_is_not_nothing():
    account = {"currency": "USD", "balance_minor": -500, "due_minor": 500, "free_minor": 0, "at_bank_minor": None}
    assert account_words(account) == "balance -5.00 USD, due 5.00 USD"
    assert account_words({"currency": "USD", "balance_minor": 0}) == "nothing owed in USD"
