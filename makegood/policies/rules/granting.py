"""Who may grant something: a rule has to let them, and none may forbid it. What can't be evaluated lets nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from makegood.policies.rules.evaluating import CannotEvaluate, Evaluation, program_of
from makegood.policies.rules.grant_situations import GrantSituation
from makegood.policies.rules.values import (
    PARTS,
    UNKNOWN,
    Authority,
    AuthorityRule,
    Grantor,
    GrantRule,
    HoldRule,
    LimitRule,
    NoPolicyInForce,
    Per,
    Policy,
    Words,
    policy_in_force,
)

_program = lru_cache(maxsize=1_024)(program_of)
_Rule = TypeVar("_Rule", bound=AuthorityRule)


class WithheldFor(StrEnum):
    """Why somebody may not grant something."""

    NOT_GRANTED = "not_granted"  # no rule lets them, whatever the situation
    CONDITION = "condition"  # a rule would, in another situation
    BEYOND = "beyond"  # it costs more than a rule lets them grant each time
    LIMIT = "limit"  # with what was granted before it is more than a limit lets them
    HOLD = "hold"  # in this situation they don't grant it alone
    NOT_IN_FORCE = "not_in_force"  # no version of the policy has begun
    UNCOUNTED = "uncounted"  # nobody knows what was granted before, or what it is worth, so no limit can be held to
    FAILED = "failed"  # it could not be evaluated, so nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A rule by which somebody may not grant it. `reason` is for helpers, `words` are the policy's own for customers;
    empty where it has none to say. `error`: why it could not be evaluated, for whoever mends the policy.
    """

    rule: str
    because: WithheldFor
    reason: str = ""
    words: Words | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantorDecision:
    """Whether somebody may grant it, by which rules they may not, and by which a second person has to agree.

    `rule` is the first that lets them, also where others forbid it; "" where none does.
    """

    grantor: Grantor
    rule: str
    withheld: tuple[Withheld, ...]
    seconds: tuple[str, ...]

    @property
    def may(self) -> bool:
        return not self.withheld

    @property
    def needs_second(self) -> bool:
        return self.may and bool(self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """Who may grant something, of everybody. `failures`: rules that say nothing here, which a helper has to see.

    `cost_worth`: what it costs in parts of the policy's measure, or `UNKNOWN`.
    """

    decisions: tuple[GrantorDecision, ...]
    cost_worth: int
    failures: tuple[Withheld, ...]

    @property
    def may(self) -> tuple[Grantor, ...]:
        """Everybody who may grant it, some of them only with a second person, in the order of their definition."""
        return tuple(each.grantor for each in self.decisions if each.may)

    @property
    def needs_second(self) -> tuple[Grantor, ...]:
        return tuple(each.grantor for each in self.decisions if each.needs_second)

    def of(self, grantor: Grantor) -> GrantorDecision:
        (decision,) = (each for each in self.decisions if each.grantor is grantor)
        return decision


def decide_grant_now(policies: Sequence[Policy], situation: GrantSituation) -> Granting:
    """Who may grant something, by the version that is in force now, whenever the order was placed."""
    try:
        policy = policy_in_force(policies, at=situation.now)
    except NoPolicyInForce:
        withheld = (Withheld(rule="effective_from", because=WithheldFor.NOT_IN_FORCE),)
        decisions = (GrantorDecision(grantor=each, rule="", withheld=withheld, seconds=()) for each in Grantor)
        return Granting(decisions=tuple(decisions), cost_worth=UNKNOWN, failures=())
    return decide_grant(policy.authority, situation)


def decide_grant(authority: Authority, situation: GrantSituation) -> Granting:
    """Who may grant something: those whom a rule of `grants` lets, and no rule of `limits` or `holds` forbids it.

    The same situation has always the same answer.
    """
    asked = _Asked(authority, situation)
    decisions = tuple(asked.decide(grantor) for grantor in Grantor)
    return Granting(decisions=decisions, cost_worth=asked.cost_worth, failures=tuple(asked.failures))


class _Asked:
    """One policy's authority in one situation. What a rule's condition comes to is the same whoever grants."""

    def __init__(self, authority: Authority, situation: GrantSituation) -> None:
        self.authority, self.situation = authority, situation
        self.worth = dict(authority.worth)
        self.costs: dict[str, int] = {}
        for cost in situation.grant.costs:
            self.costs[cost.currency] = self.costs.get(cost.currency, 0) + cost.amount_minor
        self.cost_worth = authority.worth_of(self.costs.items())
        self.evaluation = Evaluation(situation.as_plain(cost_worth=self.cost_worth), zone=situation.zone)
        self.failures: list[Withheld] = []
        self.counts = {rule: self._counts(rule) for rule in authority.rules if rule.is_for(situation.grant.remedy)}

    def _counts(self, rule: AuthorityRule) -> bool | Withheld:
        """Whether a rule counts in this situation, or that nobody knows."""
        if not rule.when:
            return True
        try:
            return self.evaluation.truth("when", _program(rule.when))
        except CannotEvaluate as error:
            return self._fail(rule, WithheldFor.FAILED, str(error))

    def decide(self, grantor: Grantor) -> GrantorDecision:
        """Whether they may. What forbids it is listed before what does not let them: it has the words."""
        letting, not_letting = self._grants(grantor)
        withheld = [*self._holds(grantor), *self._limits(grantor)]
        seconds = []
        for rule, counts in self._of(self.authority.seconds, grantor):
            if isinstance(counts, Withheld):
                withheld.append(counts)
            elif counts and (self.cost_worth == UNKNOWN or self.cost_worth > rule.above * PARTS):
                seconds.append(rule.name)
        if not letting:
            remedy = self.situation.grant.remedy.value
            withheld += not_letting or [Withheld(rule=f"grants:{remedy}", because=WithheldFor.NOT_GRANTED)]
        return GrantorDecision(grantor=grantor, rule=letting, withheld=tuple(withheld), seconds=tuple(seconds))

    def _grants(self, grantor: Grantor) -> tuple[str, list[Withheld]]:
        """The first rule that lets them, or why each one that is for them does not."""
        not_letting = []
        for rule, counts in self._of(self.authority.grants, grantor):
            if isinstance(counts, Withheld):
                not_letting.append(counts)
            elif not counts:
                not_letting.append(Withheld(rule=rule.name, because=WithheldFor.CONDITION))
            elif not self._is_within(rule):
                not_letting.append(Withheld(rule=rule.name, because=WithheldFor.BEYOND))
            else:
                return rule.name, []
        return "", not_letting

    def _is_within(self, rule: GrantRule) -> bool:
        """Whether what it costs in each currency is within the rule's sum: both are exact."""
        return rule.up_to is None or all(
            currency in self.worth and amount_minor <= rule.up_to * self.worth[currency]
            for currency, amount_minor in self.costs.items()
        )

    def _holds(self, grantor: Grantor) -> Iterator[Withheld]:
        for rule, counts in self._of(self.authority.holds, grantor):
            if isinstance(counts, Withheld):
                yield counts
            elif counts:
                yield _held(rule)

    def _limits(self, grantor: Grantor) -> Iterator[Withheld]:
        for rule, counts in self._of(self.authority.limits, grantor):
            withheld = counts if isinstance(counts, Withheld) else self._passed(rule, grantor) if counts else None
            if withheld is not None:
                yield withheld

    def _passed(self, rule: LimitRule, grantor: Grantor) -> Withheld | None:
        """That a limit is passed, or that nobody knows."""
        past = self.situation.past.get((rule.span, grantor if rule.per is Per.GRANTOR else None))
        if past is None:
            return self._fail(rule, WithheldFor.UNCOUNTED, f"nobody summed up what was granted in {rule.days} days")
        if rule.count is not None and past.count >= rule.count:
            return _limited(rule)
        if rule.up_to is None:
            return None
        if UNKNOWN in {past.worth, self.cost_worth}:
            return self._fail(rule, WithheldFor.UNCOUNTED, "a currency has no worth in the policy's measure")
        return _limited(rule) if past.worth + self.cost_worth > rule.up_to * PARTS else None

    def _fail(self, rule: AuthorityRule, because: WithheldFor, error: str) -> Withheld:
        failed = Withheld(rule=rule.name, because=because, error=error)
        if failed not in self.failures:
            self.failures.append(failed)
        return failed

    def _of(self, rules: Sequence[_Rule], grantor: Grantor) -> Iterator[tuple[_Rule, bool | Withheld]]:
        return ((rule, self.counts[rule]) for rule in rules if rule in self.counts and grantor in rule.who)


def _held(rule: HoldRule) -> Withheld:
    return Withheld(rule=rule.name, because=WithheldFor.HOLD, reason=rule.because, words=rule.words)


def _limited(rule: LimitRule) -> Withheld:
    return Withheld(rule=rule.name, because=WithheldFor.LIMIT, words=rule.words)
