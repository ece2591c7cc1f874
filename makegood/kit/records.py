"""What every record that comes in from outside has in common, and the field types they share."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from makegood.kit.emails import normal_email

ZONES = available_timezones()


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


def _zone(value: str) -> str:
    if value not in ZONES:
        raise ValueError(f"{value!r} is no IANA time zone; write it as in Europe/Paris")
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the instant has no offset; write it as in 2026-10-02T09:00:00Z")
    # In UTC, so that one instant written in two offsets is the same content (law 6).
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("there is no such instant in UTC; write a later or earlier one") from None


Reference = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Email = Annotated[str, AfterValidator(normal_email)]
Zone = Annotated[str, AfterValidator(_zone)]
Instant = Annotated[datetime, AfterValidator(_aware)]
Minor = Annotated[int, Field(ge=0, le=10**12, strict=True)]
Quantity = Annotated[int, Field(ge=1, le=100_000, strict=True)]
