"""Rules decide over frozen values with the standard library alone; and no import hides inside a function."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import PRODUCT, files, functions, named, tree_of

# Parts of the standard library by which a rule could reach the world, the clock or other code.
IMPURE_STANDARD = {
    "asyncio", "ctypes", "ftplib", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib", "random",
    "shutil", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
}  # fmt: skip
PACKAGED = "importlib.resources."  # tables that ship beside the code, read once
PURE_KIT = ("makegood.kit.calendars", "makegood.kit.currencies", "makegood.kit.errors", "makegood.kit.instants")
# Where decisions stand: rules, and in remedies what is decided by them.
PURE = {"rules", "kinds", "planner"}
# What a room's rules may use beyond the standard library: policies have CEL, remedies will have the solver here.
# The names of months, weekdays and currencies are tables of Unicode's, which babel carries.
PARTS_OF: dict[str, set[str]] = {"policies": {"cel"}, "replies": {"babel"}}

# Where an import must wait inside a function, and why.
WAITING_IMPORTS = {
    "makegood/cli.py": "the database must be named and Django set up before any room can be imported",
    "makegood/importing.py": "likewise: it is one of the commands",
    "makegood/explaining.py": "likewise: it is one of the commands",
    "makegood/policy_command.py": "likewise: it is one of the commands",
    "makegood/faces/api/schemas.py": "likewise: it is run as a script",
}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that the tree imports, at the top or anywhere else; of `from a import b` both `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def impurities(tree: ast.AST, *, room: str) -> list[str]:
    """What the rules of `room` import and may not."""
    return [module for module in imported(tree) if not _is_pure(module, room)]


def _is_pure(module: str, room: str) -> bool:
    top, *rest = module.split(".")
    if top == "makegood":
        return module.startswith(tuple(f"{kit}." for kit in PURE_KIT)) or (
            len(rest) > 1 and (rest[1] in PURE or rest[:2] == [room, "facts"])
        )
    if module.startswith(PACKAGED):
        return True
    return (top in sys.stdlib_module_names and top not in IMPURE_STANDARD) or top in PARTS_OF.get(room, set())


def hidden_imports(tree: ast.AST) -> list[int]:
    """The lines on which a function imports."""
    return sorted(
        {
            node.lineno
            for function in functions(tree)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
    )


def _decides(path: Path) -> bool:
    _room, *inside = path.relative_to(PRODUCT).with_suffix("").parts
    return "rules" in inside or (bool(inside) and inside[0] in PURE)


def test_rules_are_pure() -> None:
    rules = [path for path in files(PRODUCT) if _decides(path)]
    found = {named(path): impurities(tree_of(path), room=path.relative_to(PRODUCT).parts[0]) for path in rules}
    assert {path: modules for path, modules in found.items() if modules} == {}


@pytest.mark.parametrize("module", PURE_KIT)
def test_the_kit_that_rules_use_is_pure_itself(module: str) -> None:
    path = PRODUCT.parent / f"{module.replace('.', '/')}.py"
    if path.exists():
        assert impurities(tree_of(path), room="kit") == []


def test_no_import_hides_inside_a_function() -> None:
    found = {
        named(path): hidden_imports(tree_of(path)) for path in files(PRODUCT) if named(path) not in WAITING_IMPORTS
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "bad",
    [
        "import django",
        "from django.utils import timezone",
        "from makegood.promises.models import Promise",
        "from makegood.promises import models",
        "from makegood.orders.facts import OrderPlaced",
        "from makegood.kit import clock",
        "from makegood.kit.clock import now",
        "import os",
        "from importlib import import_module",
        "from urllib.request import urlopen",
        "def rule():\n    from django.db import connection\n    return connection",
    ],
)
def test_an_impure_rule_is_seen(bad: str) -> None:
    assert impurities(ast.parse(bad), room="promises")


@pytest.mark.parametrize(
    "good",
    [
        "from datetime import datetime",
        "from makegood.kit.calendars import Calendar",
        "from makegood.promises.facts import PromiseBroken",
        "from makegood.promises import rules",
        "from importlib.resources import files",
        "from makegood.customers.rules import HandleKind",
        "from makegood.promises.rules.values import Value",
    ],
)
def test_a_pure_rule_passes(good: str) -> None:
    assert impurities(ast.parse(good), room="promises") == []


def test_a_hidden_import_is_seen() -> None:
    assert hidden_imports(ast.parse("import a\n\ndef f():\n    if a:\n        from b import c\n    return c")) == [5]
    assert hidden_imports(ast.parse("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from b import c")) == []
