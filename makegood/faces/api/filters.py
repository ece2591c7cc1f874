"""Filters of lists: a reference nobody knows is an empty list, never an error."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import model_validator

Row = TypeVar("Row", bound=Model)


class Wanted(Schema):
    """What a list is narrowed to; each field that is given narrows further."""

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, values: Any) -> Any:
        """PostgreSQL keeps no NUL characters, so nothing is found by one."""
        given = values if isinstance(values, dict) else getattr(values, "_obj", {})
        if isinstance(given, dict) and any("\0" in each for each in given.values() if isinstance(each, str)):
            raise ValueError("a NUL character is in no name")
        return values

    def narrow(self, rows: QuerySet[Row], **lookups: str) -> QuerySet[Row]:
        """`rows` by each field that is given, by the lookup named for it."""
        given = {lookup: value for field, lookup in lookups.items() if (value := getattr(self, field)) is not None}
        return rows.filter(**given)
