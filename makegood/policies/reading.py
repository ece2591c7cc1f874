"""Policy files: read, held against their shape and the vocabulary, made into values. Every problem has its place."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from makegood.kit.instants import zone_named
from makegood.policies.reading_authority import amiss_in_authority, authority_of, says_who_may_grant, words_of
from makegood.policies.records import PolicyRecord, RuleRecord, VersionRecord
from makegood.policies.rules.conditions import findings
from makegood.policies.rules.values import Authority, ChangeKind, NamedValue, Policy, Rule
from makegood.policies.rules.vocabulary import FUNCTIONS, OF_CHANGES

SHIPPED = Path(__file__).parent / "default.toml"
_TABLES = ("rules", "grants", "limits", "holds", "seconds")
_HEADER = re.compile(rf"^\s*\[\[\s*version\s*(?:\.\s*(?P<table>{'|'.join(_TABLES)})\s*)?\]\]")
# A version by its number from 0, and what of it: a table and the number in it, or nothing.
_At = tuple[int, tuple[str, int] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProblem:
    """What is wrong in a policy file, where, and the way out. `line` is 0 where nobody knows it."""

    file: str
    line: int
    place: str
    reason: str

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}: {f'{self.place}: ' if self.place else ''}{self.reason}"


class BadPolicy(ValueError):
    """A policy can't be used."""

    def __init__(self, problems: Sequence[PolicyProblem]) -> None:
        self.problems = tuple(problems)
        others = f" (and {len(problems) - 1} more; makegood policy check lists all)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{others}")


class PolicyUnreadable(ValueError):
    """There is no policy to read where one is named."""


def read_policies(path: Path, *, zone: str) -> tuple[Policy, ...]:
    """Every version in a file, or in all `.toml` files of a folder, the earliest first. Days begin in `zone`.

    Raises:
        PolicyUnreadable: there is no such file, or none in the folder.
        BadPolicy: something in them is wrong; all that is wrong is listed.
    """
    return _read([_Reading(str(file), _text_of(file), zone) for file in files_of(path)])


def read_text(text: str, *, name: str, zone: str) -> tuple[Policy, ...]:
    """Every version in a text, as `read_policies` reads a file; `name` is what its problems call it.

    Raises:
        BadPolicy: something in it is wrong; all that is wrong is listed.
    """
    return _read([_Reading(name, text, zone)])


def _read(read: Sequence["_Reading"]) -> tuple[Policy, ...]:
    problems = [problem for each in read for problem in each.problems]
    policies = [policy for each in read for policy in each.policies]
    problems += list(_at_once(read))
    if problems:
        raise BadPolicy(problems)
    return tuple(sorted(policies, key=lambda policy: policy.effective_from))


@lru_cache(maxsize=1)
def shipped_authority() -> Authority:
    """Who may grant what where a version does not say so."""
    return read_policies(SHIPPED, zone="UTC")[-1].authority


def files_of(path: Path) -> list[Path]:
    """The files that a path names.

    Raises:
        PolicyUnreadable: none.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise PolicyUnreadable(f"{path}: no policy lies in this folder; its files end in .toml")
    return files


class _Reading:
    """What one file holds, and all that is wrong with it."""

    def __init__(self, name: str, text: str, zone: str) -> None:
        self.file, self.zone = name, zone
        self.problems: list[PolicyProblem] = []
        self.policies: list[Policy] = []
        self.lines: dict[_At, int] = {}
        plain = self._plain(text)
        if plain is not None:
            self.lines = _lines(text)
            self._take_in(plain)

    def _plain(self, text: str) -> dict[str, Any] | None:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            self._note(f"it is not TOML: {error}", line=int(line[1]) if line else 0)
            return None

    def _take_in(self, plain: Mapping[str, Any]) -> None:
        try:
            record = PolicyRecord.model_validate(plain)
        except ValidationError as error:
            for each in error.errors():
                self._note_shape(each["loc"], each["type"], each["msg"], each.get("input"))
            return
        for at, version in enumerate(record.version):
            self._check(at, version)
            self.policies.append(_policy(record.name, version, self._begin(version)))

    def _begin(self, version: VersionRecord) -> datetime:
        begin = version.effective_from
        if not isinstance(begin, datetime):
            begin = datetime.combine(begin, time())
        return begin if begin.tzinfo else begin.replace(tzinfo=zone_named(self.zone))

    def _check(self, at: int, version: VersionRecord) -> None:
        known: list[str] = []
        for name, expression in version.values.items():
            if name in OF_CHANGES.roots | FUNCTIONS:
                self._note("it is a name of ours; choose another", place=_place(at, f"values.{name}"), version=at)
            self._find(expression, known, place=_place(at, f"values.{name}"), version=at)
            known.append(name)
        names: set[str] = set()
        for number, rule in enumerate(version.rules):
            for reason in _amiss(rule, version.offers, names):
                self._note(reason, place=_place(at, rule.name), version=at, part=("rules", number))
            names.add(rule.name)
            for field in ("when", "requires", "until"):
                text = getattr(rule, field)
                if text is not None:
                    place = _place(at, f"{rule.name}.{field}")
                    self._find(text, known, place=place, version=at, part=("rules", number))
        for each in amiss_in_authority(version, names):
            part = (each.table, each.number) if each.table else None
            self._note(each.reason, place=_place(at, each.place), version=at, part=part)

    def _find(
        self, text: str, known: Sequence[str], *, place: str, version: int, part: tuple[str, int] | None = None
    ) -> None:
        for found in findings(text, vocabulary=OF_CHANGES, values=dict.fromkeys(known)):
            self._note(f"column {found.column}: {found.reason}", place=place, version=version, part=part)

    def _note_shape(self, loc: Sequence[str | int], kind: str, message: str, given: object) -> None:
        steps = [str(step) if isinstance(step, str) else f"{step + 1}" for step in loc]
        version = loc[1] if len(loc) > 1 and loc[0] == "version" and isinstance(loc[1], int) else None
        table, number = loc[2:4] if version is not None and len(loc) > 3 else ("", "")
        self._note(
            _shape_words(kind, message, str(loc[-1]) if loc else "", given),
            place=" ".join(steps),
            version=version,
            part=(table, number) if table in _TABLES and isinstance(number, int) else None,
        )

    def _note(
        self,
        reason: str,
        *,
        place: str = "",
        line: int = 0,
        version: int | None = None,
        part: tuple[str, int] | None = None,
    ) -> None:
        if version is not None:
            line = self.lines.get((version, part), 0)
        self.problems.append(PolicyProblem(file=self.file, line=line, place=place, reason=reason))


def _text_of(file: Path) -> str:
    """The text of a file.

    Raises:
        PolicyUnreadable: it can't be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyUnreadable(f"{file}: it can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyUnreadable(f"{file}: it is not UTF-8, in which TOML is written") from error


def _lines(text: str) -> dict[_At, int]:
    """The line on which each version and each of its rules begins; what is written in line has none."""
    found: dict[_At, int] = {}
    version, counts = -1, Counter[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header and header["table"]:
            found[version, (header["table"], counts[header["table"]])] = number
            counts[header["table"]] += 1
        elif header:
            version, counts = version + 1, Counter()
            found[version, None] = number
    return found


def _place(version: int, rest: str) -> str:
    return f"version {version + 1} {rest}"


def _amiss(rule: RuleRecord, offers: Sequence[ChangeKind], before: set[str]) -> Iterator[str]:
    if rule.name in before:
        yield "another rule has this name; a refusal is known by it, so give each its own"
    if rule.requires is None and rule.until is None:
        yield "it asks for nothing; write requires, until, or both"
    for kind in rule.changes:
        if kind not in offers:
            yield f"{kind.value} is not offered, so it is never asked; add it to offers, or leave it out here"


def _shape_words(kind: str, message: str, key: str, given: object) -> str:
    """What pydantic finds, with the way out."""
    match kind:
        case "missing":
            return "it is missing; write it"
        case "too_short" | "string_too_short":
            return "it is empty; write at least one" if given == [] else "it is empty; write something"
        case "extra_forbidden":
            return f"there is no key {key!r} here; docs/policy.md lists those there are"
        case "string_pattern_mismatch":
            return f"{given!r} is no name; write small letters and digits with hyphens or underscores between"
        case "value_error":
            return message.removeprefix("Value error, ")
        case "literal_error":
            return f'{given!r} is another schema; this version reads "policy/1"'
        case _:
            return f"{message[:1].lower()}{message[1:]}, and it is {str(given)[:80]!r}"


def _policy(name: str, version: VersionRecord, begin: datetime) -> Policy:
    return Policy(
        name=name,
        effective_from=begin,
        offers=tuple(version.offers),
        values=tuple(NamedValue(name=each, expression=text) for each, text in version.values.items()),
        rules=tuple(_rule(each) for each in version.rules),
        authority=authority_of(version) if says_who_may_grant(version) else shipped_authority(),
    )


def _rule(record: RuleRecord) -> Rule:
    return Rule(
        name=record.name,
        changes=tuple(record.changes),
        when=record.when or "",
        requires=record.requires or "",
        until=record.until or "",
        words=words_of(record.words),
    )


def _at_once(read: Iterable[_Reading]) -> Iterator[PolicyProblem]:
    """Two versions that begin at one instant: nobody could say which is in force."""
    begun = [(policy.effective_from, each.file) for each in read for policy in each.policies]
    for (before, other), (begin, file) in pairwise(sorted(begun)):
        if begin == before:
            where = "this file" if other == file else other
            reason = f"another version begins at that instant too, in {where}; let one begin later"
            yield PolicyProblem(file=file, line=0, place=f"effective_from {begin.isoformat()}", reason=reason)
