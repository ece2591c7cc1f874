"""What becomes of a message."""

from enum import StrEnum


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class Via(StrEnum):
    EMAIL = "email"
    WEB = "web"


class MessageState(StrEnum):
    """`in_doubt`: a hand-over was cut off before its answer; it is repeated once under the same Message-ID."""

    REQUESTED = "requested"
    HANDING_OVER = "handing_over"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    FAILED = "failed"
    RECEIVED = "received"


# A hand-over cut off is repeated once (law 3), so a message is handed over at most twice unless it was plainly refused.
HAND_OVERS_IN_DOUBT = 2
