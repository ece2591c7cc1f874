"""The shop's own policy, its words in every language, and the command that tries it."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from makegood import cli
from makegood.cli import app
from makegood.policies.checking import try_all
from makegood.policies.queries import shop_authority, shop_decision, shop_granting, shop_policies
from makegood.policies.reading import SHIPPED, BadPolicy, PolicyUnreadable, read_policies
from makegood.policies.rules.deciding import Allowed, RefusedFor, RuleRefusal, decide
from makegood.policies.rules.grant_situations import Past
from makegood.policies.rules.granting import Withheld, WithheldFor
from makegood.policies.rules.values import CHANGES, Authority, ChangeKind, Grantor
from makegood.policies.words import change_words, refusal_words, withheld_words
from makegood.supervising import CannotRun
from tests.policies.asked import DAY, NOON, PENDING, RETAIL, SUPPORT, WORDS, asked, item, policy_of, rule
from tests.policies.granted import granted
from tests.policies.test_reading import GOOD, GRANTS

pytestmark = pytest.mark.django_db
CHECK = ["policy", "check"]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "policy.toml"


def test_the_shipped_policy_is_in_force_where_none_is_named(settings):
    settings.POLICY = ""
    assert shop_policies() == read_policies(SHIPPED, zone=settings.SHOP_ZONE)
    assert isinstance(shop_decision(asked()), Allowed)


def test_the_settings_name_the_shops_own(settings, file):
    file.write_text(GOOD)
    settings.POLICY = str(file)
    assert [policy.name for policy in shop_policies()] == ["Shop"]
    cancel = asked(ChangeKind.CANCEL)
    assert shop_decision(cancel).rule == "in-time"
    before = replace(cancel, order=replace(cancel.order, placed_at=NOON - 900 * DAY))
    assert [each.because for each in shop_decision(before).by] == [RefusedFor.NOT_IN_FORCE]


def test_who_may_grant_what_is_the_shops_own_version_now(settings, file):
    settings.POLICY = ""
    authority = shop_authority(now=NOON)
    assert authority == read_policies(SHIPPED, zone="UTC")[0].authority
    situation = granted(past={(span, None): Past() for span in authority.spans})
    assert shop_granting(situation).may == (Grantor.CUSTOMER, Grantor.HELPER, Grantor.LEAD, Grantor.TOKEN)
    file.write_text(GRANTS)
    settings.POLICY = str(file)
    assert shop_granting(granted()).may == (Grantor.LEAD, Grantor.TOKEN)
    assert shop_granting(granted(now=NOON - 900 * DAY)).may == ()
    assert shop_authority(now=NOON - 900 * DAY) == Authority()


@pytest.mark.parametrize(
    ("kind", "otherwise", "refused_by"),
    [
        (ChangeKind.CANCEL, {"order": PENDING}, None),
        (ChangeKind.CANCEL, {"order": PENDING | {"is_packed": True}}, "before-packing"),
        (ChangeKind.CANCEL, {"order": PENDING | {"status": "cancelled"}}, "not-cancelled"),
        (ChangeKind.MERGE, {"order": PENDING}, None),
        (ChangeKind.CHANGE_ITEMS, {"order": PENDING, "items": [item(is_available=False)]}, "same-product-available"),
        (ChangeKind.CHANGE_TENDER, {"order": PENDING, "tender_is_original": True}, "another-tender"),
        (
            ChangeKind.CHANGE_TENDER,
            {"order": PENDING, "tender_is_original": False, "tender_kind": "gift_card", "tender_balance_minor": 19_999},
            "enough-on-card",
        ),
        (ChangeKind.RETURN, {}, None),
        (ChangeKind.RETURN, {"order": PENDING}, "delivered-first"),
        (ChangeKind.RETURN, {"now": NOON + 26 * DAY}, "return-days"),
        (ChangeKind.RETURN, {"tender_is_original": False}, "where-money-returns"),
        (ChangeKind.EXCHANGE, {"items": [item(is_settled=True)]}, "units-still-there"),
    ],
)
def test_the_shipped_policy_is_sensible(kind, otherwise, refused_by):
    decision = decide(shop_policies()[0], asked(kind, **otherwise))
    assert getattr(decision, "rule", None) == refused_by


def test_a_return_says_until_when():
    assert decide(shop_policies()[0], asked()).until == NOON + 26 * DAY


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_refusal_has_words(language):
    said = [refusal_words(RuleRefusal(rule="x", because=each), language=language) for each in RefusedFor]
    assert len({each.text for each in said}) == len(RefusedFor) - 1, "two mean that somebody has to look"
    own = refusal_words(RuleRefusal(rule="x", because=RefusedFor.CONDITION, words=WORDS), language=language)
    assert own.is_fallback == (language == "es")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_who_is_not_granted_something_alone_is_told_that_somebody_looks(language):
    said = withheld_words(Withheld(rule="x", because=WithheldFor.BEYOND), language=language)
    assert (bool(said.text), said.is_fallback) == (True, False)
    own = withheld_words(Withheld(rule="x", because=WithheldFor.HOLD, words=WORDS), language=language)
    assert own.is_fallback == (language == "es")


def test_every_kind_of_change_has_its_terms_and_words():
    assert set(CHANGES) == set(ChangeKind)
    assert len({change_words(kind) for kind in ChangeKind}) == len(ChangeKind)


@pytest.mark.parametrize("path", [SHIPPED, RETAIL, SUPPORT], ids=lambda path: path.stem)
def test_policies_that_we_show_pass_without_a_notice(path):
    told = CliRunner().invoke(app, [*CHECK, str(path), "--json"])
    assert told.exit_code == 0, told.stdout
    report = json.loads(told.stdout)
    assert (report["passed"], report["problems"]) == (True, [])
    (version,) = report["versions"]
    assert [each["name"] for each in version["rules"] if each["notices"]] == []


def test_the_check_says_what_each_rule_would_say(file):
    file.write_text(GOOD)
    told = CliRunner().invoke(app, [*CHECK, str(file)])
    assert told.exit_code == 0
    for words in (
        "cancel: 36 of 144 samples allowed",
        "requires days <= 3",
        "en: Too late.",
        "no words in es",
        "nothing is wrong",
    ):
        assert words in told.stdout


def test_the_check_lists_all_that_is_wrong(file):
    file.write_text(GOOD.replace("days <= 3", "dys <= 3.5"))
    told = CliRunner().invoke(app, [*CHECK, str(file), "--json"])
    assert told.exit_code == 1
    problems = json.loads(told.stdout)["problems"]
    assert [(each["line"], each["place"]) for each in problems] == [(12, "version 1 in-time.requires")] * 2
    assert "3.5 is a fraction" in CliRunner().invoke(app, [*CHECK, str(file)]).stdout


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("order['sttus'] == 'pending'", "there is no 'sttus'"),
        ("order.days_since_delivered < 3", "No such overload"),
        ("order.total_minor + 1", "requires comes to 3301, and not to true or false"),
    ],
)
def test_what_only_shows_when_it_is_evaluated_is_found(file, condition, reason):
    file.write_text(GOOD.replace("days <= 3", condition))
    told = CliRunner().invoke(app, [*CHECK, str(file), "--json"])
    assert told.exit_code == 1
    (problem,) = json.loads(told.stdout)["problems"]
    assert problem["place"].endswith("in-time")
    assert reason in problem["reason"]


@pytest.mark.parametrize(("name", "expression"), [("none", "order['x']"), ("postage_goes_back", "order.postage_minor")])
def test_a_value_that_never_works_is_found(file, name, expression):
    file.write_text(GOOD.replace('days = "', f'{name} = "{expression}"\ndays = "'))
    told = CliRunner().invoke(app, [*CHECK, str(file), "--json"])
    assert [each["place"].split()[-1] for each in json.loads(told.stdout)["problems"]] == [f"values.{name}"]


def test_a_value_compared_with_something_else_is_found(file):
    file.write_text(GOOD.replace("days <= 3", "days == '3'"))
    told = CliRunner().invoke(app, [*CHECK, str(file), "--json"])
    assert [each["reason"] for each in json.loads(told.stdout)["problems"]] == [
        "column 1: days is a whole number, and '3' is a text"
    ]


def test_what_cannot_be_read_could_not_begin(file):
    told = CliRunner().invoke(app, [*CHECK, str(file)])
    assert isinstance(told.exception, CannotRun)


@pytest.mark.parametrize("error", [BadPolicy, PolicyUnreadable])
def test_a_start_with_a_bad_policy_ends_in_one_line(monkeypatch, settings, file, error):
    if error is BadPolicy:
        file.write_text("nonsense")
    settings.POLICY = str(file)
    monkeypatch.setattr("django.setup", shop_policies)
    with pytest.raises(CannotRun, match=rf"^MAKEGOOD_POLICY: {file}.*$") as bad:
        cli._django()
    assert "\n" not in str(bad.value)


def test_a_rule_is_tried_on_what_it_asks_for_by_name():
    policy = policy_of(rule(requires="change.reason != 'ordered by mistake'"))
    (trial,) = try_all([policy])
    assert trial.rules[0].refused > 0
