"""Who may grant what without asking."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money.rules import Money
from makegood.policies.rules.grant_situations import ClaimingCustomer, Past, TroubleSituation
from makegood.policies.rules.values import UNKNOWN, Grantor, RemedyKind
from makegood.remedies.rules.authority import (
    WHY,
    Claims,
    NotYoursToGrant,
    Spent,
    check_authority,
    granting_of,
    may_alone,
    proposed_grant,
    withheld_reason,
    withheld_words,
)
from makegood.staff.rules import Standpoint
from tests.policies.asked import NOON, WORDS
from tests.policies.granted import authority_of, holds, lets, limits, seconds

AGAIN = RemedyKind.SEND_AGAIN
HELPERS = (Grantor.HELPER,)


def usd(minor):
    return Money(amount_minor=minor, currency="USD")


def granting(*rules, spent=()):
    return granting_of(
        authority_of(*rules),
        proposed_grant(AGAIN, [usd(100)]),
        trouble=TroubleSituation(),
        claims=Claims(customer=ClaimingCustomer(), spent=tuple(spent)),
        now=NOON,
    )


def test_what_no_rule_lets_nobody_may():
    assert may_alone(granting()) == ()
    assert may_alone(granting(lets(who=HELPERS, remedies=(RemedyKind.REFUND,)))) == ()


def test_who_needs_a_second_person_may_not_alone():
    both = (lets(who=HELPERS), lets("leads", who=(Grantor.LEAD,)), seconds(who=HELPERS, above=0))
    assert may_alone(granting(*both)) == (Standpoint.LEAD,)
    with pytest.raises(NotYoursToGrant, match="a second person has to agree \\('seconds'\\)"):
        check_authority(granting(*both), remedy=AGAIN, standpoints=[Standpoint.HELPER])


def test_all_that_have_to_be_allowed_it_are_asked():
    asked = granting(lets(who=HELPERS))
    check_authority(asked, remedy=AGAIN, standpoints=[Standpoint.HELPER])
    with pytest.raises(NotYoursToGrant) as refused:
        check_authority(asked, remedy=AGAIN, standpoints=[Standpoint.TOKEN, Standpoint.HELPER])
    assert (refused.value.standpoint, refused.value.may_grant) == (Standpoint.TOKEN, (Standpoint.HELPER,))
    assert refused.value.members == {"may_grant": ["helper"], "rule": "grants:send_again"}


@pytest.mark.parametrize("standpoint", list(Standpoint))
def test_whoever_is_refused_reads_the_same_words(standpoint):
    asked = granting(lets(who=tuple(Grantor), up_to=0))
    said = str(NotYoursToGrant(standpoint, AGAIN, asked))
    assert said == (
        f"send_again is not a {standpoint.value}'s to grant: it costs more than they may grant at once; "
        "who may: nobody; a lead can change the policy"
    )


def test_why_it_is_withheld_is_said_in_the_policys_own_words():
    month = limits(who=HELPERS, up_to=0)
    spent = [Spent(span=month.span, grantor=None, past=Past())]
    limited = granting(lets(who=HELPERS), month, spent=spent)
    assert "passes the limit 'limits'" in str(NotYoursToGrant(Standpoint.HELPER, AGAIN, limited))
    assert withheld_words(limited, Standpoint.HELPER) == WORDS
    held = granting(lets(who=HELPERS), holds(who=HELPERS))
    assert withheld_reason(held, Standpoint.HELPER)[1] == "Look at it."
    assert "Look at it. ('holds')" in str(NotYoursToGrant(Standpoint.HELPER, AGAIN, held))
    let = granting(lets(who=HELPERS))
    assert (withheld_reason(let, Standpoint.HELPER), withheld_words(let, Standpoint.HELPER)) == (None, None)


def test_every_reason_has_words():
    for because, say in WHY.items():
        decision = granting(holds(who=HELPERS)).of(Grantor.HELPER)
        withheld = (replace(decision.withheld[0], because=because),)
        assert say(replace(decision, withheld=withheld)).strip()


@given(
    st.integers(UNKNOWN, 10**6),
    st.integers(0, 50),
    st.lists(st.tuples(st.sampled_from(["USD", "JPY", "XAF"]), st.integers(0, 10**6)), max_size=3),
)
def test_what_is_granted_besides_is_added_and_what_nobody_knows_stays_unknown(worth, count, sums):
    month = limits()
    claims = Claims(
        customer=ClaimingCustomer(), spent=(Spent(span=month.span, grantor=None, past=Past(worth=worth, count=count)),)
    )
    authority = authority_of(month)
    (then,) = claims.and_then(authority, [Money(amount_minor=minor, currency=code) for code, minor in sums]).spent
    unknown = worth == UNKNOWN or any(code == "XAF" for code, _ in sums)
    assert then.past.count == count + 1
    assert then.past.worth == (UNKNOWN if unknown else worth + authority.worth_of(sums))
