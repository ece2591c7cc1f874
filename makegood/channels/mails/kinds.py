"""What kind of mail it is: a person's, a bounce, an automatic reply, an abuse report, or our own come back."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from makegood.channels.mails.addresses import addresses_in, read_addresses
from makegood.channels.mails.automatic import is_auto_reply, proves_automatic
from makegood.channels.mails.bounce_words import told_recipients, words_of_report
from makegood.channels.mails.delivery_reports import (
    MAIL_PARTS,
    STATUS_PARTS,
    amazon_notice,
    complaint,
    original_message_id,
    receipted,
    status_report,
)
from makegood.channels.mails.fields import MESSAGE_ID, Fields, split_head
from makegood.channels.mails.kind_words import KIND_WORDS
from makegood.channels.mails.mail import FailedRecipient, Mailbox, MailKind
from makegood.channels.mails.parts import Part, Reading, leaves, read_parts

WORDS = KIND_WORDS
SERVER = re.compile(rf"(?:{'|'.join(WORDS['bounce']['servers'])})@", re.IGNORECASE)
OFFICE = re.compile(rf"(?:{'|'.join(WORDS['bounce']['offices'])})@", re.IGNORECASE)
PHRASES = re.compile("|".join(WORDS["bounce"]["phrases"]), re.IGNORECASE)
# Somebody's address, and near it what a server answered: `<a@b.example>: 550 5.1.1 No such user`, or the reverse.
MAILBOX = r"[\w.+-]{1,64}@[\w.-]{1,255}"
SAID = (
    r"(?:\b[45][0-57]\d[ -][45]\.\d\.\d|\b55\d(?:[ :-]|$)|\b[45]\.\d\.\d{1,2}\b"
    r"|\(in reply to|unknown user|user unknown|no such user)"
)
ANSWER = re.compile(
    rf"{MAILBOX}>?[^\n]{{0,200}}(?:\n[^\n]{{0,200}}){{0,3}}?{SAID}"
    rf"|(?:{SAID}|delivery userid)[^\n]{{0,80}}{MAILBOX}|^[ \t]{{0,8}}rcpt to: ?\S+@",
    re.IGNORECASE | re.MULTILINE,
)
IN_A_HEAD = re.compile(
    r"^[ \t>]{0,8}(?:received: (?:from|by) |message-id:\s{0,9}<|return-path: ?<)", re.IGNORECASE | re.MULTILINE
)
# An address that a server names: on a line of its own, or in brackets.
ALONE = re.compile(rf"^[^\w\n]{{0,20}}{MAILBOX}[^\w\n]{{0,20}}$|[<(]{MAILBOX}[>)]", re.IGNORECASE | re.MULTILINE)
NOBODY = Mailbox("", "")
SERVER_NAME = re.compile("|".join(WORDS["bounce"]["server_names"]), re.IGNORECASE)
OFFICE_NAME = re.compile("|".join(WORDS["bounce"]["office_names"]), re.IGNORECASE)
SUBJECT = re.compile("|".join(WORDS["bounce"]["subjects"]), re.IGNORECASE)
BODY = re.compile("|".join(WORDS["bounce"]["bodies"]), re.IGNORECASE)
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
    is_proven: bool = True
    may_report: bool = False


def judge(root: Part, text: str, *, own_domains: frozenset[str]) -> Judged:
    """The kind of a mail. `text` is its readable body, history and all."""
    fields = root.fields
    reasons = never_answer(fields, own_domains)
    if reasons and reasons[0].startswith("it is ours"):
        return Judged(MailKind.LOOP, never_answer=reasons)
    reported = _by_report(root, text)
    kind, recipients, original = reported or _by_words(root, text) or (MailKind.PERSON, [], "")
    is_proven = reported is not None or kind is MailKind.PERSON
    if kind is MailKind.PERSON and is_auto_reply(fields, text, is_returned=is_returned(fields)):
        kind, is_proven = MailKind.AUTO_REPLY, proves_automatic(fields, is_returned=is_returned(fields))
    if kind is not MailKind.PERSON:
        reasons = (f"it is no person's: {kind.value}", *reasons)
        original = original or original_message_id(root, text)
        if kind is MailKind.AUTO_REPLY and not original:
            found = MESSAGE_ID.search(fields.plain("in-reply-to"))
            original = found[0] if found else ""
    may_report = kind is MailKind.PERSON and _may_report(root, text)
    if may_report:
        original = original_message_id(root, text)
    return Judged(kind, tuple(recipients), original, reasons, is_proven, may_report)


def _by_report(root: Part, text: str) -> tuple[MailKind, list[FailedRecipient], str] | None:
    """What a part written for machines says."""
    if (complained := complaint(root)) is not None:
        return MailKind.ABUSE_REPORT, complained, ""
    if notice := amazon_notice(text):
        kind, recipients, original = notice
        return (MailKind.ABUSE_REPORT if kind == "Complaint" else MailKind.BOUNCE), recipients, original
    if root.content_type.get("report-type").lower() == "disposition-notification":
        return MailKind.RECEIPT, [], receipted(root)
    # A person may paste or attach a report that came to them, and then it is about their mail, not ours.
    if (_is_report(root) or _sender(root.fields) is not Sender.PERSON) and (
        recipients := status_report(root, words_of_report(text))
    ):
        return MailKind.BOUNCE, recipients, ""
    return None


def _is_report(root: Part) -> bool:
    """Whether the whole mail is a report on a delivery (RFC 6522), not one that carries such a thing."""
    return root.type == "multipart/report" and root.content_type.get("report-type").lower() in {"delivery-status", ""}


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
    for part in leaves(root):
        if part.type in MAIL_PARTS and (found := addresses_in(split_head(part.content()[0])[0].plain("to"))):
            return found[:1]
    returned = text[len(words_of_report(text)) :][:20_000]
    named = re.search(
        r"^[ \t>]{0,8}(?:To|Delivered-To|X-Original-To):([^\n]{1,1000})", returned, re.MULTILINE | re.IGNORECASE
    )
    return addresses_in(named[1])[:1] if named else []


class Sender(Enum):
    """Who wrote, by the address alone: programs own `mailer-daemon`; a postmaster may be a person."""

    SERVER = 1
    PERHAPS = 2
    PERSON = 3


def _sender(fields: Fields) -> Sender:
    mailbox = next(iter(read_addresses(fields.plain("from"))), NOBODY)
    if SERVER.match(mailbox.address) or SERVER_NAME.fullmatch(mailbox.name):
        return Sender.SERVER
    if not mailbox.address and not mailbox.name:
        return Sender.SERVER if is_returned(fields) else Sender.PERHAPS
    is_office = OFFICE.match(mailbox.address) is not None or OFFICE_NAME.match(mailbox.name) is not None
    return Sender.PERHAPS if is_office or is_returned(fields) else Sender.PERSON


def _is_bounce(root: Part, text: str) -> bool:
    """Who sent it and what it says must agree, for customers write of failed deliveries too.

    Where the sender may be a person, what programs alone write has to be there as well: a server's own phrases, or
    somebody's address with a server's answer to it.
    """
    fields = root.fields
    says_subject = SUBJECT.search(fields.words("subject")) is not None
    says_body = BODY.search(text[:BODY_CHARS]) is not None
    if _is_report(root):
        return says_subject or says_body or any(part.type in STATUS_PARTS for part in leaves(root))
    if any(name in fields.words("subject").lower() for name in ("loop alert",)):
        return says_body
    match _sender(fields):
        case Sender.SERVER:
            return says_subject or says_body
        case Sender.PERHAPS:
            is_answer = is_auto_reply(fields, text, is_returned=True)
            return (says_subject or says_body) and not is_answer and _is_of_server(root, text)
        case Sender.PERSON:
            return says_subject and says_body and _returns_a_mail(root) and _is_robot(fields)
        case sender:
            assert_never(sender)


def _may_report(root: Part, text: str) -> bool:
    """Whether somebody who may be a mail server speaks of a failed delivery."""
    is_said = SUBJECT.search(root.fields.words("subject")) or BODY.search(text[:BODY_CHARS])
    return _sender(root.fields) is not Sender.PERSON and is_said is not None


def _is_of_server(root: Part, text: str) -> bool:
    """What programs alone write: a server's phrases, its answer to an address, or a mail with its whole head; where an
    office sends it as nobody's (the return path is empty), another's address is enough.
    """
    words = text[:BODY_CHARS]
    if PHRASES.search(words) or IN_A_HEAD.search(words) or _returns_a_mail(root):
        return True
    fields = root.fields
    known = {each for name in ("from", "to", "cc", "delivered-to") for each in addresses_in(fields.plain(name).lower())}
    # Who writes of their own mail that came back names us, or themselves.
    if any(not known.issuperset(addresses_in(found[0].lower()) or [""]) for found in ANSWER.finditer(words)):
        return True
    is_office = OFFICE.match(next(iter(read_addresses(fields.plain("from"))), NOBODY).address) is not None
    alone = [each for found in ALONE.finditer(words.lower()) for each in addresses_in(found[0])]
    return is_office and is_returned(fields) and not known.issuperset(alone)


def _returns_a_mail(root: Part) -> bool:
    return any(part.type in MAIL_PARTS for part in leaves(root))


def _is_robot(fields: Fields) -> bool:
    return NO_REPLY.match(fields.plain("from").rpartition("<")[2]) is not None


def is_returned(fields: Fields) -> bool:
    """Whether nobody is to be answered: the return path is empty, or a mail server's (RFC 5321, 4.5.5)."""
    path = fields.plain("return-path").strip().lower()
    return path in {"<>", "<null>"} or "mailer-daemon" in path


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
