"""Reports that mail servers write for machines: RFC 3464's, RFC 5965's (ARF), Amazon's; and the mail they are about."""

import json
import re
from collections.abc import Iterator
from itertools import islice, pairwise

from makegood.channels.mails import bounds
from makegood.channels.mails.addresses import ADDRESS, addresses_in, normal_case
from makegood.channels.mails.charsets import decode, storable
from makegood.channels.mails.failures import Reason, failed
from makegood.channels.mails.fields import MESSAGE_ID, Fields, split_head
from makegood.channels.mails.mail import FailedRecipient
from makegood.channels.mails.parts import Part, leaves

STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
MAIL_PARTS = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
}
RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
# How `+` and `=` travel in an address that ORCPT named (RFC 3461, section 4).
XTEXT = re.compile(r"\+(2B|3D)")
# Of the words for people, what is looked through for each recipient.
AROUND_CHARS = 20_000
IN_A_HEAD = re.compile(r"^[ \t>]{0,8}Message-I[Dd]:\s{0,9}(<[^<>\s]{1,500}>)", re.MULTILINE | re.IGNORECASE)


def status_report(root: Part, around: str) -> list[FailedRecipient]:
    """The recipients of a delivery status notification, each with its outcome; none where the mail holds none."""
    found: list[FailedRecipient] = []
    for part in leaves(root):
        if part.type in STATUS_PARTS:
            blocks = list(_blocks(part.content()[0]))
        elif part.type.startswith("text/") and b"inal-Recipient:" in part.body[:20_000]:
            blocks = list(_blocks(part.content()[0][:20_000]))
        else:
            continue
        room = bounds.RECIPIENTS - len(found)
        found.extend(_outcome(block, around) for block in islice(filter(_is_recipient, blocks), room))
    return found


def _blocks(content: bytes) -> Iterator[Fields]:
    """The groups of fields, one a recipient; some servers forget the empty line between them."""
    for block in re.split(rb"\r?\n[ \t]*\r?\n", content.strip())[: bounds.RECIPIENTS + 1]:
        fields = split_head(block.lstrip(b"\r\n"))[0].all
        starts = [at for at, (name, _) in enumerate(fields) if name == "final-recipient"]
        for start, end in pairwise([0, *starts[1:], len(fields)]):
            yield Fields(fields[start:end])


def _is_recipient(block: Fields) -> bool:
    return (
        block.has("final-recipient") or block.has("original-recipient") or (block.has("action") and block.has("status"))
    )


def _outcome(block: Fields, around: str) -> FailedRecipient:
    address, *others = _recipients(block)
    action = block.plain("action").split(";")[0].strip(" <>").lower()
    found = re.search(r"\d\.\d{1,3}\.\d{1,3}", block.plain("status"))
    status = found[0] if found else ""
    diagnostic = re.sub(r"^[\w-]{1,40}\s?;\s?", "", storable(block.plain("diagnostic-code")))
    if action in {"delivered", "relayed", "expanded"} and not status.startswith(("4", "5")):
        return FailedRecipient(address=address, status=status, reason=Reason.DELIVERED, diagnostic=diagnostic)
    is_delayed = action == "delayed"
    return failed(
        address=address,
        words=diagnostic,
        status=status,
        is_delayed=is_delayed,
        around=_near([address, *others], around),
    )


def _recipients(block: Fields) -> list[str]:
    """Who was not reached, by every name the report has: first the address that we wrote to, which forwarding and hosts
    change on the way (Original-Recipient), then the one that refused.
    """
    told = [block.words(name).rpartition(";")[2].strip(" <>") for name in RECIPIENT_FIELDS]
    original = XTEXT.sub(lambda found: chr(int(found[1], 16)), told[0])
    addresses = [found[0] for said in (original, *told[1:]) if (found := addresses_in(said))]
    return addresses or [normal_case(said)[:320] for said in told if said][:1] or [""]


def _near(addresses: list[str], around: str) -> str:
    """What the words for people say of one recipient of several; all of it where it names them not."""
    around = around[:AROUND_CHARS]
    known = {address.lower() for address in addresses if address}
    at = min((place for each in known if (place := around.lower().find(each)) >= 0), default=-1)
    if at < 0 or around.count("@") <= 3:
        return around[:3_000]
    said = around[at : at + 600]
    others = [found.start() for found in ADDRESS.finditer(said) if found[0].strip("<>").lower() not in known]
    return said[: min([600, *others])]


def complaint(root: Part) -> list[FailedRecipient] | None:
    """Whom an abuse report is about; None where the mail is none."""
    reports = [split_head(part.content()[0])[0] for part in leaves(root) if part.type == "message/feedback-report"]
    if not reports and not _is_complaint_by_head(root.fields):
        return None
    named = [
        address
        for report in reports
        for name in ("original-rcpt-to", "removal-recipient", "original-recipient")
        for value in report.every(name)
        for address in addresses_in(value)
    ]
    kind = reports[0].plain("feedback-type") if reports else ""
    if not named:
        named = _complainants(root)
    return [
        FailedRecipient(address=address, reason=Reason.COMPLAINT, diagnostic=kind)
        for address in list(dict.fromkeys(named))[: bounds.RECIPIENTS] or [""]
    ]


def _is_complaint_by_head(fields: Fields) -> bool:
    """The forms of Microsoft's Junk Mail Reporting Program, of X-ARF and of feedback loops without a report part."""
    if fields.plain("x-arf").lower() == "yes" or fields.plain("x-xarf"):
        return True
    subject = fields.words("subject").lower()
    sender = fields.plain("from").lower()
    return subject.startswith("complaint about message from") and ("staff@" in sender or "hotmail" in sender)


def _complainants(root: Part) -> list[str]:
    """Who received the mail that was complained of, as its own head says."""
    for part in leaves(root):
        if part.type in MAIL_PARTS:
            head = split_head(part.content()[0])[0]
            for name in ("x-hmxmroriginalrecipient", "delivered-to", "x-original-to", "to"):
                if found := addresses_in(head.plain(name)):
                    return found
    return []


def amazon_notice(text: str) -> tuple[str, list[FailedRecipient], str] | None:
    """Amazon SES's notice by way of SNS: its kind, the recipients, the original Message-ID. None where it is none."""
    start = text.find('{"')
    if start < 0 or (
        '"notificationType"' not in text[start : start + 20_000] and '"eventType"' not in text[start : start + 20_000]
    ):
        return None
    try:
        notice, _ = json.JSONDecoder().raw_decode(re.sub(r"\n ?", "", text[start : start + 200_000]))
    except (ValueError, RecursionError):
        return None
    if not isinstance(notice, dict):
        return None
    kind = str(notice.get("notificationType") or notice.get("eventType"))
    told = notice.get(kind.lower())
    mail = notice.get("mail")
    told = told if isinstance(told, dict) else {}
    mail = mail if isinstance(mail, dict) else {}
    names = {"Bounce": "bouncedRecipients", "Complaint": "complainedRecipients", "Delivery": "recipients"}
    rows = told.get(names.get(kind, ""))
    recipients = [_noticed(kind, row, told) for row in (rows if isinstance(rows, list) else [])[: bounds.RECIPIENTS]]
    return kind, recipients, _noticed_id(mail)


def _noticed_id(mail: dict[str, object]) -> str:
    """The Message-ID that we gave the mail, where the notice repeats its head; else the one that Amazon gave it."""
    headers = mail.get("headers")
    for each in headers if isinstance(headers, list) else []:
        if isinstance(each, dict) and str(each.get("name")).lower() == "message-id":
            return storable(str(each.get("value")))[:500]
    identifier = storable(str(mail.get("messageId") or ""))[:500]
    return f"<{identifier}@email.amazonses.com>" if identifier else ""


def _noticed(kind: str, row: object, told: dict[str, object]) -> FailedRecipient:
    said = row if isinstance(row, dict) else {"emailAddress": row}
    address = storable(normal_case(str(said.get("emailAddress") or "")))
    if kind == "Complaint":
        diagnostic = storable(str(told.get("complaintFeedbackType") or ""))
        return FailedRecipient(address=address, reason=Reason.COMPLAINT, diagnostic=diagnostic)
    if kind == "Delivery":
        diagnostic = storable(str(told.get("smtpResponse") or ""))
        return FailedRecipient(
            address=address, status="2.0.0", reply_code="250", reason=Reason.DELIVERED, diagnostic=diagnostic
        )
    return failed(
        address=address,
        words=storable(re.sub(r"^smtp;\s?", "", str(said.get("diagnosticCode") or ""))),
        status=str(said.get("status") or "") if re.fullmatch(r"\d\.\d{1,3}\.\d{1,3}", str(said.get("status"))) else "",
        is_delayed=told.get("bounceType") == "Transient" and not said.get("diagnosticCode"),
    )


def receipted(root: Part) -> str:
    """The Message-ID of the mail that a receipt (RFC 8098) is for."""
    for part in leaves(root):
        if part.type in {"message/disposition-notification", "message/global-disposition-notification"}:
            found = MESSAGE_ID.search(split_head(part.content()[0])[0].plain("original-message-id"))
            if found:
                return found[0]
    return ""


def original_message_id(root: Part, text: str) -> str:
    """The Message-ID of the mail that a report returns, by its head wherever it stands."""
    for part in leaves(root):
        if part.type in MAIL_PARTS:
            found = IN_A_HEAD.search(decode(part.content()[0][:50_000])[0])
            if found:
                return found[1]
    found = IN_A_HEAD.search(text[:200_000])
    return found[1] if found else ""
