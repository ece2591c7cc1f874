"""Whether a policy allows a change: every rule is asked, and what can't be decided is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from makegood.policies.rules.evaluating import CannotEvaluate, Evaluation, Program, Value, program_of
from makegood.policies.rules.situations import ChangeSituation
from makegood.policies.rules.values import ChangeKind, NoPolicyInForce, Policy, Rule, Words, policy_in_force


class RefusedFor(StrEnum):
    """Why a rule refuses."""

    CONDITION = "condition"  # what it requires does not hold
    DEADLINE = "deadline"  # the instant until which it allows has come
    NOT_OFFERED = "not_offered"  # the policy does not offer this kind of change
    NOT_IN_FORCE = "not_in_force"  # the order was placed before the first version of the policy
    FAILED = "failed"  # it could not be evaluated, so nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRefusal:
    """A rule that refuses. `words` are the policy's own, for the customer; None where it has none to say.

    `error`: why it could not be evaluated, for whoever mends the policy.
    """

    rule: str
    because: RefusedFor
    words: Words | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """It may be done now, and where an end is known, until that instant. `values`: what the policy's values come to,
    those left out that can't be evaluated in this situation.
    """

    until: datetime | None
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It may not be done. All rules that refuse, in the order of the policy; the first one speaks for all. `values` as
    in `Allowed`.
    """

    by: tuple[RuleRefusal, ...]
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        return self.by[0].rule

    @property
    def words(self) -> Words | None:
        return self.by[0].words

    @property
    def failures(self) -> tuple[RuleRefusal, ...]:
        """The rules that could not be evaluated: what a helper has to see."""
        return tuple(each for each in self.by if each.because is RefusedFor.FAILED)


Decision = Allowed | Refused


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The policy's programs; a text stands where one is that can't be compiled, and says why."""

    values: tuple[tuple[str, Program], ...]
    programs: Mapping[str, Program]
    rules: Mapping[ChangeKind, tuple[Rule, ...]]


def decide_for_order(policies: Sequence[Policy], situation: ChangeSituation) -> Decision:
    """Whether the version under which the order was placed allows a change: what was offered then still holds."""
    try:
        policy = policy_in_force(policies, at=situation.order.placed_at)
    except NoPolicyInForce:
        return Refused(by=(RuleRefusal(rule="effective_from", because=RefusedFor.NOT_IN_FORCE),))
    return decide(policy, situation)


def decide(policy: Policy, situation: ChangeSituation) -> Decision:
    """Whether the policy allows the change that the situation holds.

    The same situation has always the same answer. A rule that can't be evaluated refuses, and says so.
    """
    kind = situation.change.kind
    if kind not in policy.offers:
        return Refused(by=(RuleRefusal(rule=f"offers:{kind.value}", because=RefusedFor.NOT_OFFERED),))
    compiled = _compiled(policy)
    evaluation = _Evaluation(compiled, situation)
    ends: list[int] = []
    refusals = []
    for rule in compiled.rules[kind]:
        try:
            because, end = evaluation.ask(rule)
        except CannotEvaluate as error:
            refusals.append(RuleRefusal(rule=rule.name, because=RefusedFor.FAILED, error=str(error)))
            continue
        if because is not None:
            refusals.append(RuleRefusal(rule=rule.name, because=because, words=rule.words))
        if end is not None:
            ends.append(end)
    if refusals:
        return Refused(by=tuple(refusals), values=evaluation.values)
    return Allowed(until=_instant(min(ends)) if ends else None, values=evaluation.values)


@lru_cache(maxsize=256)
def _compiled(policy: Policy) -> _Compiled:
    texts = {text for rule in policy.rules for text in (rule.when, rule.requires, rule.until) if text}
    return _Compiled(
        values=tuple((value.name, program_of(value.expression)) for value in policy.values),
        programs={text: program_of(text) for text in texts},
        rules={kind: tuple(rule for rule in policy.rules if kind in rule.changes) for kind in ChangeKind},
    )


class _Evaluation(Evaluation):
    """One policy in one situation."""

    def __init__(self, compiled: _Compiled, situation: ChangeSituation) -> None:
        plain = situation.as_plain()
        super().__init__(plain, zone=situation.zone)
        self.compiled = compiled
        self.now: int = plain["now"]
        for name, program in compiled.values:
            self.take_in(name, program)

    def ask(self, rule: Rule) -> tuple[RefusedFor | None, int | None]:
        """Why a rule refuses, if it does, and the instant until which it allows, if it says one.

        Raises:
            CannotEvaluate: it says nothing in this situation.
        """
        programs = self.compiled.programs
        if rule.when and not self.truth("when", programs[rule.when]):
            return None, None
        if rule.requires and not self.truth("requires", programs[rule.requires]):
            return RefusedFor.CONDITION, None
        if not rule.until:
            return None, None
        end = self.outcome("until", programs[rule.until])
        if type(end) is not int or not _is_instant(end):
            raise CannotEvaluate(f"until comes to {end!r}, which is no instant in seconds")
        return (RefusedFor.DEADLINE if self.now >= end else None), end


def _is_instant(seconds: int) -> bool:
    try:
        _instant(seconds)
    except (OverflowError, ValueError, OSError):
        return False
    return True


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
