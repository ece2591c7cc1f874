"""Who may grant what, tried: how often each rule decides, and what no reading of the file shows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.conf import settings

from makegood.policies.grant_words import example_of, sum_words
from makegood.policies.rules.grant_samples import grant_samples
from makegood.policies.rules.grant_situations import NEVER_RECEIVED, OWED_BY_LAW, GrantSituation
from makegood.policies.rules.granting import GrantorDecision, WithheldFor, decide_grant
from makegood.policies.rules.values import (
    GRANTABLE,
    Authority,
    AuthorityRule,
    Grantable,
    Grantor,
    GrantRule,
    HoldRule,
    LimitRule,
    Per,
    SecondRule,
    Words,
)

TABLES: tuple[tuple[str, type[AuthorityRule]], ...] = (
    ("grants", GrantRule),
    ("limits", LimitRule),
    ("holds", HoldRule),
    ("seconds", SecondRule),
)
_LAW = "Directive 2011/83/EU, art. 18(3), and the UK’s Consumer Rights Act 2015, s. 28, have it paid back without delay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found in who may grant what, and where, with a situation that shows it. A notice need not be wrong."""

    place: str
    reason: str
    example: str = ""
    is_problem: bool = False

    @property
    def words(self) -> str:
        return f"{self.reason}; for example: {self.example}" if self.example else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRuleTrial:
    """A rule on all samples of its remedies, each for everybody whom it is for: in how many it is what decides."""

    rule: AuthorityRule
    table: str
    samples: int
    decided: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityTrial:
    """Who may grant what on all samples. `may`: of a grantor and remedy how many, and how many with a second."""

    samples: int
    samples_of: tuple[tuple[Grantable, int], ...]
    rules: tuple[AuthorityRuleTrial, ...]
    may: tuple[tuple[Grantor, Grantable, int, int], ...]
    found: tuple[Found, ...]

    @property
    def problems(self) -> Iterator[tuple[str, str]]:
        return ((each.place, each.words) for each in self.found if each.is_problem)


@dataclass(slots=True)
class _Tally:
    """What was counted over all samples, and the first sample of each that shows something."""

    samples: Counter[Grantable] = field(default_factory=Counter)
    may: Counter[tuple[Grantor, Grantable]] = field(default_factory=Counter)
    seconds: Counter[tuple[Grantor, Grantable]] = field(default_factory=Counter)
    # By rule: where it is what lets somebody, what forbids it or what asks for a second person.
    decided: Counter[str] = field(default_factory=Counter)
    # By rule of limits, holds and seconds: where it speaks, also where nobody would be let anyway.
    spoken: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    errors: dict[str, tuple[str, GrantSituation]] = field(default_factory=dict)
    # By rule of grants and grantor: where it lets them, and by what that is forbidden.
    let: Counter[tuple[str, Grantor]] = field(default_factory=Counter)
    forbidden: Counter[tuple[str, Grantor]] = field(default_factory=Counter)
    forbidden_by: defaultdict[tuple[str, Grantor], dict[str, GrantSituation]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    # By the rules that forbid it: what was never received, and nobody may pay back.
    kept: dict[tuple[str, ...], GrantSituation] = field(default_factory=dict)

    def take(self, situation: GrantSituation, decisions: Iterable[GrantorDecision]) -> None:
        remedy, somebody, forbid = situation.grant.remedy, False, set()
        for each in decisions:
            somebody = somebody or each.may
            forbid |= {by.rule for by in each.withheld if by.because in _FORBID} if each.rule else set()
            self._take(situation, each)
        if not somebody and remedy in OWED_BY_LAW and situation.trouble.kind in NEVER_RECEIVED:
            self.kept.setdefault(tuple(sorted(forbid)), situation)

    def _take(self, situation: GrantSituation, decision: GrantorDecision) -> None:
        remedy, grantor = situation.grant.remedy, decision.grantor
        forbid = {by.rule for by in decision.withheld if by.because in _FORBID}
        self.spoken.update(forbid)
        self.spoken.update(decision.seconds)
        if decision.rule:
            self.decided.update(forbid)
            self.let[decision.rule, grantor] += 1
        if decision.may:
            self.may[grantor, remedy] += 1
            self.seconds[grantor, remedy] += decision.needs_second
            self.decided[decision.rule] += 1
            self.decided.update(decision.seconds)
        elif decision.rule:
            self.forbidden[decision.rule, grantor] += 1
            for rule in forbid:
                self.forbidden_by[decision.rule, grantor].setdefault(rule, situation)


_FORBID = {WithheldFor.HOLD, WithheldFor.LIMIT}


@lru_cache(maxsize=16)
def try_authority(authority: Authority, *, currency: str) -> AuthorityTrial:
    """Decide about every sample for everybody; `currency` is the shop's own."""
    tally = _Tally()
    samples = tuple(grant_samples(authority, currency=currency))
    for situation in samples:
        tally.samples[situation.grant.remedy] += 1
        granting = decide_grant(authority, situation)
        tally.take(situation, granting.decisions)
        for each in granting.failures:
            if each.because is WithheldFor.FAILED:
                tally.failed[each.rule] += 1
                tally.errors.setdefault(each.rule, (each.error, situation))
    rules = tuple(
        AuthorityRuleTrial(
            rule=rule,
            table=next(table for table, sort in TABLES if isinstance(rule, sort)),
            samples=sum(count for remedy, count in tally.samples.items() if rule.is_for(remedy)) * len(rule.who),
            decided=tally.decided[rule.name],
            failed=tally.failed[rule.name],
        )
        for rule in authority.rules
    )
    may = tuple(
        (grantor, remedy, tally.may[grantor, remedy], tally.seconds[grantor, remedy])
        for grantor in Grantor
        for remedy in GRANTABLE
    )
    found = (
        *_that_fail(tally),
        *_kept_back(tally),
        *_without_worth(authority, currency),
        *_contradictory(authority, tally),
        *_never(authority, tally, samples),
        *_in_two_steps(authority, currency),
        *_not_said(authority),
    )
    return AuthorityTrial(
        samples=len(samples), samples_of=tuple(tally.samples.items()), rules=rules, may=may, found=found
    )


def _that_fail(tally: _Tally) -> Iterator[Found]:
    for name, (error, situation) in tally.errors.items():
        reason = f"in {tally.failed[name]} samples it can't be evaluated, and so lets nobody: {error}"
        yield Found(place=name, reason=reason, example=example_of(situation), is_problem=True)


def _kept_back(tally: _Tally) -> Iterator[Found]:
    """A statutory minimum that nobody at all may grant; that a person is asked is fine."""
    for rules, situation in tally.kept.items():
        by = f"{' and '.join(rules)} leave nobody" if len(rules) > 1 else f"{rules[0]} leaves nobody" if rules else ""
        who = by or "no rule lets anybody"
        reason = f"{who} who may pay back what was never received ({_LAW}); let somebody, leads for instance"
        yield Found(place="grants", reason=reason, example=example_of(situation), is_problem=True)


def _without_worth(authority: Authority, currency: str) -> Iterator[Found]:
    """The shop's own currency without a worth, so that nobody with a limit may grant anything in it."""
    limited = [rule.name for rule in authority.grants if rule.up_to is not None]
    if limited and currency not in dict(authority.worth):
        reason = f"it has no {currency}, the shop's own currency, so that {', '.join(limited)} let nobody in it"
        yield Found(place="worth", reason=reason, is_problem=True)


def _contradictory(authority: Authority, tally: _Tally) -> Iterator[Found]:
    """Rules that let somebody what other rules forbid them in every single sample."""
    for rule in authority.grants:
        for grantor in rule.who:
            let = tally.let[rule.name, grantor]
            if let and let == tally.forbidden[rule.name, grantor]:
                by = tally.forbidden_by[rule.name, grantor]
                others = ", ".join(by) or "what fails"
                reason = (
                    f"all {let} samples in which it lets a {grantor.value} are forbidden by {others}; drop one of them"
                )
                example = example_of(next(iter(by.values()))) if by else ""
                yield Found(place=rule.name, reason=reason, example=example, is_problem=True)


def _never(authority: Authority, tally: _Tally, samples: tuple[GrantSituation, ...]) -> Iterator[Found]:
    """Rules that decide nothing in any sample, and why."""
    for rule in authority.rules:
        if isinstance(rule, GrantRule):
            if not any(tally.let[rule.name, grantor] for grantor in rule.who):
                yield _never_lets(authority, rule, samples)
        elif not tally.spoken[rule.name]:
            yield Found(
                place=rule.name, reason=f"counts in none of {len(samples)} samples; see that it can count at all"
            )
        elif not tally.decided[rule.name]:
            reason = "changes nothing: in no sample where it counts would they be let anyway; see whom it is for"
            yield Found(place=rule.name, reason=reason)


def _never_lets(authority: Authority, rule: GrantRule, samples: tuple[GrantSituation, ...]) -> Found:
    """That a rule lets nobody anything, or nothing that a rule before it does not let them."""
    alone = replace(authority, grants=(rule,))
    before: dict[str, GrantSituation] = {}
    for situation in samples:
        lets = [each.grantor for each in decide_grant(alone, situation).decisions if each.rule]
        if lets:
            granting = decide_grant(authority, situation)
            for grantor in lets:
                before.setdefault(granting.of(grantor).rule, situation)
    if before:
        names, example = ", ".join(before), example_of(next(iter(before.values())))
        return Found(place=rule.name, reason=f"never counts: {names} before it let the same already", example=example)
    return Found(place=rule.name, reason=f"lets nobody in any of {len(samples)} samples; see that it can at all")


def _in_two_steps(authority: Authority, currency: str) -> Iterator[Found]:
    """Limits each time that no limit over days backs, so that whoever grants twice grants double."""
    for rule in authority.grants:
        open_to = [grantor for grantor in rule.who if rule.up_to and not _is_backed(authority, rule, grantor)]
        if rule.up_to and open_to:
            who, remedy = open_to[0].value, (rule.remedies or GRANTABLE)[0].value
            each = rule.up_to * dict(authority.worth).get(currency, 0)
            reason = (
                f"its up_to can be passed in two steps by {', '.join(open_to)}: no limit says how much one customer is "
                'granted over days; write [[version.limits]] with per = "customer"'
            )
            once, twice = sum_words(each, currency), sum_words(2 * each, currency)
            example = f"a {who} grants {remedy} for {once}, and an hour later again: {twice}"
            yield Found(place=rule.name, reason=reason, example=example)


def _is_backed(authority: Authority, rule: GrantRule, grantor: Grantor) -> bool:
    return all(
        any(
            limit.per is Per.CUSTOMER
            and grantor in limit.who
            and limit.is_for(remedy)
            and limit.when in {"", rule.when}
            for limit in authority.limits
        )
        for remedy in rule.remedies or GRANTABLE
    )


def _not_said(authority: Authority) -> Iterator[Found]:
    """Words for customers that are not in all of their languages."""
    said = [(rule.name, rule.words) for rule in authority.limits] + [
        (rule.name, rule.words) for rule in authority.holds
    ]
    for name, words in said:
        if words is not None and (missing := languages_missing(words)):
            yield Found(place=name, reason=missing)


def languages_missing(words: Words) -> str:
    """In which languages words are not said, and what becomes of that; "" where nothing is missing."""
    said = {language for language, _ in words.by_language}
    missing = [language for language, _ in settings.LANGUAGES if language not in said]
    if not missing:
        return ""
    return f"has no words in {', '.join(missing)}; whoever reads that is told in English, and that it is English"
