"""A policy file as it is written: its shape, with unknown keys refused. docs/policy.md explains each key."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from makegood.kit.currencies import CURRENCIES
from makegood.kit.records import Record, Text
from makegood.policies.rules.values import GRANTABLE, ChangeKind, Grantable, Grantor, Per, grantable

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]


def _each_once(kinds: list[Any]) -> list[Any]:
    twice = [kind.value for kind, count in Counter(kinds).items() if count > 1]
    if twice:
        raise ValueError(f"{', '.join(twice)} stands here twice; write it once")
    return kinds


def _one_of(what: str, members: Iterable[StrEnum], named: Callable[[str], StrEnum]) -> Any:
    """A member by its name, refused with all there are; an editor is shown them as well."""
    names = [each.value for each in members]

    def member(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in names:
            raise ValueError(f"there is no {what} {value!r}; there are: {', '.join(names)}")
        return named(value)

    return PlainValidator(member), WithJsonSchema({"enum": names, "type": "string"})


Kind = Annotated[ChangeKind, *_one_of("change", ChangeKind, ChangeKind)]
Kinds = Annotated[list[Kind], AfterValidator(_each_once)]
Who = Annotated[
    list[Annotated[Grantor, *_one_of("grantor", Grantor, Grantor)]], AfterValidator(_each_once), Field(min_length=1)
]
Remedies = Annotated[
    list[Annotated[Grantable, *_one_of("remedy", GRANTABLE, grantable)]],
    AfterValidator(_each_once),
    Field(min_length=1),
]
Condition = Annotated[str, StringConstraints(min_length=1)]
# Beyond these nothing sensible is said, and CEL could not count it.
Sum = Annotated[int, Field(ge=0, le=10**9)]
Worth = Annotated[int, Field(ge=1, le=10**9)]
Days = Annotated[int, Field(ge=1, le=3_660)]
Count = Annotated[int, Field(ge=1, le=10**6)]


def _begin(value: object) -> date:
    """TOML has days and instants of its own; an instant is a day too, for Python."""
    if not isinstance(value, date):
        # For pydantic a TypeError is the program's own fault, not the field's.
        raise ValueError(  # noqa: TRY004
            "write a day or an instant of TOML, as in 2026-10-02 or 2026-10-02T09:00:00Z, without quotes"
        )
    return value


def _currency(value: str) -> str:
    if value not in CURRENCIES:
        raise ValueError(f"{value!r} is no current code of ISO 4217; write it as in EUR")
    return value


# Of dates JSON Schema knows texts alone, as which editors see those of TOML.
Begin = Annotated[
    date,
    PlainValidator(_begin),
    WithJsonSchema({"anyOf": [{"type": "string", "format": each} for each in ("date", "date-time")]}),
]


class PolicyPart(Record):
    """TOML has types of its own, so a text is no number and a number no text."""

    model_config = ConfigDict(strict=True)


class WordsRecord(PolicyPart):
    en: Text
    fr: Text | None = None
    es: Text | None = None


class RuleRecord(PolicyPart):
    name: Name
    changes: Annotated[Kinds, Field(min_length=1)]
    when: Condition | None = None
    requires: Condition | None = None
    until: Condition | None = None
    words: WordsRecord


class AuthorityRuleRecord(PolicyPart):
    """What every rule of who may grant what says."""

    name: Name
    who: Who
    remedies: Remedies | None = None


class GrantRecord(AuthorityRuleRecord):
    when: Condition | None = None
    up_to: Sum | None = None


class LimitRecord(AuthorityRuleRecord):
    when: Condition | None = None
    per: Annotated[Per, *_one_of("sum per", Per, Per)]
    days: Days
    up_to: Sum | None = None
    count: Count | None = None
    words: WordsRecord | None = None


class HoldRecord(AuthorityRuleRecord):
    when: Condition
    because: Text
    words: WordsRecord | None = None


class SecondRecord(AuthorityRuleRecord):
    when: Condition | None = None
    above: Sum


class VersionRecord(PolicyPart):
    effective_from: Begin
    offers: Kinds
    values: dict[Name, Condition] = {}
    rules: list[RuleRecord] = []
    worth: dict[Annotated[str, AfterValidator(_currency)], Worth] | None = None
    grants: list[GrantRecord] | None = None
    limits: list[LimitRecord] = []
    holds: list[HoldRecord] = []
    seconds: list[SecondRecord] = []


class PolicyRecord(PolicyPart):
    schema_version: Annotated[Literal["policy/1"], Field(alias="schema")]
    name: Text
    version: Annotated[list[VersionRecord], Field(min_length=1)]
