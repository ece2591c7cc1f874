"""docs/policy.md shows what works, and lists every name that a condition may say."""

import re

from makegood.policies.reading import read_policies
from makegood.policies.rules.vocabulary import FUNCTIONS, OF_CHANGES, Kind
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "policy.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_example_decides_as_the_page_says(tmp_path):
    file = tmp_path / "policy.toml"
    (shown,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    file.write_text(shown)
    known = {"policies": read_policies(file, zone="UTC")}
    for block in re.finditer(r"```python\n(.*?)```", TEXT, re.DOTALL):
        line = TEXT[: block.start(1)].count("\n")
        exec(compile("\n" * line + block[1], str(PAGE), "exec"), known)  # noqa: S102 -- our own document


def test_every_name_and_function_is_listed():
    of_lists = {name for name, kind in OF_CHANGES.names.items() if kind is Kind.LIST}
    names = {
        name.rpartition(".")[2] if name.rpartition(".")[0] in of_lists else name
        for name, kind in OF_CHANGES.names.items()
        if kind is not Kind.GROUP
    }
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    told = {each.partition("(")[0] for each in re.findall(r"`([^`]+)`", prose)}
    assert (names | FUNCTIONS) - told == set()
