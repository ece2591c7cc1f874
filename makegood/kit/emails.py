"""Mail addresses in their normal form."""

import re


class BadEmail(ValueError):
    """Not an address that mail can reach."""


_EMAIL = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:.]+(\.[^\s@<>\"(),;:.]+)+")


def normal_email(value: str) -> str:
    """The address with its domain in lower case (RFC 5321 §2.4: the local part belongs to its host).

    Raises:
        BadEmail: no single `local@domain.tld`.
    """
    stripped = value.strip()
    if len(stripped) > 254 or not _EMAIL.fullmatch(stripped):
        raise BadEmail(f"{value!r} is not an e-mail address")
    local, _, domain = stripped.rpartition("@")
    return f"{local}@{domain.lower()}"
