"""What every record that comes in from outside has in common, and the field types they share."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)

from makegood.kit.countries import countries
from makegood.kit.currencies import CURRENCIES
from makegood.kit.emails import normal_email
from makegood.kit.instants import ZONES

# What programs write for "no date" is beyond these years, and so is what nothing can be counted on from.
FIRST_YEAR, YEAR_TOO_FAR = 1900, 2200
# A phone number of E.164: the country first, and 15 digits at most.
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Unicode has digits that are none here: ², ٣.
_ROW_NUMBER = re.compile(r"[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_DAY_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d?:\d\d.*", re.DOTALL)


class Record(BaseModel):
    """One row of the public import, version 1: unknown fields are refused, so that no typo passes for an omission."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*", mode="after")
    @classmethod
    def _can_be_stored(cls, value: object) -> object:
        """PostgreSQL keeps every character but this one."""
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError("it contains a NUL character")
        return value


def number_of(text: str) -> int | None:
    """A row's number as an address or a form says it; None where it says none that a row can have."""
    return int(text) if _ROW_NUMBER.fullmatch(text) else None


def _zone(value: str) -> str:
    if value not in ZONES:
        raise ValueError(f"{value!r} is no IANA time zone; write it as in Europe/Paris")
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the instant has no offset; write it as in 2026-10-02T09:00:00Z")
    # In UTC, so that one instant written in two offsets is the same content (law 6).
    try:
        return _within_reach(value.astimezone(UTC))
    except OverflowError:
        raise ValueError(_OUT_OF_REACH) from None


_Day = TypeVar("_Day", date, datetime)
_OUT_OF_REACH = f"it is not in the years {FIRST_YEAR} to {YEAR_TOO_FAR - 1}; leave it out where there is none"


def _within_reach(value: _Day) -> _Day:
    if not FIRST_YEAR <= value.year < YEAR_TOO_FAR:
        raise ValueError(_OUT_OF_REACH)
    return value


_WRITE_IT = "write it as in 2026-10-02, 2026-10-02T09:00:00Z or 15:00"


def _written(value: object) -> object:
    """A day, an instant or a time as it is written; a number, which may count from anywhere, is none."""
    if isinstance(value, bool | int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        raise ValueError(f"a number is no date and no time; {_WRITE_IT}")
    if isinstance(value, str) and not _DAY_OR_TIME.fullmatch(value.strip()):
        raise ValueError(f"{value[:40]!r} is no date and no time of ISO 8601; {_WRITE_IT}")
    return value


def _minor(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        # For pydantic a TypeError is the program's own fault, not the field's.
        words = f"{str(value)[:40]!r} is no whole number of minor units; write 49.00 as 4900, without a point"
        raise ValueError(words)  # noqa: TRY004
    return value


def _country(value: str) -> str:
    if value not in countries():
        raise ValueError(f"{value!r} is no country of ISO 3166-1; write it as in FR")
    return value


def _phone(value: str) -> str:
    if not E164.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is no number of E.164; write it as in +4930123456, without blanks")
    return value


def _currency(value: str) -> str:
    if value not in CURRENCIES:
        raise ValueError(f"{value!r} is no current code of ISO 4217; write it as in EUR")
    return value


Reference = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
# The patterns are told to programs; the reason says it in words.
Country = Annotated[str, AfterValidator(_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})]
Currency = Annotated[str, AfterValidator(_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
Phone = Annotated[
    str,
    AfterValidator(_phone),
    WithJsonSchema({"type": "string", "pattern": r"^\+[1-9]\d{6,14}$", "description": "E.164"}),
]
Email = Annotated[str, AfterValidator(normal_email)]
Zone = Annotated[str, AfterValidator(_zone)]
Instant = Annotated[datetime, BeforeValidator(_written), AfterValidator(_aware)]
Day = Annotated[date, BeforeValidator(_written), AfterValidator(_within_reach)]
Time = Annotated[time, BeforeValidator(_written)]
Minor = Annotated[int, Field(ge=0, le=10**12, strict=True), BeforeValidator(_minor)]
Quantity = Annotated[int, Field(ge=1, le=100_000, strict=True)]
