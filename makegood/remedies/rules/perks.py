"""What we may give besides a remedy, and for how long it is good."""

from dataclasses import dataclass
from enum import StrEnum

# Half a year: long enough for the next present or birthday.
PERK_DAYS = 183


class PerkKind(StrEnum):
    FREE_EXPRESS = "free_express"


def perk_key(case_number: int) -> str:
    """Names the one perk of a case: policy gives one with every matter of ours."""
    return f"case:{case_number}"


@dataclass(frozen=True, slots=True)
class Redemption:
    """How a perk is used: by a `code` of the shop's own; without one, its checkout reads the customer's account."""

    code: str = ""


def redemption_of(setting: str) -> Redemption | None:
    """What the shop's setting says; None where it gives nothing: `account`, `code:COMEBACK`, or nothing.

    Raises:
        ValueError: it says something else.
    """
    means, _, code = setting.strip().partition(":")
    if not means:
        return None
    if means == "account" and not code:
        return Redemption()
    if means == "code" and code.strip():
        return Redemption(code=code.strip())
    raise ValueError(f"MAKEGOOD_FREE_EXPRESS: {setting!r} is neither account nor code:YOUR-CODE")
