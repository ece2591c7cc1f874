"""A fact that was written once can be read for ever, whatever its kind has become since."""

import json
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction

from makegood.journal.actions import announce
from makegood.journal.facts import Fact, Upcaster, WrittenByNewerCode, adapter_of, fact_of, version_of
from makegood.journal.models import FactRow
from makegood.journal.queries import facts_of
from makegood.promises.actions import break_overdue
from makegood.promises.facts import PromiseBroken
from tests import worlds
from tests.journal.fact_examples import FOLDER, file_of, kinds
from tests.worlds import DAY, DUE, MONDAY

HOW = (
    "the fields of {kind} have changed, and facts of version {version} are in databases already: give the class"
    " `version = {next}`, put what makes old content new into `upcasters[{version}]`, and run scripts/fact_examples"
    " (if no release has written it yet, delete its example instead, and run that)"
)
EXAMPLES = [(path.name.split(".")[0], int(path.name.split(".")[1][1:])) for path in sorted(FOLDER.glob("*.json"))]


def test_every_version_of_every_kind_has_an_example():
    wanted = {(kind, version) for kind in kinds() for version in range(1, version_of(kind) + 1)}
    assert set(EXAMPLES) - wanted == set(), "a kind that was written once is read for ever: keep its class"
    assert wanted - set(EXAMPLES) == set(), "run scripts/fact_examples, and commit what it writes"


@pytest.mark.parametrize(("kind", "version"), EXAMPLES)
def test_what_was_written_is_read(kind, version):
    content = json.loads(file_of(kind, version).read_text())
    how = HOW.format(kind=kind, version=version, next=version + 1)
    try:
        fact = fact_of(kind, version, content)
    except ValueError as error:
        pytest.fail(f"{how}\n{error}")
    if version == version_of(kind):
        assert adapter_of(kind).dump_python(fact, mode="json") == content, how


def by_step(content: dict[str, Any]) -> dict[str, Any]:
    return {"customer_id": content["customer_id"], "steps": content["step"]}


def in_metres(content: dict[str, Any]) -> dict[str, Any]:
    return {"customer_id": content["customer_id"], "metres": content["steps"] * 2}


@pytest.fixture
def walked():
    class Walked(Fact):
        metres: int
        version: ClassVar[int] = 3
        upcasters: ClassVar[dict[int, Upcaster]] = {1: by_step, 2: in_metres}

    yield Walked
    del Fact.kinds["Walked"]
    adapter_of.cache_clear()


@pytest.mark.django_db
def test_older_facts_are_read_in_their_present_shape(walked):
    with transaction.atomic():
        announce([walked(customer_id=7, metres=1)], now=MONDAY)
    old = {"kind": "Walked", "customer_id": 7, "ordering_key": "walk", "happened_at": MONDAY}
    FactRow.objects.create(**old, version=1, content={"customer_id": 7, "step": 3})
    FactRow.objects.create(**old, version=2, content={"customer_id": 7, "steps": 4})
    found = facts_of(customer_id=7, kinds=[walked], limit=9)
    assert [(row.version, fact.metres) for row, fact in found] == [(3, 1), (1, 6), (2, 8)]


def test_what_newer_code_wrote_is_not_guessed_at(walked):
    with pytest.raises(WrittenByNewerCode):
        fact_of("Walked", 4, {"customer_id": 7, "metres": 1})


def test_a_version_without_its_upcaster_is_no_class():
    with pytest.raises(TypeError, match="an upcaster for each version before it"):

        class Jumped(Fact):
            version = 3
            upcasters: ClassVar[dict[int, Upcaster]] = {1: by_step}


@pytest.mark.django_db
def test_what_sql_announces_says_its_version_too(monkeypatch):
    worlds.open_shop()
    worlds.customer()
    worlds.take_in(worlds.order_record())
    monkeypatch.setattr(PromiseBroken, "version", 2)
    break_overdue(now=DUE + DAY)
    assert set(FactRow.objects.filter(kind="PromiseBroken").values_list("version", flat=True)) == {2}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM makegood_fact WHERE kind <> 'PromiseBroken' AND version <> 1")
        assert cursor.fetchone() == (0,)
