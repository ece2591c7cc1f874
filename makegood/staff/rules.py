"""Roles, scopes, and who is acting."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from makegood.kit.errors import Forbidden


class Role(StrEnum):
    HELPER = "helper"
    LEAD = "lead"


class Scope(StrEnum):
    """What an API token may do. Acting for a customer or a helper never grants more than they may do themselves."""

    READ = "read"
    WRITE = "write"
    ACT = "act"
    SCANS = "scans"
    ADMIN = "admin"


class Standpoint(StrEnum):
    """From where somebody acts; authority is looked up by it."""

    CUSTOMER = "customer"
    HELPER = "helper"
    LEAD = "lead"
    TOKEN = "token"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something: where they stand, and which one of those they are (helper's, customer's or token's id).

    `through` is the token by which a program acts for them; 0: they act themselves.
    """

    standpoint: Standpoint
    id: int
    name: str = ""
    through: int = 0

    @property
    def standpoints(self) -> tuple[Standpoint, ...]:
        """All that have to be allowed what is done: whoever acts for somebody may do no more than either of the two."""
        return (Standpoint.TOKEN, self.standpoint) if self.through else (self.standpoint,)

    def __str__(self) -> str:
        return f"{self.standpoint.value}:{self.id}"


SYSTEM = Actor(standpoint=Standpoint.POLICY, id=0, name="Makegood")


class OnlyALead(Forbidden):
    """What holds for the whole shop is a lead's to change."""

    slug, title = "only-a-lead", "Only a lead may do this"

    def __init__(self, what: str) -> None:
        super().__init__(f"only a lead may {what}")


def digest_of(secret: str) -> str:
    """SHA-256: the secret is 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
