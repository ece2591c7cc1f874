"""A StrEnum as the choices of a field."""

from enum import StrEnum


def choices_of(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.name.lower().replace("_", " ")) for member in kind]


def one_of(field: str, kind: type[StrEnum]) -> dict[str, list[str]]:
    """The lookup with which a check constraint keeps `field` to the members of `kind`."""
    return {f"{field}__in": [member.value for member in kind]}
