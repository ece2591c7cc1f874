"""Lists by pages: each answer holds a cursor to the next, so that rows that come or go shift nothing."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from ninja import Schema
from pydantic import Field

from makegood.faces.problems import field_problem

Row = TypeVar("Row", bound=Model)
Shape = TypeVar("Shape")


class Paging(Schema):
    """Where to go on, and how many rows at most."""

    cursor: str | None = Field(default=None, description="`next` of the page before.")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Page(Schema, Generic[Shape]):
    items: list[Shape]
    next: str | None = Field(default=None, description="The cursor of the next page; null on the last.")


def page_of(
    rows: QuerySet[Row],
    paging: Paging,
    *,
    keys: Sequence[str] = ("id",),
    shape: Callable[[list[Row]], list[Any]] = list,
) -> dict[str, Any]:
    """One page of `rows` by `keys`, which run all up or all down and end in `id`; the others are instants.

    `shape` adds what is read once for all of them.
    """
    is_down = keys[0].startswith("-")
    fields = [key.removeprefix("-") for key in keys]
    if paging.cursor:
        rows = rows.filter(_beyond(fields, _read(paging.cursor, fields), "lt" if is_down else "gt"))
    read = list(rows.order_by(*keys)[: paging.limit + 1])
    shown = read[: paging.limit]
    return {"items": shape(shown), "next": _cursor(shown[-1], fields) if len(read) > paging.limit else None}


def _beyond(fields: Sequence[str], values: Sequence[Any], lookup: str) -> Q:
    """Rows after `values`: the first field narrows by itself, so that an index serves."""
    (field, *others), (value, *rest) = fields, values
    if not others:
        return Q(**{f"{field}__{lookup}": value})
    return Q(**{f"{field}__{lookup}e": value}) & (
        Q(**{f"{field}__{lookup}": value}) | Q(**{field: value}) & _beyond(others, rest, lookup)
    )


def _cursor(row: Model, fields: Sequence[str]) -> str:
    values = [reduce(getattr, field.split("__"), row) for field in fields]
    plain = json.dumps([each.isoformat() if isinstance(each, datetime) else each for each in values])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read(cursor: str, fields: Sequence[str]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(field, value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError) as error:
        raise field_problem("cursor", "it is not one that a page of this list gave") from error


def _value(field: str, value: object) -> int | datetime:
    if field == "id":
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
            raise TypeError
        return value
    if not isinstance(value, str):
        raise TypeError
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("the instant has no zone")
    return instant
