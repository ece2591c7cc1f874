"""What is wrong, in one sentence for all orders that are in trouble."""

from dataclasses import replace

from makegood.replies.truths import what_is_wrong
from tests.replies.test_wording import STALLED


def test_orders_are_counted_and_not_their_deliveries():
    here = replace(STALLED, state="not_shipped", left_on=None, last_scan_date=None, at_risk=True)
    again, other = replace(here, is_replacement=True), replace(here, order_reference="10512")
    assert what_is_wrong([here]) == "Your order hasn’t left us yet, and it should have."
    assert what_is_wrong([here, again]) == "Part of your order hasn’t left us yet, and it should have."
    assert what_is_wrong([here, other]) == "Two of your orders haven’t left us yet, and they should have."
    assert "haven’t left us completely" in what_is_wrong([here, again, other])
