"""How answers are read off rows: by the names of their fields, or by the path that `of` gives."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from makegood.kit.redaction import hide_keys

Ref = Annotated[str, BeforeValidator(lambda row: getattr(row, "reference", row))]
"""A row, by the name that the shop knows it by."""

Shown = Annotated[str, AfterValidator(hide_keys)]
"""Words that somebody wrote, for others than their reader: the keys in them are hidden."""

BY_ID = BeforeValidator(lambda rows: sorted(rows, key=lambda row: row.pk))
"""Rows in the order they were written."""


def of(path: str) -> Any:
    """A field whose value is found elsewhere in the row: `delivery.order`."""
    return Field(validation_alias=path)


class RowWith:
    """A row, with values that were read once for many or that depend on who asks."""

    def __init__(self, row: Any, **values: Any) -> None:
        self.__dict__.update(values, _row=row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_row"], name)
