"""What docs/extending.md shows works, and the files that it names are there."""

import os
import re
import shutil
import subprocess
import sys
from types import ModuleType

import pytest
from django.template import engines
from django.template.loaders.locmem import Loader

from makegood.journal.facts import Fact
from makegood.journal.registry import REACTIONS
from tests import worlds
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "extending.md"
DIFFS = ROOT / "docs" / "extending"
TEMPLATE = re.compile(r"```html\n{# (\S+) #}\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
FILE = re.compile(r"`((?:makegood|tests|scripts|docs)/[\w./]+)`")


@pytest.mark.django_db
def test_the_examples_work(monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    worlds.open_shop()
    example = ModuleType("makegood.example.reactions")
    monkeypatch.setitem(sys.modules, example.__name__, example)
    known = dict(REACTIONS.by_kind), dict(REACTIONS.by_name)
    engine = engines["django"].engine
    ours = Loader(engine, dict(TEMPLATE.findall(text)))
    engine.template_loaders.append(ours)
    try:
        for block in BLOCK.finditer(text):
            line = text[: block.start(1)].count("\n")
            exec(compile("\n" * line + block[1], str(PAGE), "exec"), example.__dict__)  # noqa: S102 -- our own document
    finally:
        engine.template_loaders.remove(ours)
        REACTIONS.by_kind, REACTIONS.by_name = known
        Fact.kinds.pop("ParcelWeighed", None)


def test_the_files_it_names_are_there():
    named = FILE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("diff", sorted(DIFFS.glob("*.diff")), ids=lambda path: path.stem)
def test_the_changes_that_it_shows_apply_and_compile(diff, tmp_path):
    text = diff.read_text(encoding="utf-8")
    for path in re.findall(r"^--- a/(\S+)$", text, re.MULTILINE):
        if (ROOT / path).exists():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, tmp_path / path)
    # A folder that is no repository: it is read as it stands.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    said = subprocess.run(
        ["git", "apply", "--verbose", str(diff)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    changed = re.findall(r"^\+\+\+ b/(\S+)$", text, re.MULTILINE)
    assert [path for path in changed if not (tmp_path / path).exists()] == []
    for path in changed:
        if path.endswith(".py"):
            compile((tmp_path / path).read_text(encoding="utf-8"), path, "exec")


def test_a_change_in_the_page_is_the_one_in_its_file():
    assert (DIFFS / "case-type.diff").read_text(encoding="utf-8") in PAGE.read_text(encoding="utf-8")
