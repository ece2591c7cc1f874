"""A name says what a thing is for; these words say that nobody knew."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import PRODUCT, ROOT, TESTS, files, named, tree_of

BANNED = {"service", "manager", "helper", "util", "common", "data", "info"}

# Two of the words are nouns of this trade. A class of exactly that name is one; a function may be about them.
NOUNS = {
    "helper": "the person who helps",
    "service": "what a carrier sells: express, ground",
}


# Named by somebody else, whose code calls them.
GIVEN = {"handle_DATA": "aiosmtpd calls its handler's method by this name"}
FILES = {"docs/schema/services.json": "the schema of a carrier's services, by the kind's own name"}


def empty_names(tree: ast.AST) -> Iterator[str]:
    """Classes and functions whose last word says nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if is_empty(node.name) and last_word(node.name) not in NOUNS and node.name not in GIVEN:
                yield node.name
        elif isinstance(node, ast.ClassDef) and is_empty(node.name) and node.name.lower() not in NOUNS:
            yield node.name


def last_word(name: str) -> str:
    """The last word of `name`, written in either case, in the singular."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    return words[-1].lower().removesuffix("s") if words else ""


def is_empty(name: str) -> bool:
    return last_word(name) in BANNED


@pytest.mark.parametrize("folder", [PRODUCT, TESTS, ROOT / "scripts"], ids=lambda folder: folder.name)
def test_names_say_what_for(folder: Path) -> None:
    found = {named(path): [*empty_names(tree_of(path))] for path in files(folder)}
    assert {path: names for path, names in found.items() if names} == {}


def test_files_are_named_for_what_they_hold() -> None:
    everything = [path for folder in (PRODUCT, TESTS, ROOT / "scripts", ROOT / "docs") for path in folder.rglob("*")]
    found = {named(path) for path in everything if is_empty(path.stem) and "static" not in path.relative_to(ROOT).parts}
    assert found == FILES.keys()


@pytest.mark.parametrize(
    "bad",
    [
        "class OrderService: ...",
        "class StockManagers: ...",
        "class OrderHelper: ...",
        "def date_utils(): ...",
        "def get_data(): ...",
        "async def _info(): ...",
    ],
)
def test_an_empty_name_is_seen(bad: str) -> None:
    assert [*empty_names(ast.parse(bad))] != []


@pytest.mark.parametrize("stem", ["utils", "helpers", "common", "order_service", "data"])
def test_an_empty_file_name_is_seen(stem: str) -> None:
    assert is_empty(stem)


@pytest.mark.parametrize(
    "good",
    [
        "class Helper: ...",
        "class Service: ...",
        "class HelperQueries: ...",
        "def put_services(): ...",
        "def update(): ...",
        "def metadata(): ...",
        "def informed(): ...",
    ],
)
def test_a_telling_name_passes(good: str) -> None:
    assert [*empty_names(ast.parse(good))] == []
