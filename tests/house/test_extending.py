"""What docs/extending.md shows works, and the files that it names are there."""

import re

import pytest

from makegood.journal.facts import Fact
from makegood.journal.registry import REACTIONS
from tests import worlds
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "extending.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
FILE = re.compile(r"`((?:makegood|tests|scripts|docs)/[\w./]+)`")


@pytest.mark.django_db
def test_the_examples_work():
    text = PAGE.read_text(encoding="utf-8")
    worlds.open_shop()
    known = dict(REACTIONS.by_kind), dict(REACTIONS.by_name)
    try:
        names = {"__name__": "makegood.example.reactions"}
        for block in BLOCK.finditer(text):
            line = text[: block.start(1)].count("\n")
            exec(compile("\n" * line + block[1], str(PAGE), "exec"), names)  # noqa: S102 -- our own document
    finally:
        REACTIONS.by_kind, REACTIONS.by_name = known
        Fact.kinds.pop("ParcelWeighed", None)


def test_the_files_it_names_are_there():
    named = FILE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []
