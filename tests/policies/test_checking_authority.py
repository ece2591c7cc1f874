"""Who may grant what, tried: what is found, with a grant that shows it, and nothing where nothing is wrong."""

import json

import pytest
from typer.testing import CliRunner

from makegood.cli import app
from makegood.policies.checking_authority import try_authority
from makegood.policies.grant_words import example_of, sum_words
from makegood.policies.rules.conditions import numbers_said
from makegood.policies.rules.grant_samples import grant_samples
from makegood.policies.rules.grant_situations import Past, TroubleKind
from makegood.policies.rules.values import GRANTABLE, Authority, Besides, Grantor, Per, RemedyKind, Span
from tests.policies.asked import DAY, NOON
from tests.policies.granted import EVERYBODY, WORTH, authority_of, granted, holds, lets, limits, seconds
from tests.policies.test_reading import GRANTS

CUSTOMER, HELPER, LEAD = ((each,) for each in (Grantor.CUSTOMER, Grantor.HELPER, Grantor.LEAD))
REFUND = (RemedyKind.REFUND,)
LEADS = lets("leads", LEAD)


def tried(*rules, currency="USD", worth=WORTH):
    return try_authority(authority_of(*rules, worth=worth), currency=currency)


def found(*rules, **members):
    """The places and reasons of what is found, problems with a mark."""
    return [f"{'✗ ' if each.is_problem else ''}{each.place}: {each.reason}" for each in tried(*rules, **members).found]


def test_nothing_is_found_where_nothing_is_wrong():
    month = limits("month", HELPER, up_to=900, words=None)
    assert found(LEADS, lets("helpers", HELPER, up_to=500), month) == []


def test_who_is_let_in_how_many_samples():
    trial = tried(LEADS, lets("lost", HELPER, remedies=REFUND, when="trouble.kind == 'lost'"), seconds("dear", LEAD))
    assert trial.samples == sum(count for _, count in trial.samples_of) > len(GRANTABLE) * 100
    counted = {(grantor, remedy): (allowed, second) for grantor, remedy, allowed, second in trial.may}
    assert counted[Grantor.LEAD, Besides.CREDIT][0] == dict(trial.samples_of)[Besides.CREDIT]
    assert 0 < counted[Grantor.LEAD, REFUND[0]][1] < counted[Grantor.LEAD, REFUND[0]][0]
    assert counted[Grantor.HELPER, REFUND[0]][0] > 0
    assert counted[Grantor.HELPER, Besides.CREDIT] == counted[Grantor.TOKEN, REFUND[0]] == (0, 0)
    by = {each.rule.name: each for each in trial.rules}
    assert [by[name].table for name in ("leads", "lost", "dear")] == ["grants", "grants", "seconds"]
    assert by["lost"].decided == counted[Grantor.HELPER, REFUND[0]][0]
    assert by["dear"].decided > 0


@pytest.mark.parametrize(
    "when",
    [
        "trouble.days_since_due == 901",
        "trouble.days_since_delivered > 77 && trouble.kind == 'damaged'",
        "customer.remedies_12_months * 2 >= customer.parcels_12_months && customer.remedies_12_months > 3",
        "customer.tier == 'platinum'",
        "'fraud' in customer.labels && grant.unit_count >= 40",
        "grant.cost_worth > 123400",
        "grant.currency == 'SEK'",
        "trouble.is_self_reported && trouble.kind == 'not_received' && grant.refund_minor > 0",
        "grant.costs.exists(each, each.currency == 'XTS')",
        "trouble.days_since_due != null && trouble.days_since_due < 0",
    ],
)
def test_what_a_rule_names_is_tried(when):
    assert found(LEADS, lets("helpers", HELPER), holds("held", HELPER, when=when), limits("l", HELPER, count=9)) == [
        "l: has no words in es; whoever reads that is told in English, and that it is English",
        "held: has no words in es; whoever reads that is told in English, and that it is English",
    ]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            [lets("never", HELPER, when="customer.order_count > 5 && customer.order_count < 5")],
            "lets nobody in any of",
        ),
        (
            [lets("helpers", HELPER), lets("never", HELPER, remedies=REFUND)],
            "never counts: helpers before it let the same",
        ),
        (
            [
                lets("all", HELPER, up_to=500),
                lets("never", HELPER, up_to=100),
                limits("l", HELPER, up_to=1, words=None),
            ],
            "never counts: all before it let the same already",
        ),
        ([lets("helpers", HELPER), holds("never", HELPER, when="grant.unit_count < 0")], "counts in none of"),
        (
            [holds("never", HELPER, when="trouble.kind == 'lost'")],
            "changes nothing: in no sample where it counts would",
        ),
        ([lets("helpers", HELPER), seconds("never", CUSTOMER)], "changes nothing: in no sample where it counts would"),
        ([lets("helpers", HELPER), limits("never", HELPER, count=9, when="false", words=None)], "counts in none of"),
    ],
)
def test_a_rule_that_never_counts_is_noticed(rules, said):
    notices = [each for each in found(LEADS, *rules) if "no words" not in each]
    assert [each.startswith(f"never: {said}") for each in notices] == [True], notices


def test_a_rule_that_is_for_more_people_than_the_one_before_it_counts():
    assert found(LEADS, lets("helpers", HELPER), lets("all", (*HELPER, *CUSTOMER), remedies=REFUND)) == []


def test_what_is_let_and_forbidden_in_every_sample_is_a_contradiction():
    rules = (
        LEADS,
        lets("small", (*CUSTOMER, *HELPER), when="trouble.days_since_due > 400"),
        holds("old", CUSTOMER, when="trouble.days_since_due > 180"),
    )
    problems = [each for each in tried(*rules).found if each.is_problem and "forbidden" in each.reason]
    (problem,) = problems
    assert problem.place == "small"
    assert "lets a customer are forbidden by old; drop one of them" in problem.reason
    assert "due 401 days ago" in problem.example


@pytest.mark.parametrize(
    ("rules", "who"),
    [
        ([lets("helpers", HELPER, up_to=500)], "no rule lets anybody"),
        ([LEADS, holds("stop", EVERYBODY, when="trouble.is_self_reported")], "stop leaves nobody"),
        ([LEADS, limits("month", EVERYBODY, up_to=10)], "month leaves nobody"),
        (
            [LEADS, lets("helpers", HELPER), holds("a", HELPER, when="true"), holds("b", LEAD, when="true")],
            "a and b leave nobody",
        ),
    ],
)
def test_what_was_never_received_somebody_has_to_be_able_to_pay_back(rules, who):
    kept = [each for each in tried(*rules).found if each.place == "grants"]
    assert all(each.is_problem and "2011/83/EU, art. 18(3)" in each.reason for each in kept)
    assert who in {each.reason.partition(" who may")[0] for each in kept}
    assert all(each.example.startswith("refund of") for each in kept)


def test_asking_a_person_keeps_nothing_back():
    rules = (LEADS, lets("all", EVERYBODY), holds("ask", (*CUSTOMER, *HELPER), when="trouble.kind == 'lost'"))
    assert [each for each in found(*rules) if each.startswith("✗")] == []


def test_a_limit_that_is_passed_in_two_steps_is_noticed():
    rule = lets("small", (*CUSTOMER, *HELPER), remedies=REFUND, up_to=150)
    (notice,) = tried(LEADS, rule).found
    assert (notice.place, notice.is_problem) == ("small", False)
    assert notice.reason.startswith("its up_to can be passed in two steps by customer, helper: no limit says")
    assert notice.example == "a customer grants refund for 150.00 USD, and an hour later again: 300.00 USD"
    backed = limits("month", CUSTOMER, up_to=400, words=None)
    (notice,) = tried(LEADS, rule, backed).found
    assert "by helper:" in notice.reason
    by_grantor = limits("mine", HELPER, per=Per.GRANTOR, up_to=400, words=None)
    assert [each.place for each in tried(LEADS, rule, backed, by_grantor).found] == ["small"]
    assert found(LEADS, rule, limits("month", (*CUSTOMER, *HELPER), count=2, remedies=REFUND, words=None)) == []


def test_a_shop_whose_currency_has_no_worth_is_told():
    rules = (LEADS, lets("helpers", HELPER, up_to=500), limits("month", HELPER, up_to=900, words=None))
    (problem,) = (each for each in tried(*rules, currency="SEK").found if each.is_problem)
    assert problem.place == "worth"
    assert problem.reason == "it has no SEK, the shop's own currency, so that helpers let nobody in it"
    assert found(LEADS, currency="SEK") == []


def test_a_condition_that_fails_is_a_problem_and_an_unknown_sum_is_none():
    rules = (LEADS, lets("helpers", HELPER, when="trouble.days_since_delivered > 3"))
    (problem,) = tried(*rules).found
    assert (problem.place, problem.is_problem) == ("helpers", True)
    assert "it can't be evaluated, and so lets nobody: when: No such overload" in problem.reason
    assert problem.example.startswith("send_faster of 1 for what was lost")


def test_numbers_that_are_asked_for():
    text = "trouble.days_since_due > 180 && 3 <= customer.order_count || grant.unit_count + 1 == 0x10"
    assert list(numbers_said(text)) == [("trouble.days_since_due", 180), ("customer.order_count", 3)]


def test_samples_are_always_the_same_ones():
    authority = authority_of(LEADS, limits(up_to=5, count=2), limits("g", per=Per.GRANTOR, count=3))
    one, other = (list(grant_samples(authority, currency="USD")) for _ in range(2))
    assert one == other
    assert {each.grant.remedy for each in one} == set(GRANTABLE)
    assert {each.trouble.kind for each in one} == set(TroubleKind)
    assert list(grant_samples(Authority(), currency="JPY"))


def test_an_example_says_all_that_decides():
    span = Span(per=Per.CUSTOMER, days=30)
    situation = granted(
        RemedyKind.REFUND,
        ("USD", 125_001),
        ("JPY", 500),
        trouble={"due_at": NOON + 2 * DAY, "is_self_reported": True},
        customer={"order_count": 4},
        past={(span, None): Past(worth=45_000, count=3)},
    )
    assert example_of(situation) == (
        "refund of 1 for what was lost, which costs 1,250.01 USD and 500 JPY, due in 2 days, "
        "nobody but the customer says so, for a customer with 4 orders, 0 remedies and 0 parcels in twelve months, "
        "450 in 3 grants to this customer within 30 days before"
    )
    assert sum_words(1_500, "KWD") == "1.500 KWD"


def test_the_command_says_who_may_grant_what(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(
        GRANTS.replace("trouble.days_since_due > 180", "trouble.days_since_due != null && trouble.days_since_due > 180")
    )
    told = CliRunner().invoke(app, ["policy", "check", str(file)])
    assert told.exit_code == 0, told.stdout
    for words in (
        "who may grant what, of ",
        "    customer: nothing",
        "grants: helper, token, refund, credit, up to 500 each time; decides in ",
        "limits: helper, every remedy, up to 900 in sum and 3 times in 30 days per customer; decides in ",
        "holds: helper, every remedy, never alone; decides in ",
        "because: Nobody can look it up.",
        "seconds: lead, every remedy, a second person above 1000; decides in ",
        "notice: helpers: its up_to can be passed in two steps by token",
    ):
        assert words in told.stdout


def test_the_command_says_it_to_machines(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(GRANTS)
    told = CliRunner().invoke(app, ["policy", "check", str(file), "--json"])
    assert told.exit_code == 1
    report = json.loads(told.stdout)
    (problem,) = report["problems"]
    assert problem["place"].endswith("long-past")
    assert "; for example: " in problem["reason"]
    authority = report["versions"][0]["authority"]
    assert authority["worth"] == {"USD": 100, "JPY": 150}
    assert authority["may"]["customer"]["refund"] == {"allowed": 0, "with_second": 0}
    rules = {each["name"]: each for each in authority["rules"]}
    assert (rules["in-a-month"]["table"], rules["in-a-month"]["per"], rules["in-a-month"]["count"]) == (
        "limits",
        "customer",
        3,
    )
    assert {each["place"] for each in authority["found"]} == {"long-past", "helpers", "in-a-month"}
