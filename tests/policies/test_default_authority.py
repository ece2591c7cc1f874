"""Who may grant what in a shop that has not said so."""

from dataclasses import replace

import pytest

from makegood.policies.rules.grant_situations import Past
from makegood.policies.rules.granting import WithheldFor, decide_grant
from makegood.policies.rules.values import GRANTABLE, Besides, Grantor, RemedyKind
from tests.policies.asked import DAY, NOON, the_policy
from tests.policies.granted import granted

AUTHORITY = the_policy().authority
# The sums alone, without what is stricter.
SUMS = replace(AUTHORITY, limits=(), holds=(), seconds=())
CURRENCIES = [currency for currency, _ in AUTHORITY.worth]
NOTHING_BEFORE = {(span, None): Past() for span in AUTHORITY.spans}


@pytest.mark.parametrize(
    ("remedies", "sums"),
    [
        (tuple(RemedyKind), {Grantor.CUSTOMER: 150, Grantor.HELPER: 500, Grantor.TOKEN: 500}),
        ((Besides.CREDIT,), {Grantor.HELPER: 50, Grantor.TOKEN: 50}),
    ],
)
@pytest.mark.parametrize("currency", CURRENCIES)
def test_its_sums_hold_to_the_cent_in_every_currency(currency, remedies, sums):
    for remedy in remedies:
        for over in (0, 1):
            for grantor in Grantor:
                one = dict(AUTHORITY.worth)[currency]
                cost = (currency, sums.get(grantor, 0) * one + over)
                may = grantor in decide_grant(SUMS, granted(remedy, cost, currency=currency)).may
                assert may is (grantor is Grantor.LEAD or (grantor in sums and not over)), (remedy, grantor, cost)


def test_what_costs_something_in_a_currency_it_does_not_know_is_a_leads():
    for sums in ([("XAF", 1)], [("USD", 1), ("XAF", 1)]):
        assert decide_grant(SUMS, granted(RemedyKind.REFUND, *sums)).may == (Grantor.LEAD,)


def test_every_remedy_that_there_is_can_be_granted_by_whoever_helps():
    for remedy in GRANTABLE:
        may = decide_grant(AUTHORITY, granted(remedy, ("USD", 1), past=NOTHING_BEFORE)).may
        assert {Grantor.HELPER, Grantor.TOKEN, Grantor.LEAD} <= set(may)
        assert (Grantor.CUSTOMER in may) is isinstance(remedy, RemedyKind)
        assert Grantor.POLICY not in may


def test_what_was_due_long_ago_a_customer_is_not_granted_alone():
    def at(days, remedy=RemedyKind.REFUND):
        return decide_grant(AUTHORITY, granted(remedy, trouble={"due_at": NOON - days * DAY}, past=NOTHING_BEFORE))

    assert at(180).may == (Grantor.CUSTOMER, Grantor.HELPER, Grantor.LEAD, Grantor.TOKEN)
    assert at(181).may == (Grantor.HELPER, Grantor.LEAD, Grantor.TOKEN)
    (withheld,) = at(181).of(Grantor.CUSTOMER).withheld
    assert (withheld.rule, withheld.because) == ("long-past", WithheldFor.HOLD)
    assert {language for language, _ in withheld.words.by_language} == {"en", "fr", "es"}
    never_due = granted(trouble={"due_at": None}, past=NOTHING_BEFORE)
    assert Grantor.CUSTOMER in decide_grant(AUTHORITY, never_due).may


@pytest.mark.parametrize(
    ("before", "may"),
    [
        (35_000, (Grantor.CUSTOMER, Grantor.HELPER, Grantor.LEAD, Grantor.TOKEN)),
        (35_001, (Grantor.HELPER, Grantor.LEAD, Grantor.TOKEN)),
        (140_001, (Grantor.LEAD,)),
    ],
)
def test_what_one_customer_is_granted_in_a_month_has_an_end(before, may):
    past = {(span, None): Past(worth=before, count=3) for span in AUTHORITY.spans}
    assert decide_grant(AUTHORITY, granted(past=past)).may == may


def test_no_second_person_is_asked_for():
    granting = decide_grant(AUTHORITY, granted(Besides.CREDIT, ("USD", 10**9), past=NOTHING_BEFORE))
    assert (granting.may, granting.needs_second) == ((Grantor.LEAD,), ())
