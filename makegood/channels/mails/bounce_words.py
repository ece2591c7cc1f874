"""Bounces that speak to people alone: whom they name, and what each server said."""

import re
from bisect import bisect_right

from makegood.channels.mails import bounds
from makegood.channels.mails.addresses import addresses_in
from makegood.channels.mails.failures import failed
from makegood.channels.mails.kind_words import KIND_WORDS
from makegood.channels.mails.mail import FailedRecipient

WORDS = KIND_WORDS["bounce"]
REPORT_LINES = 2_000
MENTIONS = 10
# Where the words end and the mail that is returned begins.
RETURNED = re.compile(
    r"^[ \t>|]{0,8}(?:[-=*_]{2,80}[^\n]{0,40}(?:original (?:mes|mail)|unsent|copy of|below this line|returned me"
    r"|message header|headers? (?:of|follow)|undelivered mes|(?<!resend )your message)[^\n]{0,60}"
    r"|message headers? follow|included is a copy"
    r"|below is a copy|the following is a copy|----- ?message|your (?:original )?message (?:follows|reads|headers)"
    r"|(?:the )?original (?:message|mail) (?:follows|as follows|headers?)|received: ?(?:from|by)|return-path:"
    r"|dkim-signature:|x-[\w-]{2,40}: )",
    re.IGNORECASE | re.MULTILINE,
)
# What a line says that names somebody other than a recipient.
ASIDE = re.compile(r"envelope-from|from:|mail from|sender|contact|reply-to|message-id|\babuse@", re.IGNORECASE)
# The line above the list of those who were not reached.
FOLLOWING = re.compile(
    r"^[^\n]{0,80}(?:following (?:addresses?|recipients?|address\(es\)|recipient\(s\))|did not reach)",
    re.IGNORECASE | re.MULTILINE,
)

# A server that tells of its troubles and goes on trying; and one that has stopped, whatever it says beside.
TRYING = re.compile(
    r"warning message only|not (?:need|have) to re-?send|no action is required|delivery (?:is )?(?:incomplete|delayed)"
    r"|(?:will|shall) (?:continue|keep|be retried|go on|retry|(?:be )?tr(?:y|ied) again)"
    r"|(?:not yet|hasn't) been delivered|has been delayed|delivery attempts will continue"
    r"|still (?:being )?(?:trying|retried|queued)|delayed delivery|transient non-fatal"
    rf"|{'|'.join(WORDS['trying'])}",
    re.IGNORECASE,
)
STOPPED = re.compile(
    r"(?<!will )give up|giv(?:ing|en) up|gave up|permanent (?:fatal )?(?:error|failure)|(?<!non-)fatal error"
    r"|will not (?:be )?retr|retry time\w* exc|(?:delivery|message) (?:has )?expired|removed from the queue"
    rf"|{'|'.join(WORDS['stopped'])}",
    re.IGNORECASE,
)


def words_of_report(text: str) -> str:
    """The report without the mail that it returns."""
    found = RETURNED.search(text)
    while found and not text[: found.start()].strip():
        found = RETURNED.search(text, found.end())
    return text[: found.start()] if found else text


def told_recipients(text: str, *, named: list[str], reporter: set[str]) -> list[FailedRecipient]:
    """Whom the words name as not reached, in their order, each with the lines that speak of them.

    named: recipients that the head names (X-Failed-Recipients); they alone count, where there are some.
    reporter: addresses of the report itself, in small letters: who wrote it and to whom.
    """
    report = words_of_report(text[: bounds.TEXT_BYTES // 10])
    is_delayed = TRYING.search(report) is not None and STOPPED.search(report) is None
    begun = FOLLOWING.search(report)
    told = report[begun.start() :] if begun and addresses_in(report[begun.start() :]) else report
    lines = [line[: bounds.LINE_CHARS] for line in told.split("\n")[:REPORT_LINES]]
    wanted = {address.lower() for address in named}
    mentions: dict[str, list[int]] = {}
    spelled: dict[str, str] = {address.lower(): address for address in named}
    for index, line in enumerate(lines):
        for read in addresses_in(line):
            address = read.rstrip(".:,'" if "[" in read else ".:,']")
            key = address.lower()
            if (key in wanted) if wanted else (key not in reporter and not ASIDE.search(line)):
                spelled.setdefault(key, address)
                mentions.setdefault(key, []).append(index)
    starts = sorted({index for at in mentions.values() for index in at})
    addresses = list(mentions) + [key for key in spelled if key not in mentions]
    found = []
    for key in addresses[: bounds.RECIPIENTS]:
        words = "\n".join(_spoken(lines, at, starts) for at in mentions.get(key, [])[:MENTIONS])
        alone = len(addresses) == 1
        found.append(
            failed(address=spelled[key], words=report if alone else words, around=report, is_delayed=is_delayed)
        )
    return found


def _spoken(lines: list[str], at: int, starts: list[int]) -> str:
    """From the line that names somebody to the line that names the next."""
    following = bisect_right(starts, at)
    end = starts[following] if following < len(starts) else len(lines)
    return "\n".join(lines[at : min(end, at + 30)])
