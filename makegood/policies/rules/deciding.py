"""Whether a policy allows a change: every rule is asked, and what can't be decided is refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

import cel

from makegood.kit.instants import zone_named
from makegood.policies.rules.conditions import compile_condition
from makegood.policies.rules.situations import ChangeSituation
from makegood.policies.rules.values import ChangeKind, NoPolicyInForce, Policy, Rule, Words, policy_in_force
from makegood.policies.rules.vocabulary import functions_of

Value = int | bool | str

# What CEL raises when it evaluates, whatever is in the condition and whatever a function of ours is given.
_FAILS = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)


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


class _CannotEvaluate(Exception):
    """A condition says nothing in this situation, and why."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The policy's programs; a text stands where one is that can't be compiled, and says why."""

    values: tuple[tuple[str, cel.Program | str], ...]
    programs: Mapping[str, cel.Program | str]
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
        except _CannotEvaluate as error:
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
        values=tuple((value.name, _program(value.expression)) for value in policy.values),
        programs={text: _program(text) for text in texts},
        rules={kind: tuple(rule for rule in policy.rules if kind in rule.changes) for kind in ChangeKind},
    )


def _program(text: str) -> cel.Program | str:
    try:
        return compile_condition(text)
    except ValueError as error:
        return str(error)


class _Evaluation:
    """One policy in one situation."""

    def __init__(self, compiled: _Compiled, situation: ChangeSituation) -> None:
        self.compiled = compiled
        plain = situation.as_plain()
        self.now: int = plain["now"]
        self.context = cel.Context(variables=plain, functions=functions_of(zone_named(situation.zone)))
        self.values: dict[str, Value] = {}
        self.failed: dict[str, str] = {}
        for name, program in compiled.values:
            self._take_in(name, program)

    def _take_in(self, name: str, program: cel.Program | str) -> None:
        try:
            value = _plain_value(self._run(program))
        except _CannotEvaluate as error:
            self.failed[name] = str(error)
        else:
            self.values[name] = value
            self.context.add_variable(name, value)

    def ask(self, rule: Rule) -> tuple[RefusedFor | None, int | None]:
        """Why a rule refuses, if it does, and the instant until which it allows, if it says one.

        Raises:
            _CannotEvaluate: it says nothing in this situation.
        """
        if rule.when and not self._truth("when", rule.when):
            return None, None
        if rule.requires and not self._truth("requires", rule.requires):
            return RefusedFor.CONDITION, None
        if not rule.until:
            return None, None
        end = self._run_named("until", rule.until)
        if type(end) is not int or not _is_instant(end):
            raise _CannotEvaluate(f"until comes to {end!r}, which is no instant in seconds")
        return (RefusedFor.DEADLINE if self.now >= end else None), end

    def _truth(self, field: str, text: str) -> bool:
        value = self._run_named(field, text)
        if not isinstance(value, bool):
            raise _CannotEvaluate(f"{field} comes to {value!r}, and not to true or false")
        return value

    def _run_named(self, field: str, text: str) -> object:
        try:
            return self._run(self.compiled.programs[text])
        except _CannotEvaluate as error:
            raise _CannotEvaluate(f"{field}: {error}") from error

    def _run(self, program: cel.Program | str) -> object:
        if isinstance(program, str):
            raise _CannotEvaluate(program)
        for name in self._failed_within(program):
            raise _CannotEvaluate(f"value {name}: {self.failed[name]}")
        try:
            return program.execute(self.context)
        except _FAILS as error:
            raise _CannotEvaluate(_in_words(error)) from error

    def _failed_within(self, program: cel.Program) -> Iterator[str]:
        return (name for name in program.variables() if name in self.failed) if self.failed else iter(())


def _plain_value(value: object) -> Value:
    if not isinstance(value, int | bool | str):
        raise _CannotEvaluate(f"it comes to {value!r}, and not to a whole number, a text, true or false")
    return value


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]!r}"
    first, _, _ = str(error).partition(". Check ")
    return first.partition(" CEL does not coerce")[0][:300]


def _is_instant(seconds: int) -> bool:
    try:
        _instant(seconds)
    except (OverflowError, ValueError, OSError):
        return False
    return True


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
