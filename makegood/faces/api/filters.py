"""Filters of lists: a reference nobody knows is an empty list, never an error."""

from typing import Annotated, Any

from ninja import FilterLookup, FilterSchema
from pydantic import model_validator

OfCustomer = Annotated[str | None, FilterLookup("customer__reference")]
OfOrder = Annotated[str | None, FilterLookup("order__reference")]


class Wanted(FilterSchema):
    """What a list is narrowed to; each field that is given narrows further."""

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, values: Any) -> Any:
        """PostgreSQL keeps no NUL characters, so nothing is found by one."""
        given = values if isinstance(values, dict) else getattr(values, "_obj", {})
        if isinstance(given, dict) and any("\0" in each for each in given.values() if isinstance(each, str)):
            raise ValueError("a NUL character is in no name")
        return values


class ByCustomer(Wanted):
    customer: OfCustomer = None


class ByOrder(ByCustomer):
    order: OfOrder = None
