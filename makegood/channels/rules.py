"""What becomes of a message, and of a mail that reaches us."""

import hashlib
import re
from enum import StrEnum


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class Via(StrEnum):
    """By which way words travelled: by mail, from a customer's own page, or from the form of those not signed in."""

    EMAIL = "email"
    WEB = "web"
    FORM = "form"


class MessageState(StrEnum):
    """`in_doubt`: a hand-over was cut off before its answer; it is repeated once under the same Message-ID.

    `held`: it states what no record supports, so it never left our desk; its error says what. `kept`: the shop has no
    mail host, so it never left either. `bounced`: the next hand took it, and it came back. `dropped`: it was held,
    refused or came back, and what it told was no news any more, or was told in other words.
    """

    HELD = "held"
    KEPT = "kept"
    DROPPED = "dropped"
    REQUESTED = "requested"
    HANDING_OVER = "handing_over"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    RECEIVED = "received"


# What could not go, or came back: somebody has to see to it.
UNREACHED = (MessageState.HELD, MessageState.FAILED, MessageState.BOUNCED)
# What was held back, or is to be said no more: it was not said.
UNSAID = (MessageState.HELD, MessageState.DROPPED)
# What its customer has not had, as far as we know: it never left, or came back.
NOT_HAD = (*UNREACHED, MessageState.KEPT, MessageState.DROPPED)

# A hand-over cut off is repeated once (law 3), so a message is handed over at most twice unless it was plainly refused.
HAND_OVERS_IN_DOUBT = 2


class MailState(StrEnum):
    """What became of a mail that reached us.

    `repeated`: the same mail came before, by this way or another; `refused`: it is none of ours to take, and why;
    `alarmed`: it could not be taken in, and a helper has to look; `dismissed`: a helper let it go, and why.
    """

    WAITING = "waiting"
    TAKEN_IN = "taken_in"
    REPEATED = "repeated"
    REFUSED = "refused"
    ALARMED = "alarmed"
    DISMISSED = "dismissed"


STATES_WITH_REASON = (MailState.REFUSED, MailState.ALARMED, MailState.DISMISSED)


# What the hosts on a mail's way leave as it is.
LASTING = frozenset(
    {
        b"message-id",
        b"date",
        b"from",
        b"sender",
        b"reply-to",
        b"to",
        b"cc",
        b"subject",
        b"in-reply-to",
        b"references",
        b"content-type",
        # What would make us refuse a mail: else a copy that bears it, sent first, would swallow the mail itself.
        b"x-loop",
        b"auto-submitted",
        b"precedence",
    }
)


def fingerprint(raw: bytes) -> str:
    """The same for one mail whichever way it comes, however its lines end: who, when, what about, and its words.

    The lines that hosts add on the way (Received, Delivered-To) count for nothing.
    """
    head = head_of(raw)
    body = raw.replace(b"\r\n", b"\n")[len(head) :]
    fields = [b" ".join(field.split()) for field in re.split(rb"\n(?![ \t])", head)]
    lasting = sorted(field for field in fields if field.partition(b":")[0].strip().lower() in LASTING)
    digest = hashlib.sha256(b"\n".join(lasting) + b"\n\n")
    digest.update(body.strip())
    return digest.hexdigest()


END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


def head_of(raw: bytes) -> bytes:
    """A mail's head, its lines ended by line feeds alone."""
    end = END_OF_HEAD.search(raw)
    return raw[: end.start() if end else len(raw)].replace(b"\r\n", b"\n")
