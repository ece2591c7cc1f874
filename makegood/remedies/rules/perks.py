"""What we may give besides a remedy, and for how long it is good."""

from enum import StrEnum

# Half a year: long enough for the next present or birthday.
PERK_DAYS = 183


class PerkKind(StrEnum):
    FREE_EXPRESS = "free_express"


def perk_key(case_number: int) -> str:
    """Names the one perk of a case: policy gives one with every matter of ours."""
    return f"case:{case_number}"
