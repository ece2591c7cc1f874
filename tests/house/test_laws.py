"""Laws that can be read off the source: facts instead of signals, one clock, no waiting for luck in tests."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.house.source import PRODUCT, TESTS, dotted, files, functions, named, tree_of

BANNED_IMPORTS = (
    "django.dispatch",
    "django.db.models.signals",
    "django.core.signals",
    "django.contrib.admin",
)
READS_THE_MACHINE = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "date.today", "datetime.date.today", "timezone.now", "timezone.localdate", "timezone.localtime",
    "time.time", "time.time_ns",
}  # fmt: skip

# Where the machine's time is read, and why; all else asks makegood.kit.clock.
SYSTEM_TIME = {
    "makegood/kit/clock.py": "the one place that reads it: `system_now`",
}


def banned_imports(tree: ast.AST) -> list[str]:
    modules = [
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [f"{node.module}.{alias.name}" for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    return [module for module in modules if f"{module}.".startswith(tuple(f"{banned}." for banned in BANNED_IMPORTS))]


def overrides_save(tree: ast.AST) -> list[str]:
    """Classes that change what saving or deleting a row means."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [found.name for found in classes if {"save", "delete"} & {function.name for function in functions(found)}]


def reads_the_machine(tree: ast.AST) -> list[int]:
    """Lines that ask the machine what time it is, or hand the question to somebody else."""
    return sorted(
        {
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and dotted(node) in READS_THE_MACHINE
        }
    )


def lets_rows_date_themselves(tree: ast.AST) -> list[int]:
    """Lines on which a column fills itself with the machine's time, where the business's is meant."""
    keywords = [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]
    return [node.lineno for node in keywords if node.arg in {"auto_now", "auto_now_add"}]


def sleeps(tree: ast.AST) -> list[int]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if dotted(call.func) in {"time.sleep", "sleep", "asyncio.sleep"}]


# Where a test may sleep: between two looks at whether something has happened.
WAITS = {"tests/waiting.py"}


def findings(check: Callable[[ast.AST], list[int] | list[str]], folder: Path) -> dict[str, list[int] | list[str]]:
    found = {named(path): check(tree_of(path)) for path in files(folder)}
    return {path: lines for path, lines in found.items() if lines}


def test_facts_flow_through_the_journal() -> None:
    assert findings(banned_imports, PRODUCT) == {}


def test_saving_means_saving() -> None:
    assert findings(overrides_save, PRODUCT) == {}


def test_only_the_clock_reads_the_machine() -> None:
    assert findings(reads_the_machine, PRODUCT).keys() == SYSTEM_TIME.keys()


def test_rows_are_dated_by_the_action() -> None:
    assert findings(lets_rows_date_themselves, PRODUCT) == {}


def test_tests_wait_for_what_happens_not_for_time() -> None:
    assert findings(sleeps, TESTS).keys() == WAITS


@pytest.mark.django_db
def test_migrations_tell_the_whole_story(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", check=True, dry_run=True)
    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (banned_imports, "from django.db.models.signals import post_save"),
        (banned_imports, "from django.db.models import signals"),
        (banned_imports, "from django.dispatch import receiver"),
        (banned_imports, "import django.contrib.admin"),
        (banned_imports, "from django.contrib import admin"),
        (overrides_save, "class Promise(Model):\n    def save(self): ..."),
        (overrides_save, "class Promise(Model):\n    def delete(self): ..."),
        (reads_the_machine, "datetime.now(UTC)"),
        (reads_the_machine, "now = timezone.now"),
        (reads_the_machine, "models.DateTimeField(default=timezone.now)"),
        (reads_the_machine, "datetime.date.today()"),
        (lets_rows_date_themselves, "models.DateTimeField(auto_now_add=True)"),
        (sleeps, "time.sleep(1)"),
        (sleeps, "async def f(): await asyncio.sleep(1)"),
    ],
)
def test_a_breach_is_seen(check: Callable[[ast.AST], list[object]], bad: str) -> None:
    assert check(ast.parse(bad))


@pytest.mark.parametrize(
    "check", [banned_imports, overrides_save, reads_the_machine, lets_rows_date_themselves, sleeps]
)
def test_plain_code_passes(check: Callable[[ast.AST], list[object]]) -> None:
    plain = "from django.db import models\nclass Promise(Model):\n    def is_due(self, now): return now\nclock.now()"
    assert check(ast.parse(plain)) == []
