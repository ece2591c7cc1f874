"""A new member of an enum is missed by nothing: every table over one is total, every match ends in `assert_never`.

A table is a dict written out with members of one enum of ours as its keys. One that leaves members out on purpose is
asked with `.get` or `in`, and stands in `PARTIAL` with what the others are. A chain of ifs over one kind of remedy has
no place at all: what differs by kind stands in a table.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from pathlib import Path

from makegood.cases.rules import CaseType
from makegood.channels.rules import Via
from makegood.policies.rules.values import ChangeKind, RemedyKind
from makegood.promises.rules import PromiseKind
from makegood.remedies.rules.steps.states import StepKind
from makegood.remedies.rules.values import Treatment
from makegood.replies.rules.values import NewsKind
from makegood.staff.rules import Standpoint
from tests.house.source import PRODUCT, files, named, tree_of

# By file and enum: what becomes of the members that the table leaves out.
PARTIAL: dict[tuple[str, str], str] = {
    ("makegood/cases/subjects.py", "SubjectKind"): "a parcel, whose promise is its delivery's",
    ("makegood/faces/desk/authority.py", "Grantor"): "the system, which may grant nothing alone",
    ("makegood/remedies/rules/trouble.py", "TroubleKind"): "no trouble, where nothing went wrong",
    ("makegood/demo.py", "ScanKind"): "the demo's carrier says no others",
    ("makegood/faces/account/choices.py", "StepState"): "states that the other sentences tell",
    ("makegood/faces/account/contradicted.py", "EvidenceKey"): "evidence that contradicts nothing",
    ("makegood/parcels/rules/contradictions.py", "EvidenceKey"): "evidence that contradicts nothing",
    ("makegood/faces/account/parcels_told.py", "ScanKind"): "scans that don't say with whom it was left",
    ("makegood/faces/account/parcels_told.py", "Verdict"): "verdicts that need no thought of ours",
    ("makegood/faces/account/timeline.py", "Verdict"): "verdicts that are no doubt",
    ("makegood/faces/desk/headlines.py", "Verdict"): "verdicts that are no danger (`IN_DANGER`)",
    ("makegood/faces/desk/timeline.py", "Verdict"): "verdicts that say lost or arriving",
    ("makegood/faces/desk/failures.py", "Reason"): "reasons that are no failure",
    ("makegood/parcels/rules/verdicts.py", "ScanKind"): "scans after which a parcel goes on",
    ("makegood/parcels/rules/verdicts.py", "Verdict"): "verdicts that aren't calm",
    ("makegood/parcels/warehouse_notices.py", "NoticeState"): "what a place has not answered",
    ("makegood/parcels/words.py", "EvidenceKey"): "silence, which is counted in days",
    ("makegood/payments/rules/reconciling.py", "EntryKind"): "entries that undo no other",
    ("makegood/replies/rules/cues.py", "CueKind"): "cues that are no deed",
    ("makegood/replies/rules/fitting.py", "CueKind"): "cues that are no deed",
}
# Codes by what they mean, read the other way round: a carrier need not have every kind of scan.
CODES = "makegood/connectors/"
# What grows by a member: a shop's next remedy, step, promise, letter, channel, or way to act.
GROWS: dict[str, type[Enum]] = {
    each.__name__: each
    for each in (RemedyKind, Treatment, StepKind, PromiseKind, NewsKind, CaseType, Via, Standpoint, ChangeKind)
}
# Matches that end in a default on purpose: a kind of scan that moves a parcel on and says nothing more.
DEFAULTS = {"makegood/parcels/rules/verdicts.py"}


def enums_of(path: Path, tree: ast.AST) -> dict[str, type[Enum]]:
    """The enums of ours that a module names, by the names it has for them."""
    if not any(isinstance(node, ast.Dict | ast.Match) for node in ast.walk(tree)):
        return {}
    name = ".".join(path.relative_to(PRODUCT.parent).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    return {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Enum) and value.__module__.startswith("makegood.")
    }


def member_of(node: ast.AST | None, enums: dict[str, type[Enum]]) -> Enum | None:
    """The member that an expression names, as in `Kind.REFUND` or `Kind.REFUND.value`."""
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in enums:
        return enums[node.value.id].__members__.get(node.attr)
    return None


def missing(table: ast.Dict, enums: dict[str, type[Enum]]) -> tuple[str, set[str]] | None:
    """The enum of a table's keys and the members it leaves out; None where it is no table over one enum."""
    members = [member_of(key, enums) for key in table.keys]
    found = [member for member in members if member is not None]
    if len(found) < 2 or len(found) != len(members) or len({type(member) for member in found}) != 1:
        return None
    kind = type(found[0])
    return kind.__name__, {each.name for each in kind} - {each.name for each in found}


def partial_tables(path: Path) -> Iterator[tuple[str, str, int, set[str]]]:
    tree = tree_of(path)
    enums = enums_of(path, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and (found := missing(node, enums)) and found[1]:
            yield named(path), found[0], node.lineno, found[1]


def open_matches(path: Path) -> Iterator[tuple[str, int]]:
    """Matches over members of an enum of ours that don't end in `assert_never`."""
    tree = tree_of(path)
    enums = enums_of(path, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Match) and any(
            member_of(value.value, enums)
            for case in node.cases
            for value in ast.walk(case.pattern)
            if isinstance(value, ast.MatchValue)
        ):
            last = ast.unparse(node.cases[-1].body[-1])
            if not last.startswith("assert_never("):
                yield named(path), node.lineno


def product() -> list[Path]:
    skipped = {"migrations", "asgi.py", "settings.py", "bench", "stories"}
    return [path for path in files(PRODUCT) if not skipped & {*path.relative_to(PRODUCT).parts}]


def test_every_table_over_an_enum_is_total() -> None:
    found = [each for path in product() for each in partial_tables(path) if not each[0].startswith(CODES)]
    assert [each for each in found if (each[0], each[1]) not in PARTIAL] == []
    assert {(file, enum) for file, enum, *_ in found} >= set(PARTIAL), "these are total by now"


def test_every_match_over_an_enum_ends_in_assert_never() -> None:
    found = [each for path in product() for each in open_matches(path)]
    assert [each for each in found if each[0] not in DEFAULTS] == []


def chains(path: Path) -> Iterator[tuple[str, int]]:
    """Ifs that ask one after the other which member of a growing enum it is: the last else takes what comes new."""
    tree = tree_of(path)
    enums = {name: GROWS[name] for name in GROWS if name in path.read_text()}

    def asked(node: ast.AST) -> set[str]:
        members = (member_of(each, enums) for each in ast.walk(node))
        return {type(member).__name__ for member in members if member is not None}

    for node in ast.walk(tree) if enums else ():
        if isinstance(node, ast.If | ast.IfExp):
            after = node.orelse if isinstance(node, ast.If) else [node.orelse]
            for each in after[:1]:
                if isinstance(each, ast.If | ast.IfExp) and asked(node.test) & asked(each.test):
                    yield named(path), node.lineno
        body = getattr(node, "body", None)
        for first, then in pairwise(body) if isinstance(body, list) else ():
            if isinstance(first, ast.If) and isinstance(then, ast.If) and asked(first.test) & asked(then.test):
                yield named(path), first.lineno


def test_nothing_asks_which_kind_it_is_one_after_the_other() -> None:
    assert [each for path in product() for each in chains(path)] == []


def test_nothing_asks_which_kind_of_remedy_it_is_one_by_one() -> None:
    found = [
        f"{named(path)}:{node.lineno}"
        for path in product()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.If | ast.IfExp) and "RemedyKind." in ast.unparse(node.test)
    ]
    assert found == []


def test_no_template_chooses_by_the_name_of_what_grows() -> None:
    """Words by kind stand in a total table in Python; a template asks for what is there: a day, a sum."""
    others = {each.value for enum in enums_known() if enum not in GROWS.values() for each in enum}
    names = {each.value for enum in GROWS.values() for each in enum} - others
    found = [
        (named(path), condition)
        for path in sorted(PRODUCT.rglob("*.html"))
        for condition in re.findall(r"{%-?\s*(?:el)?if ([^%]*)%}", path.read_text("utf-8"))
        if names & set(re.findall(r"""[=!]=\s*["'](\w+)["']""", condition))
    ]
    assert found == []


def enums_known() -> Iterator[type[Enum]]:
    waiting: list[type[Enum]] = [Enum]
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        yield from (each for each in found if each.__module__.startswith("makegood."))
