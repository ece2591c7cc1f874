"""Who may grant what in a shop that has not said so: what the table of authority begins with, and what is stricter."""

from dataclasses import replace
from itertools import pairwise

import pytest

from makegood.money.rules import Money
from makegood.policies.rules.grant_situations import Past
from makegood.policies.rules.granting import WithheldFor, decide_grant
from makegood.policies.rules.values import GRANTABLE, Besides, Grantor, RemedyKind
from makegood.remedies.rules.authority import standpoints_that_may
from makegood.remedies.situations import limits as table_of_authority
from makegood.staff.rules import Standpoint
from tests.policies.asked import DAY, NOON, the_policy
from tests.policies.granted import granted

AUTHORITY = the_policy().authority
# What is stricter than the table; the sums alone have to be the table's.
SUMS = replace(AUTHORITY, limits=(), holds=(), seconds=())
CURRENCIES = [currency for currency, _ in AUTHORITY.worth]
NOTHING_BEFORE = {(span, None): Past() for span in AUTHORITY.spans}


@pytest.mark.django_db
def test_its_sums_are_the_tables_for_everybody_everything_and_every_currency():
    table = table_of_authority()
    assert {row.currency for row in table} == {*CURRENCIES, "*"}
    compared = 0
    for remedy in GRANTABLE:
        for currency in [*CURRENCIES, "XAF"]:
            ends = {row.up_to.amount_minor for row in table if row.currency == currency and row.up_to}
            for amount_minor in sorted({0, 10**12, *(end + by for end in ends for by in (-1, 0, 1))}):
                cost = Money(amount_minor=amount_minor, currency=currency)
                told = standpoints_that_may(table, remedy=remedy, costs=[cost])
                granting = decide_grant(SUMS, granted(remedy, (currency, amount_minor), currency=currency))
                assert [each.value for each in granting.may] == [each.value for each in told], (remedy, cost)
                compared += len(Standpoint)
    assert compared > 14_000


@pytest.mark.django_db
def test_its_sums_are_the_tables_where_a_grant_costs_something_in_two_currencies():
    table = table_of_authority()
    for remedy in GRANTABLE:
        for one, other in pairwise([*CURRENCIES, "XAF"]):
            ends = [
                {row.up_to.amount_minor for row in table if row.currency == each and row.up_to} for each in (one, other)
            ]
            for amounts in ((a, b + by) for a in sorted(ends[0]) for b in sorted(ends[1]) for by in (0, 1)):
                sums = list(zip((one, other), amounts, strict=True))
                costs = [Money(amount_minor=minor, currency=currency) for currency, minor in sums]
                told = standpoints_that_may(table, remedy=remedy, costs=costs)
                granting = decide_grant(SUMS, granted(remedy, *sums, currency=one))
                assert [each.value for each in granting.may] == [each.value for each in told], (remedy, costs)


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
