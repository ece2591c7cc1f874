"""`makegood policy`: what a shop allows, tried before it counts."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from rich.console import Console

from makegood.database import connected
from makegood.kit.instants import zone_named
from makegood.policies.checking import PolicyTrial, RuleTrial, try_all
from makegood.policies.checking_authority import AuthorityRuleTrial, AuthorityTrial
from makegood.policies.grant_words import sum_words
from makegood.policies.reading import SHIPPED, BadPolicy, PolicyUnreadable, read_policies
from makegood.policies.rules.values import Authority, AuthorityRule, GrantRule, HoldRule, LimitRule, Policy, SecondRule
from makegood.supervising import CannotRun

policy = typer.Typer(help="What the shop allows, as data (docs/policy.md).", no_args_is_help=True)
say = Console(highlight=False, soft_wrap=True)


@policy.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(help="A policy file, or a folder of them; what the settings name if none is given."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Speak to a machine.")] = False,
) -> None:
    """Hold a policy against its shape, and try every rule on samples of every change and grant.

    Exit code 1: something is wrong.

    Raises:
        CannotRun: it can't be read.
    """
    path = file or (Path(settings.POLICY) if settings.POLICY else SHIPPED)
    try:
        trials = try_all(read_policies(path, zone=settings.SHOP_ZONE))
        problems = [_problem(path, trial.policy, *each) for trial in trials for each in trial.problems]
    except BadPolicy as error:
        trials = ()
        problems = [
            {"file": each.file, "line": each.line, "place": each.place, "reason": each.reason, "words": str(each)}
            for each in error.problems
        ]
    except PolicyUnreadable as error:
        raise CannotRun(str(error)) from error
    if as_json:
        typer.echo(json.dumps(_as_plain(path, trials, problems), ensure_ascii=False))
    else:
        _show(path, trials, problems)
    raise typer.Exit(1 if problems else 0)


@policy.command(name="replay")
def replay_command(
    file: Annotated[Path, typer.Argument(help="A policy file that does not count yet, or a folder of them.")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day of what was granted.")],
    as_json: Annotated[bool, typer.Option("--json", help="Speak to a machine.")] = False,
) -> None:
    """Ask a changed policy about what was granted: who could not grant it alone any more, and who could now.

    Nothing is changed.

    Raises:
        CannotRun: it can't be read, or something in it is wrong.
    """
    try:
        policies = read_policies(file, zone=settings.SHOP_ZONE)
    except (BadPolicy, PolicyUnreadable) as error:
        raise CannotRun(str(error)) from error
    with connected():
        from makegood.kit import clock
        from makegood.remedies.replaying import replay

        begin = since.replace(tzinfo=zone_named(settings.SHOP_ZONE))
        found = replay(policies, since=begin, now=clock.now())
    if as_json:
        typer.echo(json.dumps(_replay_as_plain(found)))
        return
    say.print(f"{found.grants} grants since {since:%Y-%m-%d}; {len(found.differing)} would be another's to grant alone")
    say.print(f"{len(found.withheld)} were granted by somebody who could not have done it alone")
    for words, counts in (("no longer alone", found.fewer), ("more alone", found.more)):
        for standpoint, count in sorted(counts.items()):
            say.print(f"  {standpoint.value}: {count} {words}")
    for each in found.withheld:
        costs = " and ".join(sum_words(minor, currency) for currency, minor in each.costs)
        when = each.used_at.isoformat(timespec="minutes")
        say.print(f"  {when} {each.remedy.value}, {costs}, by {each.used_by}: {each.rule}", markup=False)


def _replay_as_plain(found: Any) -> dict[str, Any]:
    return {
        "since": found.since.isoformat(),
        "grants": found.grants,
        "fewer": {each.value: count for each, count in found.fewer.items()},
        "more": {each.value: count for each, count in found.more.items()},
        "differing": [
            {
                "remedy": each.remedy.value,
                "costs": [{"currency": currency, "amount_minor": minor} for currency, minor in each.costs],
                "granted_at": each.used_at.isoformat(),
                "granted_by": each.used_by,
                "may_now": [who.value for who in each.may_now],
                "may_then": [who.value for who in each.may_then],
                "rule": each.rule,
            }
            for each in found.differing
        ],
    }


def _problem(path: Path, tried: Policy, place: str, reason: str) -> dict[str, Any]:
    where = f"version of {_day(tried.effective_from)} {place}"
    return {"file": str(path), "line": 0, "place": where, "reason": reason, "words": f"{path}: {where}: {reason}"}


def _day(begin: datetime) -> str:
    return begin.isoformat(timespec="minutes")


def _as_plain(path: Path, trials: Sequence[PolicyTrial], problems: Sequence[dict[str, Any]]) -> dict[str, Any]:
    versions = [
        {
            "name": trial.policy.name,
            "effective_from": trial.policy.effective_from.isoformat(),
            "offers": {
                kind.value: {"samples": samples, "allowed": allowed} for kind, allowed, samples in trial.allowed
            },
            "values": {value.name: value.expression for value in trial.policy.values},
            "rules": [_rule_as_plain(each) for each in trial.rules],
            "authority": _authority_as_plain(trial.policy.authority, trial.authority),
        }
        for trial in trials
    ]
    return {"path": str(path), "passed": not problems, "problems": problems, "versions": versions}


def _rule_as_plain(trial: RuleTrial) -> dict[str, Any]:
    rule = trial.rule
    return {
        "name": rule.name,
        "changes": [kind.value for kind in rule.changes],
        "when": rule.when,
        "requires": rule.requires,
        "until": rule.until,
        "words": dict(rule.words.by_language),
        "samples": trial.samples,
        "refused": trial.refused,
        "failed": trial.failed,
        "notices": list(trial.notices),
    }


def _authority_as_plain(authority: Authority, trial: AuthorityTrial) -> dict[str, Any]:
    may: dict[str, dict[str, Any]] = {}
    for grantor, remedy, allowed, seconds in trial.may:
        may.setdefault(grantor.value, {})[remedy.value] = {"allowed": allowed, "with_second": seconds}
    return {
        "samples": trial.samples,
        "worth": dict(authority.worth),
        "may": may,
        "rules": [
            {
                "table": each.table,
                **{name: value for name, value in asdict(each.rule).items() if name != "words"},
                "samples": each.samples,
                "decided": each.decided,
                "failed": each.failed,
            }
            for each in trial.rules
        ],
        "found": [asdict(each) for each in trial.found],
    }


def _show(path: Path, trials: Sequence[PolicyTrial], problems: Sequence[dict[str, Any]]) -> None:
    for trial in trials:
        say.print(f"\n{trial.policy.name}, from {_day(trial.policy.effective_from)}", style="bold", markup=False)
        for kind, allowed, samples in trial.allowed:
            say.print(f"  {kind.value}: {allowed} of {samples} samples allowed")
        for each in trial.rules:
            _show_rule(each)
        _show_authority(trial.authority)
    for problem in problems:
        say.print(f"✗ {problem['words']}", style="red", markup=False)
    if not problems:
        say.print(f"\n{path}: nothing is wrong", markup=False)


def _show_rule(trial: RuleTrial) -> None:
    rule = trial.rule
    say.print(f"\n  {rule.name}", style="bold", markup=False)
    say.print(f"    for {', '.join(rule.changes)}; refuses {trial.refused} of {trial.samples} samples", markup=False)
    for field, text in (("when", rule.when), ("requires", rule.requires), ("until", rule.until)):
        if text:
            say.print(f"    {field} {' '.join(text.split())}", markup=False)
    for language, text in rule.words.by_language:
        say.print(f"    {language}: {text}", markup=False)
    for notice in trial.notices:
        say.print(f"    notice: it {notice}", style="yellow", markup=False)


def _show_authority(trial: AuthorityTrial) -> None:
    say.print(f"\n  who may grant what, of {trial.samples} sample grants", style="bold", markup=False)
    samples = dict(trial.samples_of)
    for grantor, allowed in groupby(trial.may, key=itemgetter(0)):
        told = [
            f"{remedy.value} {count} of {samples[remedy]}{f' ({seconds} with a second person)' if seconds else ''}"
            for _, remedy, count, seconds in allowed
            if count
        ]
        say.print(f"    {grantor.value}: {', '.join(told) or 'nothing'}", markup=False)
    for each in trial.rules:
        _show_authority_rule(each)
    for found in trial.found:
        if not found.is_problem:
            say.print(f"    notice: {found.place}: {found.words}", style="yellow", markup=False)


def _show_authority_rule(trial: AuthorityRuleTrial) -> None:
    rule = trial.rule
    remedies = ", ".join(rule.remedies) or "every remedy"
    say.print(f"\n  {rule.name}", style="bold", markup=False)
    decides = f"decides in {trial.decided} of {trial.samples} samples"
    say.print(f"    {trial.table}: {', '.join(rule.who)}, {remedies}{_how_far(rule)}; {decides}", markup=False)
    if rule.when:
        say.print(f"    when {' '.join(rule.when.split())}", markup=False)
    if isinstance(rule, HoldRule):
        say.print(f"    because: {rule.because}", markup=False)
    if isinstance(rule, HoldRule | LimitRule) and rule.words is not None:
        for language, text in rule.words.by_language:
            say.print(f"    {language}: {text}", markup=False)


def _how_far(rule: AuthorityRule) -> str:
    match rule:
        case GrantRule():
            return "" if rule.up_to is None else f", up to {rule.up_to} each time"
        case LimitRule():
            ends = [f"{rule.up_to} in sum"] if rule.up_to is not None else []
            ends += [f"{rule.count} times"] if rule.count is not None else []
            return f", up to {' and '.join(ends)} in {rule.days} days per {rule.per.value}"
        case SecondRule():
            return f", a second person above {rule.above}"
        case _:
            return ", never alone"
