"""Policy files: what is wrong is refused with file, line, place and the way out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from makegood.policies.reading import SHIPPED, BadPolicy, PolicyUnreadable, read_policies
from makegood.policies.rules.values import (
    Authority,
    Besides,
    ChangeKind,
    Grantor,
    GrantRule,
    HoldRule,
    LimitRule,
    NamedValue,
    Per,
    RemedyKind,
    SecondRule,
    Words,
)

GOOD = """
schema = "policy/1"
name = "Shop"

[[version]]
effective_from = 2026-01-01
offers = ["cancel", "return"]

[version.values]
days = "order.days_since_placed"

[[version.rules]]
name = "in-time"
changes = ["cancel"]
requires = "days <= 3"
words.en = "Too late."
words.fr = "Trop tard."
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="policy.toml"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def problems_of(file, zone="UTC"):
    with pytest.raises(BadPolicy) as bad:
        read_policies(file, zone=zone)
    return [str(each).removeprefix(f"{file.parent}/") for each in bad.value.problems]


def test_a_file_becomes_a_policy(written):
    (policy,) = read_policies(written(GOOD), zone="Europe/Paris")
    assert policy.name == "Shop"
    assert policy.effective_from == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert policy.offers == (ChangeKind.CANCEL, ChangeKind.RETURN)
    assert policy.values == (NamedValue(name="days", expression="order.days_since_placed"),)
    (rule,) = policy.rules
    assert (rule.name, rule.requires, rule.words.by_language) == (
        "in-time",
        "days <= 3",
        (("en", "Too late."), ("fr", "Trop tard.")),
    )


def test_versions_of_several_files_stand_by_when_they_begin(written):
    later = GOOD.replace("2026-01-01", "2026-07-01T09:00:00+02:00")
    second = GOOD[GOOD.index("[[version]]") :].replace("2026-01-01", "2026-03-01")
    folder = written(later, "a.toml").parent
    written(GOOD + second, "b.toml")
    written("not a policy", "notes.txt")
    assert [each.effective_from for each in read_policies(folder, zone="UTC")] == [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 7, 1, 7, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Shop"', "name = Shop", "policy.toml:3: it is not TOML: Invalid value"),
        ('name = "Shop"', "name = 7", "policy.toml: name: input should be a valid string, and it is '7'"),
        (
            '"policy/1"',
            '"policy/9"',
            "policy.toml: schema: 'policy/9' is another schema; this version reads \"policy/1\"",
        ),
        ('name = "Shop"', "", "policy.toml: name: it is missing; write it"),
        ("effective_from = 2026-01-01", "", "policy.toml:5: version 1 effective_from: it is missing; write it"),
        ("2026-01-01", '"2026-01-01"', "policy.toml:5: version 1 effective_from: write a day or an instant of TOML"),
        ('offers = ["cancel", ', 'offers = ["stop", ', "policy.toml:5: version 1 offers 1: there is no change 'stop'"),
        ('offers = ["cancel", ', 'offers = ["return", ', "policy.toml:5: version 1 offers: return stands here twice"),
        ("requires =", "require =", "policy.toml:12: version 1 rules 1 require: there is no key 'require' here"),
        ('requires = "days <= 3"', "", "policy.toml:12: version 1 in-time: it asks for nothing; write requires, until"),
        ('"days <= 3"', "3", "policy.toml:12: version 1 rules 1 requires: input should be a valid string"),
        ('"days <= 3"', '"dys <= 3"', "policy.toml:12: version 1 in-time.requires: column 1: there is no 'dys'"),
        ('"days <= 3"', '"days <="', "policy.toml:12: version 1 in-time.requires: column 1: it is no CEL: line 1"),
        ('["cancel"]', "[]", "policy.toml:12: version 1 rules 1 changes: it is empty; write at least one"),
        ('["cancel"]', '["merge"]', "policy.toml:12: version 1 in-time: merge is not offered, so it is never asked"),
        (
            'words.en = "Too late."',
            'words.en = " "',
            "policy.toml:12: version 1 rules 1 words en: it is empty; write something",
        ),
        ('words.en = "Too late."', "", "policy.toml:12: version 1 rules 1 words en: it is missing; write it"),
        ("words.fr", "words.de", "policy.toml:12: version 1 rules 1 words de: there is no key 'de' here"),
        ('"in-time"', '"In time"', "policy.toml:12: version 1 rules 1 name: 'In time' is no name; write small letters"),
        ("days =", "day =", "policy.toml:5: version 1 values.day: it is a name of ours; choose another"),
        ('"order.days_since_placed"', '"1.5"', "policy.toml:5: version 1 values.days: column 1: 1.5 is a fraction"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(written, old, new, said):
    assert old in GOOD
    assert problems_of(written(GOOD.replace(old, new, 1)))[0].startswith(said)


def test_all_that_is_wrong_is_listed_and_the_error_is_one_line(written):
    file = written(GOOD.replace("days <= 3", "dys <= 3.5").replace('"return"', '"returns"'))
    assert len(problems_of(file)) == 1, "the shape comes first"
    file = written(GOOD.replace("days <= 3", "dys <= 3.5"))
    assert len(problems_of(file)) == 2
    with pytest.raises(
        BadPolicy, match=r"^.*3\.5 is a fraction.*\(and 1 more; makegood policy check lists all\)$"
    ) as bad:
        read_policies(file, zone="UTC")
    assert "\n" not in str(bad.value)


def test_two_rules_of_one_name(written):
    rule = GOOD[GOOD.index("[[version.rules]]") :]
    assert problems_of(written(GOOD + rule)) == [
        "policy.toml:18: version 1 in-time: another rule has this name; a refusal is known by it, so give each its own"
    ]


def test_two_versions_that_begin_at_once(written):
    written(GOOD, "a.toml")
    (problem,) = problems_of(written(GOOD, "b.toml").parent)
    assert "another version begins at that instant too" in problem


def test_a_value_knows_those_before_it_alone(written):
    file = written(GOOD.replace('days = "', 'twice = "days * 2"\ndays = "'))
    assert "values.twice: column 1: there is no 'days'" in problems_of(file)[0]


def test_what_cannot_be_read(tmp_path, written):
    with pytest.raises(PolicyUnreadable, match="no policy lies in this folder"):
        read_policies(tmp_path, zone="UTC")
    with pytest.raises(PolicyUnreadable, match="No such file"):
        read_policies(tmp_path / "gone.toml", zone="UTC")
    file = written("")
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyUnreadable, match="UTF-8"):
        read_policies(file, zone="UTC")


def test_the_shipped_policy_is_as_old_as_any_order():
    (policy,) = read_policies(SHIPPED, zone="UTC")
    assert policy.effective_from - timedelta(days=1) < datetime.combine(date(2000, 1, 1), datetime.min.time(), UTC)


GRANTS = (
    GOOD
    + """
[version.worth]
USD = 100
JPY = 150

[[version.grants]]
name = "helpers"
who = ["helper", "token"]
remedies = ["refund", "credit"]
when = "trouble.kind == 'lost'"
up_to = 500

[[version.grants]]
name = "leads"
who = ["lead"]

[[version.limits]]
name = "in-a-month"
who = ["helper"]
per = "customer"
days = 30
up_to = 900
count = 3
words.en = "Somebody will look at it."

[[version.holds]]
name = "long-past"
who = ["helper"]
when = "trouble.days_since_due > 180"
because = "Nobody can look it up."

[[version.seconds]]
name = "dear"
who = ["lead"]
above = 1000
"""
)


def test_who_may_grant_what_is_read(written):
    (policy,) = read_policies(written(GRANTS), zone="UTC")
    helper, lead = (Grantor.HELPER,), (Grantor.LEAD,)
    assert policy.authority == Authority(
        worth=(("USD", 100), ("JPY", 150)),
        grants=(
            GrantRule(
                name="helpers",
                who=(Grantor.HELPER, Grantor.TOKEN),
                remedies=(RemedyKind.REFUND, Besides.CREDIT),
                when="trouble.kind == 'lost'",
                up_to=500,
            ),
            GrantRule(name="leads", who=lead),
        ),
        limits=(
            LimitRule(
                name="in-a-month",
                who=helper,
                per=Per.CUSTOMER,
                days=30,
                up_to=900,
                count=3,
                words=Words((("en", "Somebody will look at it."),)),
            ),
        ),
        holds=(
            HoldRule(
                name="long-past", who=helper, when="trouble.days_since_due > 180", because="Nobody can look it up."
            ),
        ),
        seconds=(SecondRule(name="dear", who=lead, above=1000),),
    )


def test_where_a_version_does_not_say_who_may_grant_what_ours_counts(written):
    (shipped,) = read_policies(SHIPPED, zone="UTC")
    (policy,) = read_policies(written(GOOD), zone="UTC")
    assert policy.authority == shipped.authority
    (policy,) = read_policies(written(GOOD.replace("[version.values]", "grants = []\n[version.values]")), zone="UTC")
    assert policy.authority == Authority()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"refund", ', '"refnd", ', "policy.toml:23: version 1 grants 1 remedies 1: there is no remedy 'refnd'; there"),
        ('["lead"]\n\n', '["boss"]\n\n', "policy.toml:30: version 1 grants 2 who 1: there is no grantor 'boss'; there"),
        ('["lead"]\n\n', "[]\n\n", "policy.toml:30: version 1 grants 2 who: it is empty; write at least one"),
        ('["lead"]\n\n', '["lead", "lead"]\n\n', "policy.toml:30: version 1 grants 2 who: lead stands here twice"),
        ("up_to = 500", "up_to = 500.0", "policy.toml:23: version 1 grants 1 up_to: input should be a valid integer"),
        ("JPY = 150", "YEN = 150", "policy.toml:5: version 1 worth YEN [key]: 'YEN' is no current code of ISO 4217"),
        ("JPY = 150", "JPY = 0", "policy.toml:5: version 1 worth JPY: input should be greater than or equal to 1"),
        (
            '"customer"',
            '"order"',
            "policy.toml:34: version 1 limits 1 per: there is no sum per 'order'; there are: customer",
        ),
        ("up_to = 900\ncount = 3\n", "", "policy.toml:34: version 1 in-a-month: it limits nothing; write up_to, count"),
        ('because = "Nob', 'why = "Nob', "policy.toml:43: version 1 holds 1 because: it is missing; write it"),
        (
            'when = "trouble.days_since_due > 180"',
            "",
            "policy.toml:43: version 1 holds 1 when: it is missing; write it",
        ),
        ("'lost'", "'gone'", "policy.toml:23: version 1 helpers.when: column 17: trouble.kind is never 'gone'"),
        ("_since_due", "_late", "policy.toml:43: version 1 long-past.when: column 1: there is no 'trouble.days_late'"),
        ("trouble.kind ==", "days ==", "policy.toml:23: version 1 helpers.when: column 1: there is no 'days'"),
        ('"dear"', '"in-time"', "policy.toml:49: version 1 in-time: another rule has this name; a refusal is known"),
        (
            "USD = 100\nJPY = 150\n",
            "",
            "policy.toml:21: version 1 helpers: up_to is in the policy's own measure; write",
        ),
    ],
)
def test_what_is_wrong_about_grants_is_said_with_its_place(written, old, new, said):
    assert old in GRANTS
    assert problems_of(written(GRANTS.replace(old, new, 1)))[0].startswith(said)


def test_how_far_grants_go_is_nothing_where_nobody_may_grant(written):
    start, end = GRANTS.index("[[version.grants]]"), GRANTS.index("[[version.limits]]")
    (problem,) = problems_of(written(GRANTS[:start] + GRANTS[end:]))
    assert problem.startswith("policy.toml:5: version 1 grants: it says how far grants go, and not who may grant")
