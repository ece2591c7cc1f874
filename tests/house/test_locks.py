"""Rows are locked in `locks.py` alone, so that who locks what can be read in one file a room."""

import ast
from pathlib import Path

from makegood.cases.models import Case
from makegood.kit.locks import locked
from tests.house.source import PRODUCT, files, named, tree_of

# SQL that locks, and in which order it does: by ids, or past whatever others hold.
IN_SQL = {
    "makegood/migrations/sql/ledger.sql": "ORDER BY kind, item, currency",
    "makegood/bench/sql/bare_sweep.sql": "skips",
    "makegood/journal/sql/fetch_job.sql": "skips",
    "makegood/journal/sql/mark_run.sql": "skips",
    "makegood/journal/sql/take_over.sql": "skips",
    "makegood/migrations/sql/made_good_once.sql": "one row",
    "makegood/parcels/sql/address_scans.sql": "ORDER BY parcel.id",
    "makegood/promises/sql/break_overdue.sql": "skips",
    "makegood/promises/sql/clear_risk.sql": "ORDER BY id",
    "makegood/promises/sql/fulfil.sql": "which is that of their ids",
    "makegood/promises/sql/mark_at_risk.sql": "ORDER BY id",
}


def locks_rows(tree: ast.AST) -> list[int]:
    return [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "select_for_update"
    ]


def uses_the_lock(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.module == "makegood.kit.locks" for node in ast.walk(tree))


def test_rows_are_locked_in_one_way() -> None:
    assert [named(path) for path in files(PRODUCT) if locks_rows(tree_of(path))] == ["makegood/kit/locks.py"]


def test_each_room_names_its_locks_in_one_file() -> None:
    rooms = [path for path in files(PRODUCT) if uses_the_lock(tree_of(path)) and path.name != "locks.py"]
    # What an editor of the API locks is the row that its address names; a case asks whether anybody still writes.
    assert {named(path) for path in rooms} == {"makegood/faces/api/versions.py", "makegood/cases/reactions.py"}


def test_sql_that_locks_says_in_which_order() -> None:
    found = {named(path): text for path in sorted(PRODUCT.rglob("*.sql")) if "FOR UPDATE" in (text := _locking(path))}
    assert found.keys() == IN_SQL.keys()
    for path, order in IN_SQL.items():
        text = found[path]
        assert text.count("SKIP LOCKED") == text.count("FOR UPDATE") if order == "skips" else True, path
        assert order in text or order in {"skips", "one row"}, path


def _locking(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("FOR NO KEY UPDATE", "FOR UPDATE")


def test_a_lock_elsewhere_is_seen() -> None:
    assert locks_rows(ast.parse("Case.objects.select_for_update().get(id=1)")) == [1]


def joins(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "select_related" for node in ast.walk(tree))


def test_nothing_is_joined_to_what_is_locked() -> None:
    # Whoever waits for a lock would see a joined row as it was before the wait.
    assert [named(path) for path in PRODUCT.glob("*/locks.py") if joins(tree_of(path))] == ["makegood/kit/locks.py"]
    joined = Case.objects.select_related("customer", "reply_promise")
    assert not locked(joined).query.select_related
    assert joins(ast.parse("locked(Case.objects.select_related('customer'))"))
