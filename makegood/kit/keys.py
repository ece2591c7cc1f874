"""Keys that say whose a row is, made in SQL where Django keeps `id`.

A table whose `customer_id` is never null is a customer's, and so is the customers' own, whose `id` it is. In all of
them keys contain the customer: one customer's rows can't point at another's, and the tables can be spread by customer
one day. What is `unique=True` there is unique in the whole shop: the table of names holds it.

The catalogue says what is still to do (sql/key_by_customer.sql), so that doing it twice does it once. A migration that
makes a table, a foreign key or a unique constraint ends with `key_by_customer()`; tests/house/test_catalogue.py looks.
"""

from pathlib import Path

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

from makegood.kit.sql import load

HERE = Path(__file__).parent


def key_by_customer() -> RunPython:
    """The operation that makes the keys of customers' tables what they ought to be, wherever they aren't yet."""
    return RunPython(_key_by_customer, RunPython.noop)


def _key_by_customer(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # Django keeps foreign keys and indexes for the end of the migration; they are reworked here.
    waiting, editor.deferred_sql[:] = [*editor.deferred_sql], []
    for statement in [*waiting, "SET CONSTRAINTS ALL IMMEDIATE"]:
        editor.execute(statement, None)
    with editor.connection.cursor() as cursor:
        cursor.execute(load(HERE, "key_by_customer"))
        statements = [statement for _, statement in cursor.fetchall()]
    for statement in statements:
        editor.execute(statement, None)
