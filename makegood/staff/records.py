"""A helper as the shop tells us."""

from pydantic import Field

from makegood.kit.records import Email, Record, Reference, Text, Zone
from makegood.staff.rules import Role


class HelperRecord(Record):
    id: Reference
    name: Text
    email: Email
    role: Role = Role.HELPER
    zone: Zone = "UTC"
    password: str | None = Field(default=None, min_length=12, description="Only set on a helper's first arrival.")
