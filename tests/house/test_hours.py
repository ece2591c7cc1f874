"""No hour is shown without saying by whose clocks: `kit.localise` writes them all."""

import inspect
import re

import pytest

from makegood.faces import words
from tests.house.source import PRODUCT, files

ONE_PLACE = "makegood/kit/localise.py"
# Where an hour is written for programs, or beside a word that says whose it is.
NOT_SHOWN = {
    "makegood/cases/claim_evidence.py": "a time of day that every customer's clocks show, as a record's name",
    "makegood/cases/dispute_evidence.py": "in pages whose head says by whose clocks",
    "makegood/faces/api/catalog.py": "a cut-off by the clocks of its place, for programs",
    "makegood/replies/actions.py": "a key that holds for an hour of the machine's time",
    "makegood/stories/reading.py": "an instant of a story's script, with its Z",
    "makegood/stories/showing.py": "in a column that is headed UTC",
    "makegood/stories/worlds/voices.py": "as carriers' systems write it",
}
WRITES_AN_HOUR = re.compile(r"%-?[HI]\b|%X|%c\b|%T\b|format_time|format_datetime|\.ctime\(")
# What Django itself brings writes hours by the server's clocks, and without a name.
FORMATS_BY_ITSELF = re.compile(r"\|\s*(?:date|time)\s*:|{%\s*now\b")
TEMPLATES = sorted(PRODUCT.rglob("*.html")) + sorted(PRODUCT.rglob("*.txt"))


def test_hours_are_written_in_one_place():
    found = {
        str(path.relative_to(PRODUCT.parent))
        for path in files(PRODUCT)
        if WRITES_AN_HOUR.search(path.read_text(encoding="utf-8"))
    }
    assert found == {ONE_PLACE, *NOT_SHOWN}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_writes_an_hour_by_itself(path):
    assert FORMATS_BY_ITSELF.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("filter_of", [words.instant, words.hour])
def test_no_template_can_ask_for_an_hour_without_a_zone(filter_of):
    assert inspect.signature(filter_of).parameters["zone"].default is inspect.Parameter.empty
