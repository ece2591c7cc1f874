"""Addresses that answers come back to: whole they prove one thing, changed in any way nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.channels.addresses import Bound, bounce_address, bound_by, is_for_us, reply_address

NUMBERS = st.integers(min_value=1, max_value=2**63 - 1)


@pytest.fixture(autouse=True)
def shop(settings):
    settings.MAIL_REPLY_TO = "help@shop.example"
    settings.SECRET_KEY = "one"
    settings.SECRET_KEY_FALLBACKS = []


@given(NUMBERS, NUMBERS)
def test_an_answer_says_whose_letter_it_answers_in_any_case_of_letters(customer_id, case_number):
    address = reply_address(customer_id=customer_id, case_number=case_number)
    bound = frozenset({Bound(customer_id=customer_id, case_number=case_number)})
    assert bound_by([address]) == bound_by([address.upper()]) == bound
    assert bound_by([f"Shop <{address}>"]) == bound
    assert len(address.partition("@")[0]) <= 64


@given(NUMBERS)
def test_a_failure_says_which_message_failed(message_id):
    address = bounce_address(message_id=message_id)
    assert bound_by([address]) == {Bound(message_id=message_id)}
    assert len(address.partition("@")[0]) <= 64


def test_without_a_case_it_is_the_customers_alone():
    assert bound_by([reply_address(customer_id=7, case_number=None)]) == {Bound(customer_id=7)}


def test_every_changed_letter_proves_nothing():
    address = reply_address(customer_id=40, case_number=41)
    start, end = address.index("+") + 1, address.index("@")
    for place in range(start, end):
        for other in "a7":
            changed = address[:place] + other + address[place + 1 :]
            assert changed == address or bound_by([changed]) == frozenset()


def test_one_kind_is_never_taken_for_another():
    reply, failure = reply_address(customer_id=40, case_number=None), bounce_address(message_id=40)
    assert bound_by([reply.replace("+r", "+b"), failure.replace("+b", "+r")]) == frozenset()


def test_a_key_that_was_replaced_still_opens_until_it_is_dropped(settings):
    address = reply_address(customer_id=7, case_number=8)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "two", ["one"]
    assert bound_by([address]) == {Bound(customer_id=7, case_number=8)}
    assert reply_address(customer_id=7, case_number=8) != address
    settings.SECRET_KEY_FALLBACKS = []
    assert bound_by([address]) == frozenset()


@pytest.mark.parametrize("address", ["", "@", "help@shop.example", "help+r1-1-aaaaaaaaaaaaaaaa@x", "+r1@x", "help+r@x"])
def test_what_proves_nothing(address):
    assert bound_by([address]) == frozenset()


def test_which_addresses_are_ours(settings):
    assert is_for_us("Help+anything@SHOP.example")
    assert is_for_us("orders@shop.example", others=("orders@shop.example",))
    assert not is_for_us("orders@shop.example")
    assert not is_for_us("help@shop.example.org")
    assert not is_for_us("")
    settings.MAIL_REPLY_TO = ""
    assert not is_for_us("")
    assert (reply_address(customer_id=1, case_number=1), bounce_address(message_id=1)) == ("", "")
