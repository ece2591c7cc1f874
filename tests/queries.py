"""How many queries something takes, to be compared for one row and for many."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(call: Callable[[], object]) -> int:
    """How many statements `call` sends to the database."""
    with CaptureQueriesContext(connection) as sent:
        call()
    return len(sent)
