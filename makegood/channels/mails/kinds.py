"""What kind of mail it is: a person's, a bounce, an automatic reply, an abuse report, or our own come back."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from makegood.channels.mails.addresses import addresses_in, read_addresses
from makegood.channels.mails.bounce_words import told_recipients, words_of_report
from makegood.channels.mails.delivery_reports import (
    MAIL_PARTS,
    amazon_notice,
    complaint,
    original_message_id,
    receipted,
    status_report,
)
from makegood.channels.mails.fields import MESSAGE_ID, Fields
from makegood.channels.mails.mail import FailedRecipient, MailKind
from makegood.channels.mails.parts import Part, Reading, leaves, read_parts

WORDS = tomllib.loads((Path(__file__).parent / "kind_words.toml").read_text(encoding="utf-8"))
SENDER = re.compile(rf"(?:{'|'.join(WORDS['bounce']['senders'])})@", re.IGNORECASE)
NAME = re.compile("|".join(WORDS["bounce"]["names"]), re.IGNORECASE)
SUBJECT = re.compile("|".join(WORDS["bounce"]["subjects"]), re.IGNORECASE)
BODY = re.compile("|".join(WORDS["bounce"]["bodies"]), re.IGNORECASE)
CERTAIN = re.compile("|".join(WORDS["bounce"]["certain"]), re.IGNORECASE)
AWAY = re.compile(
    rf"\W{{0,4}}(?:(?:re|aw|sv|fw|fwd|antw)\s?:\s?)?\W{{0,3}}(?:{'|'.join(WORDS['auto_reply']['subjects'])})",
    re.IGNORECASE,
)
# Subjects that say themselves that nobody wrote the mail; others (“On leave …”) are people's as well.
SAYS_AUTOMATIC = re.compile(r"auto|авто|αυτόματη|otomatik|自動|自动|자동", re.IGNORECASE)
# What follows such words where a program puts them before the subject that it answers.
ANSWERED_SUBJECT = re.compile(r"\s?(?:[:：]|re\b|$)", re.IGNORECASE)
# Fields that automatic answers bear, whatever their value.
ANSWERED_BY_MACHINE = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply",
    "autoresponder", "x-auto-response-from", "x-vacation", "x-fc-machinegenerated",
)  # fmt: skip
LISTS = (
    "list-id", "list-post", "list-unsubscribe", "list-help", "x-mailing-list", "x-mailman-version", "x-mlserver",
    "mailing-list",
)  # fmt: skip
NO_REPLY = re.compile(r"(?:do[-_.]?not[-_.]?reply|no[-_.]?reply)\S{0,60}@", re.IGNORECASE)
BODY_CHARS = 6_000
HOPS = 25


@dataclass(frozen=True, slots=True)
class Judged:
    kind: MailKind
    recipients: tuple[FailedRecipient, ...] = ()
    original_message_id: str = ""
    never_answer: tuple[str, ...] = ()


def judge(root: Part, text: str, *, own_domains: frozenset[str]) -> Judged:
    """The kind of a mail. `text` is its readable body, history and all."""
    fields = root.fields
    reasons = never_answer(fields, own_domains)
    if reasons and reasons[0].startswith("it is ours"):
        return Judged(MailKind.LOOP, never_answer=reasons)
    kind, recipients, original = _by_report(root, text) or _by_words(root, text) or (MailKind.PERSON, [], "")
    if kind is MailKind.PERSON and _is_auto_reply(fields, is_of_machine=bool(reasons)):
        kind = MailKind.AUTO_REPLY
    if kind is not MailKind.PERSON:
        reasons = (f"it is no person's: {kind.value}", *reasons)
        original = original or original_message_id(root, text)
        if kind is MailKind.AUTO_REPLY and not original:
            found = MESSAGE_ID.search(fields.plain("in-reply-to"))
            original = found[0] if found else ""
    return Judged(kind, tuple(recipients), original, reasons)


def _by_report(root: Part, text: str) -> tuple[MailKind, list[FailedRecipient], str] | None:
    """What a part written for machines says."""
    if (complained := complaint(root)) is not None:
        return MailKind.ABUSE_REPORT, complained, ""
    if notice := amazon_notice(text):
        kind, recipients, original = notice
        return (MailKind.ABUSE_REPORT if kind == "Complaint" else MailKind.BOUNCE), recipients, original
    if recipients := status_report(root, words_of_report(text)):
        return MailKind.BOUNCE, recipients, ""
    if root.content_type.get("report-type").lower() == "disposition-notification":
        return MailKind.RECEIPT, [], receipted(root)
    return None


def _by_words(root: Part, text: str) -> tuple[MailKind, list[FailedRecipient], str] | None:
    """A bounce without a report: who sent it, its return path, its subject and its first words must agree."""
    fields = root.fields
    failed_to = [address for value in fields.every("x-failed-recipients") for address in addresses_in(value)]
    if not failed_to and not _is_bounce(root, text):
        return None
    reporter = {
        address.lower()
        for name in ("from", "to", "cc", "delivered-to", "return-path")
        for address in addresses_in(fields.plain(name))
    }
    recipients = told_recipients(text, named=failed_to, reporter=reporter)
    if not recipients:
        recipients = _returned_report(root)
    if not recipients:  # a mail to oneself comes back to the recipient
        recipients = told_recipients(text, named=[], reporter=set(addresses_in(fields.plain("from").lower())))
    if not recipients:
        recipients = told_recipients(text, named=_returned_to(root, text) or [""], reporter=reporter)
    return MailKind.BOUNCE, recipients, ""


def _returned_report(root: Part) -> list[FailedRecipient]:
    """The recipients of a bounce that some gateway wrapped into one of its own."""
    for part in leaves(root):
        if part.type in MAIL_PARTS:
            inner = read_parts(part.content()[0], Reading())
            if found := status_report(inner, ""):
                return found
    return []


def _returned_to(root: Part, text: str) -> list[str]:
    """To whom the mail that is returned was written, by its head."""
    returned = text[len(words_of_report(text)) :][:20_000]
    found = re.search(
        r"^[ \t>]{0,8}(?:To|Delivered-To|X-Original-To):([^\n]{1,1000})", returned, re.MULTILINE | re.IGNORECASE
    )
    return addresses_in(found[1])[:1] if found else []


def _is_bounce(root: Part, text: str) -> bool:
    """Who sent it and what it says must agree, for customers write of failed deliveries too."""
    fields = root.fields
    says_subject = SUBJECT.search(fields.words("subject")) is not None
    says_body = BODY.search(text[:BODY_CHARS]) is not None
    mailbox = next(iter(read_addresses(fields.plain("from"))), None)
    if mailbox is None:
        return says_subject and says_body
    if not mailbox.address or SENDER.match(mailbox.address) or NAME.match(mailbox.name):
        return says_subject or says_body
    returns = NO_REPLY.match(mailbox.address) is not None and any(part.type in MAIL_PARTS for part in leaves(root))
    is_loop = "loop alert" in fields.words("subject").lower()
    if is_returned(fields) and CERTAIN.search(text[:BODY_CHARS]) and not _is_auto_reply(fields, is_of_machine=True):
        return True
    return says_subject and says_body and (is_returned(fields) or returns or is_loop)


def is_returned(fields: Fields) -> bool:
    """Whether nobody is to be answered: the return path is empty, or a mail server's (RFC 5321, 4.5.5)."""
    path = fields.plain("return-path").strip().lower()
    return path in {"<>", "<null>"} or "mailer-daemon" in path


def _is_auto_reply(fields: Fields, *, is_of_machine: bool) -> bool:
    """Whether a program answers; `is_of_machine`: something else in its head says that a program sent it."""
    said = fields.plain("auto-submitted").lower()
    if said.startswith("auto-replied"):
        return True
    if any(fields.has(name) for name in ANSWERED_BY_MACHINE):
        return fields.plain("x-autoreply").lower() != "no"
    if fields.plain("precedence").lower().replace("-", "_") in {"auto_reply", "autoreply"}:
        return True
    subject = fields.words("subject")
    away = AWAY.match(subject)
    if away is None:
        return False
    return (
        is_of_machine or SAYS_AUTOMATIC.search(away[0]) is not None or bool(ANSWERED_SUBJECT.match(subject, away.end()))
    )


def never_answer(fields: Fields, own_domains: frozenset[str]) -> tuple[str, ...]:
    """Why no program may answer (RFC 3834, section 2): the first reason says so where the mail is our own."""
    reasons = []
    identifier = fields.plain("message-id").rpartition("@")[2].rstrip("> ").lower()
    if identifier in own_domains:
        reasons.append("it is ours: its Message-ID is of our domain")
    loops = {value.lower().rpartition("@")[2].strip("<> ") for value in fields.every("x-loop")}
    if loops & own_domains:
        reasons.append("it is ours: its X-Loop names our domain")
    elif loops:
        reasons.append("it bears X-Loop")
    said = fields.plain("auto-submitted").lower()
    if said and not said.startswith("no"):
        reasons.append("Auto-Submitted says that a program sent it")
    if fields.has("x-auto-response-suppress") and fields.plain("x-auto-response-suppress").lower() != "none":
        reasons.append("X-Auto-Response-Suppress asks for no answer")
    precedence = fields.plain("precedence").lower()
    if precedence in {"bulk", "junk", "list", "auto_reply", "auto-reply"}:
        reasons.append(f"its Precedence is {precedence}")
    if any(fields.has(name) for name in LISTS):
        reasons.append("a mailing list sent it")
    if is_returned(fields):
        reasons.append("its return path is empty")
    if len(fields.every("received")) > HOPS:
        reasons.append(f"it passed more than {HOPS} servers")
    return tuple(reasons)
