"""A policy file as it is written: its shape, with unknown keys refused. docs/policy.md explains each key."""

from collections import Counter
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from makegood.kit.records import Record, Text
from makegood.policies.rules.values import ChangeKind

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]


def _each_once(kinds: list[ChangeKind]) -> list[ChangeKind]:
    twice = [kind.value for kind, count in Counter(kinds).items() if count > 1]
    if twice:
        raise ValueError(f"{', '.join(twice)} stands here twice; write it once")
    return kinds


Kind = Annotated[ChangeKind, Field(strict=False)]
Kinds = Annotated[list[Kind], AfterValidator(_each_once)]
Condition = Annotated[str, StringConstraints(min_length=1)]


def _begin(value: object) -> date:
    """TOML has days and instants of its own; an instant is a day too, for Python."""
    if not isinstance(value, date):
        # For pydantic a TypeError is the program's own fault, not the field's.
        raise ValueError(  # noqa: TRY004
            "write a day or an instant of TOML, as in 2026-10-02 or 2026-10-02T09:00:00Z, without quotes"
        )
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


class VersionRecord(PolicyPart):
    effective_from: Begin
    offers: Kinds
    values: dict[Name, Condition] = {}
    rules: list[RuleRecord] = []


class PolicyRecord(PolicyPart):
    schema_version: Annotated[Literal["policy/1"], Field(alias="schema")]
    name: Text
    version: Annotated[list[VersionRecord], Field(min_length=1)]
