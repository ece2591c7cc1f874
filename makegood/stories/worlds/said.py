"""What a carrier may say of a parcel in a story; each carrier has its own codes and words for it."""

from enum import StrEnum


class Said(StrEnum):
    LABEL = "label"
    LABEL_AGAIN = "label_again"
    NOTICE = "notice"
    NONSENSE = "nonsense"
    TAKEN = "taken"
    MOVED = "moved"
    OUT = "out"
    DELIVERED = "delivered"
