"""Why a mail did not arrive, and whether trying again can help. The words are in `failure_words.toml`.

The words of the server that refused say most, so they are asked first; RFC 3463's status comes next, SMTP's reply
code last. Hard is what no waiting mends: nobody of that name, no such host, moved away, a domain that takes no mail.
All else is soft: full, blocked, busy, refused for what the mail said or whence it came; and so is whatever the server
itself called temporary (4.x.x), and "user unknown" said only after the recipient had been taken (RCPT) and the mail
was sent (DATA): who answers so knows the user, and filters; unless their status names the address (5.1.x: RFC 3463,
3.2), as of hosts that look nobody up before the mail is there (Exchange).
"""

import re
import tomllib
from enum import StrEnum
from pathlib import Path

from makegood.channels.mails import bounds
from makegood.channels.mails.mail import FailedRecipient

WORDS = tomllib.loads((Path(__file__).parent / "failure_words.toml").read_text(encoding="utf-8"))
DIAGNOSTIC_CHARS = 2_000
AROUND_CHARS = 4_000


class Reason(StrEnum):
    USER_UNKNOWN = "user_unknown"
    HOST_UNKNOWN = "host_unknown"
    MOVED = "moved"
    TAKES_NO_MAIL = "takes_no_mail"
    MAILBOX_FULL = "mailbox_full"
    SUSPENDED = "suspended"
    FILTERED = "filtered"
    EXPIRED = "expired"
    TOO_BIG = "too_big"
    SPAM = "spam"
    VIRUS = "virus"
    AUTHENTICATION = "authentication"
    BLOCKED = "blocked"
    POLICY = "policy"
    RATE = "rate"
    RELAY_DENIED = "relay_denied"
    NETWORK = "network"
    SYSTEM = "system"
    SYNTAX = "syntax"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    UNKNOWN = "unknown"


HARD = {Reason.USER_UNKNOWN, Reason.HOST_UNKNOWN, Reason.MOVED, Reason.TAKES_NO_MAIL}
SAID = [(Reason(entry["reason"]), re.compile("|".join(entry["words"]), re.IGNORECASE)) for entry in WORDS["said"]]
BY_STATUS = [(re.compile(pattern), Reason(reason)) for pattern, reason in WORDS["status"].items()]
BY_REPLY = {code: Reason(reason) for code, reason in WORDS["reply"].items()}
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.])")
REPLY = re.compile(
    r"(?<![\d.:/@=-])([45][0-57]\d)(?=[ \-:,)]|$)(?! ?(?:bytes|kb|mb|ms|sec))", re.IGNORECASE | re.MULTILINE
)
AT_DATA = re.compile(
    r"in reply to (?:end of )?DATA|after (?:sending )?end of data|(?:final|our) DATA|SMTP command\s+DATA|end of data:",
    re.IGNORECASE,
)
TRANSCRIPT = re.compile(r">>> (?:DATA|\.)\s+<<< 55\d")
PIPELINED = re.compile(r"<<< 5\d\d[^\n]{0,80}(?:rcpt|recipient)", re.IGNORECASE)
AT_SENDER = re.compile(r"(?:after|in reply to|our) MAIL FROM|\[MAIL_FROM\]|in reply to (?:HELO|EHLO)", re.IGNORECASE)
# RFC 5321, 4.2.3: "not found, no access, or rejected for policy reasons".
AMBIGUOUS = re.compile(r"requested action not taken: mailbox (?:is )?unavailable", re.IGNORECASE)
# A mobile network's filter names nobody: `550 : User unknown`.
NAMELESS = re.compile(r"\b55\d:?\s?:\s(?:user unknown|unknown user)", re.IGNORECASE)
# Addresses say nothing of the reason, whatever they are called.
NOISE = re.compile(r"(?i:recipient address rejected:(?! access))|<?[^<>@\s]{1,64}@[^<>\s:]{1,255}>?\.{0,3}")


def failed(
    *, address: str, words: str, status: str = "", reply_code: str = "", is_delayed: bool = False, around: str = ""
) -> FailedRecipient:
    """What became of a mail for `address`, by what the server that refused said, else by what stands `around` it."""
    words, around = words[:DIAGNOSTIC_CHARS], around[:AROUND_CHARS]
    inner_status = status_in(words)
    status = inner_status if inner_status and (not status or status.endswith(".0.0") or status == "4.4.7") else status
    status = status or status_in(around)
    reply_code = reply_code or reply_code_in(words) or reply_code_in(around)
    reason = reason_of(words=words, status="", reply_code="")
    if reason is Reason.UNKNOWN and around:
        reason = reason_of(words=around, status="", reply_code="")
    if reason is Reason.UNKNOWN:
        reason = reason_of(words="", status=status, reply_code=reply_code)
    reason = _softened(reason, f"{words}\n{around}", status)
    if is_delayed and reason in {Reason.UNKNOWN, Reason.USER_UNKNOWN}:
        reason = Reason.EXPIRED
    return FailedRecipient(
        address=address,
        is_hard=reason in HARD and not is_delayed and not status.startswith("4"),
        status=status,
        reply_code=reply_code,
        reason=reason,
        diagnostic=" ".join(words.split())[:DIAGNOSTIC_CHARS],
        is_delayed=is_delayed,
    )


def _softened(reason: Reason, said: str, status: str) -> Reason:
    """The reason, unless what else is known says that the recipient may well be there."""
    if reason in HARD and AT_SENDER.search(said):
        return Reason.POLICY  # the sender was refused before any recipient was named
    if reason is not Reason.USER_UNKNOWN:
        return reason
    is_about_the_address = status.startswith("5.1.")
    # 5.2.0 is a mailbox's own trouble, 5.3.x its system's.
    is_filtered = (
        status.startswith(("5.2.0", "5.3."))
        or NAMELESS.search(said) is not None
        or (AT_DATA.search(said) is not None and not is_about_the_address)
        or (AMBIGUOUS.search(said) is not None and not is_about_the_address)
        # In a transcript of commands sent without waiting, `DATA` is refused because no recipient was taken.
        or (TRANSCRIPT.search(said) is not None and not PIPELINED.search(said) and not is_about_the_address)
    )
    return Reason.FILTERED if is_filtered else reason


def reason_of(*, words: str, status: str, reply_code: str) -> Reason:
    """Why; `status` and `reply_code` are "" where nobody gave one."""
    said = NOISE.sub(" ", words[:DIAGNOSTIC_CHARS])
    said = re.sub(r"\s+(?:[45]\d\d[- ])?(?:\d\.\d{1,2}\.\d{1,3}\s)?", " ", f" {said}")
    for reason, pattern in SAID:
        if pattern.search(said):
            return reason
    for pattern, reason in BY_STATUS:
        if pattern.match(status):
            return reason
    return BY_REPLY.get(reply_code, Reason.UNKNOWN)


def status_in(text: str) -> str:
    """The status given in words; the most exact of several, for relays repeat a general one of their own."""
    found: list[str] = STATUS.findall(text[: bounds.FIELD_BYTES])
    exact = [status for status in found if not status.endswith(".0.0") and status[0] != "2"]
    return (exact or found or [""])[0]


def reply_code_in(text: str) -> str:
    found = REPLY.search(text[: bounds.FIELD_BYTES])
    return found[1] if found else ""
