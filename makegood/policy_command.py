"""`makegood policy`: what a shop allows, tried before it counts."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from rich.console import Console

from makegood.policies.checking import PolicyTrial, RuleTrial, try_all
from makegood.policies.reading import SHIPPED, BadPolicy, PolicyUnreadable, read_policies
from makegood.policies.rules.values import Policy
from makegood.supervising import CannotRun

policy = typer.Typer(help="What the shop allows, as data (docs/policy.md).", no_args_is_help=True)
say = Console(highlight=False, soft_wrap=True)


@policy.callback()
def _commands() -> None:
    """Keep the name of the one command there is."""


@policy.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A policy file, or a folder of them; the shop's own if none is given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Speak to a machine.")] = False,
) -> None:
    """Hold a policy against its shape, and try every rule on samples of every change. Exit code 1: something is wrong.

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


def _show(path: Path, trials: Sequence[PolicyTrial], problems: Sequence[dict[str, Any]]) -> None:
    for trial in trials:
        say.print(f"\n{trial.policy.name}, from {_day(trial.policy.effective_from)}", style="bold", markup=False)
        for kind, allowed, samples in trial.allowed:
            say.print(f"  {kind.value}: {allowed} of {samples} samples allowed")
        for each in trial.rules:
            _show_rule(each)
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
