"""Who may grant what without asking."""

import pytest

from makegood.money.rules import Money
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.rules.authority import NotYoursToGrant, standpoints_that_may
from makegood.staff.rules import Standpoint
from tests.remedies.situations import limit

AGAIN = RemedyKind.SEND_AGAIN


def may(*limits, **costs):
    return standpoints_that_may(
        limits,
        remedy=AGAIN,
        costs=[Money(amount_minor=minor, currency=currency) for currency, minor in (costs or {"USD": 100}).items()],
    )


def test_no_row_no_authority():
    assert may() == ()
    assert may(limit(Standpoint.HELPER, RemedyKind.REFUND, None, "*")) == ()
    assert may(limit(Standpoint.HELPER, AGAIN, 100, "EUR")) == ()


@pytest.mark.parametrize(("up_to", "allowed"), [(99, False), (100, True), (101, True), (None, True)])
def test_the_limit_itself_is_within_it(up_to, allowed):
    assert may(limit(Standpoint.HELPER, AGAIN, up_to)) == ((Standpoint.HELPER,) if allowed else ())


def test_any_currency_is_any_currency_but_its_own_row_comes_first():
    star = limit(Standpoint.LEAD, AGAIN, None, "*")
    assert may(star, JPY=10**9) == (Standpoint.LEAD,)
    assert may(star, limit(Standpoint.LEAD, AGAIN, 5), USD=6) == ()


def test_each_currencys_sum_is_held_to_its_own_limit():
    both = (limit(Standpoint.HELPER, AGAIN, 100), limit(Standpoint.HELPER, AGAIN, 50, "EUR"))
    assert may(*both, USD=100, EUR=50) == (Standpoint.HELPER,)
    assert may(*both, USD=100, EUR=51) == ()
    assert may(both[0], USD=100, EUR=1) == ()


def test_people_and_programs_are_judged_alike_and_named_in_order():
    limits = [limit(who, AGAIN, 100) for who in reversed(Standpoint)]
    assert may(*limits) == tuple(Standpoint)


def test_who_is_refused_hears_who_may():
    error = NotYoursToGrant(Standpoint.CUSTOMER, AGAIN, [Standpoint.HELPER, Standpoint.LEAD])
    assert str(error).endswith("can be granted by: helper, lead")
    assert "nobody yet" in str(NotYoursToGrant(Standpoint.CUSTOMER, AGAIN, []))
