"""A function fits on a screen, a file into a head."""

import ast
from pathlib import Path

import pytest

from tests.house.source import PRODUCT, ROOT, TESTS, files, functions, named, tree_of

LONGEST_FUNCTION = 70
LONGEST_FILE = 400


def long_functions(tree: ast.AST) -> dict[str, int]:
    """Functions that are too long, decorators and docstrings counted, and their lines."""
    sizes = {
        function.name: (function.end_lineno or 0)
        - min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        + 1
        for function in functions(tree)
    }
    return {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION}


def is_long(text: str) -> bool:
    return len(text.splitlines()) > LONGEST_FILE


@pytest.mark.parametrize("folder", [PRODUCT, TESTS, ROOT / "docs"], ids=lambda folder: folder.name)
def test_functions_are_short(folder: Path) -> None:
    found = {named(path): long_functions(tree_of(path)) for path in files(folder)}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("folder", [PRODUCT, TESTS, ROOT / "docs", ROOT / "scripts"], ids=lambda folder: folder.name)
def test_files_are_short(folder: Path) -> None:
    written = [
        path for path in folder.rglob("*") if path.suffix in {".py", ".sql", ".html", ".sh", ""} and path.is_file()
    ]
    assert [
        named(path)
        for path in written
        if "migrations" not in path.relative_to(folder).parts and is_long(path.read_text())
    ] == []


def test_a_long_function_is_seen() -> None:
    def body(lines: int) -> ast.Module:
        return ast.parse("@decorated\ndef f():\n" + "    pass\n" * (lines - 2))

    assert long_functions(body(LONGEST_FUNCTION)) == {}
    assert long_functions(body(LONGEST_FUNCTION + 1)) == {"f": LONGEST_FUNCTION + 1}


def test_a_long_file_is_seen() -> None:
    assert not is_long("x\n" * LONGEST_FILE)
    assert is_long("x\n" * (LONGEST_FILE + 1))
