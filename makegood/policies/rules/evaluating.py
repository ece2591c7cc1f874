"""What conditions come to in one situation; one that says nothing there says why."""

from collections.abc import Iterator
from typing import Any

import cel

from makegood.kit.instants import zone_named
from makegood.policies.rules.conditions import compile_condition
from makegood.policies.rules.vocabulary import functions_of

Value = int | bool | str
# A text stands where a condition is that can't be compiled, and says why.
Program = cel.Program | str

# What CEL raises when it evaluates, whatever is in the condition and whatever a function of ours is given.
_FAILS = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)


class CannotEvaluate(Exception):
    """A condition says nothing in this situation, and why."""


def program_of(text: str) -> Program:
    """A condition ready to be evaluated, or why it can't be."""
    try:
        return compile_condition(text)
    except ValueError as error:
        return str(error)


class Evaluation:
    """One situation, as conditions name it, and the named values that were taken in so far."""

    def __init__(self, plain: dict[str, Any], *, zone: str) -> None:
        self.context = cel.Context(variables=plain, functions=functions_of(zone_named(zone)))
        self.values: dict[str, Value] = {}
        self.failed: dict[str, str] = {}

    def take_in(self, name: str, program: Program) -> None:
        """Let the conditions after this use a value by its name."""
        try:
            value = _plain_value(self._run(program))
        except CannotEvaluate as error:
            self.failed[name] = str(error)
        else:
            self.values[name] = value
            self.context.add_variable(name, value)

    def truth(self, field: str, program: Program) -> bool:
        """Whether a condition holds; `field` is where it stands.

        Raises:
            CannotEvaluate: it says neither.
        """
        value = self.outcome(field, program)
        if not isinstance(value, bool):
            raise CannotEvaluate(f"{field} comes to {value!r}, and not to true or false")
        return value

    def outcome(self, field: str, program: Program) -> object:
        """What a condition comes to; `field` is where it stands.

        Raises:
            CannotEvaluate: it comes to nothing.
        """
        try:
            return self._run(program)
        except CannotEvaluate as error:
            raise CannotEvaluate(f"{field}: {error}") from error

    def _run(self, program: Program) -> object:
        if isinstance(program, str):
            raise CannotEvaluate(program)
        for name in self._failed_within(program):
            raise CannotEvaluate(f"value {name}: {self.failed[name]}")
        try:
            return program.execute(self.context)
        except _FAILS as error:
            raise CannotEvaluate(_in_words(error)) from error

    def _failed_within(self, program: cel.Program) -> Iterator[str]:
        return (name for name in program.variables() if name in self.failed) if self.failed else iter(())


def _plain_value(value: object) -> Value:
    if not isinstance(value, int | bool | str):
        raise CannotEvaluate(f"it comes to {value!r}, and not to a whole number, a text, true or false")
    return value


def _in_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]!r}"
    first, _, _ = str(error).partition(". Check ")
    return first.partition(" CEL does not coerce")[0][:300]
