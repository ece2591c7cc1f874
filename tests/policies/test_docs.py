"""docs/policy.md shows what works, and lists every name that a condition may say."""

import re

from makegood.policies.reading import read_policies
from makegood.policies.rules.grant_situations import TroubleKind
from makegood.policies.rules.values import GRANTABLE, Grantor
from makegood.policies.rules.vocabulary import FUNCTIONS, OF_CHANGES, OF_GRANTS, Kind
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "policy.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_examples_decide_as_the_page_says(tmp_path):
    """What is shown in Python is about the policy that is shown before it."""
    file, known = tmp_path / "policy.toml", {}
    shown = list(re.finditer(r"```(toml|python)\n(.*?)```", TEXT, re.DOTALL))
    assert [block[1] for block in shown] == ["toml", "python", "python"] * 2
    for block in shown:
        line = TEXT[: block.start(2)].count("\n")
        if block[1] == "toml":
            file.write_text(block[2])
            known = {"policies": read_policies(file, zone="UTC")}
        else:
            exec(compile("\n" * line + block[2], str(PAGE), "exec"), known)  # noqa: S102 -- our own document


def test_every_name_and_function_is_listed():
    known = {**OF_CHANGES.names, **OF_GRANTS.names}
    of_lists = {name for name, kind in known.items() if kind is Kind.LIST}
    names = {
        name.rpartition(".")[2] if name.rpartition(".")[0] in of_lists else name
        for name, kind in known.items()
        if kind is not Kind.GROUP
    }
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    told = {each.partition("(")[0] for each in re.findall(r"`([^`]+)`", prose)}
    assert (names | FUNCTIONS | set(GRANTABLE) | set(TroubleKind) | set(Grantor)) - told == set()
