"""From 0.2.0 on every migration keeps what is there: whoever drops something says where it is now."""

import importlib
import re
from collections.abc import Iterable

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from makegood.opening import OURS, bring_up_to_date
from makegood.supervising import CannotRun

BEGINNING = {"0001_initial", "0002_held_by_postgresql"}
DROPS = re.compile(r"\bDROP\s+(COLUMN|TABLE)\b|\bTRUNCATE\b|\bDELETE\s+FROM\b", re.IGNORECASE)


def dropping(operations: Iterable[Operation]) -> list[Operation]:
    """Those that take something away."""
    found = []
    for each in operations:
        if isinstance(each, migrations.SeparateDatabaseAndState):
            found += dropping(each.database_operations)
        elif isinstance(each, migrations.RemoveField | migrations.DeleteModel) or (
            isinstance(each, migrations.RunSQL) and DROPS.search(str(each.sql))
        ):
            found.append(each)
    return found


def test_what_is_dropped_is_kept_elsewhere() -> None:
    later = {
        name: migration
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app == OURS and name not in BEGINNING
    }
    silent = [
        name
        for name, migration in later.items()
        if dropping(migration.operations)
        and not getattr(importlib.import_module(f"makegood.migrations.{name}"), "KEPT", "")
    ]
    assert silent == [], "a migration that drops something says in KEPT, a sentence, where what it held is now"


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("order", "paid"),
        migrations.DeleteModel("order"),
        migrations.RunSQL("ALTER TABLE makegood_order DROP COLUMN paid"),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL("truncate makegood_order")]),
    ],
)
def test_a_drop_is_seen(operation: Operation) -> None:
    assert len(dropping([operation, migrations.AddField("order", "note", models.TextField(default=""))])) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made_by", "said"),
    [
        ("0002_integrity", r"made by Makegood 0\.1, and its tables can't be carried over"),
        ("9999_later", "a newer Makegood"),
    ],
)
def test_a_database_of_another_version_is_refused(made_by: str, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('makegood', %s, now())", [made_by])
    with pytest.raises(CannotRun, match=said):
        bring_up_to_date()
