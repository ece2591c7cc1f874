"""What counts as a handle."""

from enum import StrEnum


class HandleKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
