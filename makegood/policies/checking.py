"""A policy tried: what each rule would say, and what no reading of its text shows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from makegood.policies.checking_authority import AuthorityTrial, languages_missing, try_authority
from makegood.policies.rules.conditions import findings
from makegood.policies.rules.deciding import Allowed, RefusedFor, decide
from makegood.policies.rules.samples import samples_for
from makegood.policies.rules.values import POSTAGE_GOES_BACK, ChangeKind, Policy, Rule
from makegood.policies.rules.vocabulary import OF_CHANGES, Kind, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrial:
    """A rule on all samples of its changes: how many there are, in how many it refuses, and where it fails, why."""

    rule: Rule
    samples: int
    refused: int
    failed: int
    error: str

    @property
    def notices(self) -> Iterator[str]:
        """What need not be wrong, and is worth a look."""
        if missing := languages_missing(self.rule.words):
            yield missing
        if not self.refused and not self.failed:
            yield "refuses none of the samples; see that it can refuse at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTrial:
    """One version on all samples: its rules, and by kind of change how many samples are allowed."""

    policy: Policy
    rules: tuple[RuleTrial, ...]
    allowed: tuple[tuple[ChangeKind, int, int], ...]
    kinds: Mapping[str, Kind | None]
    authority: AuthorityTrial

    @property
    def problems(self) -> Iterator[tuple[str, str]]:
        """Rules and values that can't be evaluated, and who may grant what it can't be; each with the way out."""
        for trial in self.rules:
            if trial.failed:
                where = f"in {trial.failed} of {trial.samples} samples it can't be evaluated, and so refuses"
                yield trial.rule.name, f"{where}: {trial.error}; say in `when` for which it is meant"
        for value in self.policy.values:
            if value.name not in self.kinds:
                yield f"values.{value.name}", "it can't be evaluated in any sample; see its names and types"
            elif value.name == POSTAGE_GOES_BACK and self.kinds[value.name] is not Kind.TRUTH:
                yield f"values.{value.name}", "it says whether postage goes back, so it must come to true or false"
        for place, text in self.policy.conditions():
            # Reading the text knew the values' names alone; now it is known what they come to.
            known = {value.name: self.kinds.get(value.name) for value in self.policy.values}
            yield from (
                (place, f"column {each.column}: {each.reason}")
                for each in findings(text, vocabulary=OF_CHANGES, values=known)
            )
        yield from self.authority.problems


def try_policy(policy: Policy) -> PolicyTrial:
    """Decide about every sample."""
    samples, allowed = Counter[ChangeKind](), Counter[ChangeKind]()
    refused, failed = Counter[str](), Counter[str]()
    errors: dict[str, str] = {}
    kinds: dict[str, Kind | None] = {}
    for situation in samples_for(policy):
        kind = situation.change.kind
        samples[kind] += 1
        decision = decide(policy, situation)
        kinds |= {name: kind_of(value) for name, value in decision.values.items()}
        if isinstance(decision, Allowed):
            allowed[kind] += 1
            continue
        for each in decision.by:
            if each.because is RefusedFor.FAILED:
                failed[each.rule] += 1
                errors.setdefault(each.rule, f"{kind.value}, {situation.order.status.value}: {each.error}")
            else:
                refused[each.rule] += 1
    rules = tuple(
        RuleTrial(
            rule=rule,
            samples=sum(samples[kind] for kind in set(rule.changes)),
            refused=refused[rule.name],
            failed=failed[rule.name],
            error=errors.get(rule.name, ""),
        )
        for rule in policy.rules
    )
    return PolicyTrial(
        policy=policy,
        rules=rules,
        allowed=tuple((kind, allowed[kind], samples[kind]) for kind in policy.offers),
        kinds=kinds,
        authority=try_authority(policy.authority, currency=settings.SHOP_CURRENCY),
    )


def try_all(policies: Sequence[Policy]) -> tuple[PolicyTrial, ...]:
    """Each version on its own."""
    return tuple(try_policy(policy) for policy in policies)
