"""What we may say to a dispute, and which of two things that were told of one is the newer."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from makegood.payments.rules.values import DisputeStatus


class DisputeAnswer(StrEnum):
    """We show what speaks for us, or let the customer have the money."""

    EVIDENCE = "evidence"
    ACCEPTANCE = "acceptance"


# How far a dispute is. An inquiry that was closed may still become a dispute.
_PROGRESS: Mapping[DisputeStatus, int] = {
    DisputeStatus.INQUIRY_NEEDS_RESPONSE: 0,
    DisputeStatus.INQUIRY_UNDER_REVIEW: 1,
    DisputeStatus.INQUIRY_CLOSED: 2,
    DisputeStatus.NEEDS_RESPONSE: 3,
    DisputeStatus.UNDER_REVIEW: 4,
    DisputeStatus.PREVENTED: 5,
    DisputeStatus.WON: 5,
    DisputeStatus.LOST: 5,
}
WAITS_FOR_US = {DisputeStatus.INQUIRY_NEEDS_RESPONSE, DisputeStatus.NEEDS_RESPONSE}


def is_further(news: DisputeStatus, was: DisputeStatus) -> bool:
    return _PROGRESS[news] > _PROGRESS[was]


def is_newer(news: DisputeStatus, told_at: datetime | None, *, was: DisputeStatus, was_told_at: datetime) -> bool:
    """Whether what is told now comes after what was told before: by its instant, of one instant by how far it is.

    What a gateway answers when it is asked has no instant of its own (None): it counts as far as it leads on.
    """
    if told_at is None or told_at == was_told_at:
        return is_further(news, was)
    return told_at > was_told_at
