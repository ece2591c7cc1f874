"""Whose words a mail's are: From's, unless that is ours or a program's and another field names the person.

Contact forms, Google Groups and market places write in somebody's name: From is theirs or even ours, and who wrote
stands in Reply-To or X-Original-From.
"""

import re
from collections.abc import Iterable

from makegood.channels.mails.addresses import addresses_in, read_addresses
from makegood.channels.mails.fields import Fields
from makegood.channels.mails.mail import Mailbox

NOBODY = Mailbox("", "")
# Where groups and forwarders keep the From that they wrote over.
ORIGINALS = ("x-original-from", "x-original-sender", "original-from", "x-original-reply-to", "x-google-original-from")
# What programs of shops, forms and market places call themselves before the @.
ROBOT = re.compile(
    r"(?:.*(?:do[-_.]?not|no)[-_.]?(?:reply|response|answer|respond\w*|contest\w*|responda|rispond\w*)|nicht[-_.]?antworten|ne[-_.]?pas[-_.]?repondre"
    r"|keine[-_.]?antwort|nao[-_.]?respond\w*|non[-_.]?rispond\w*|(?:niet[-_.]?(?:be)?antwoord\w*|geen[-_.]?antwoord)|svara[-_.]?(?:inte|ej)"
    r"|(?:besvar|svar)[-_.]?ikke|ikke[-_.]?svar|ala[-_.]?vastaa|ei[-_.]?vast\w*|nie[-_.]?odp\w*|ne[-_.]?odpov\w*|ne[-_.]?valasz\w*|nu[-_.]?raspund\w*"
    r"|yanitlama\w*|cevaplama\w*|ne[-_.]?odgovar\w*"
    r"|wordpress|wp|www(?:-data)?|apache|nginx|nobody|daemon|root|php|web(?:site|form\w*|mail|server|shop|master)?|robot|bot"
    r"|(?:\w{1,20}[-_.])?(?:contact|kontakt|contacto|contatto)?(?:form(?:s|ular\w{0,4}|ulier\w{0,3}|ulaires?|ularios?|responses?|submissions?|mail|mailer|handler|sender)?|modul[oi])(?:[-_.]\w{1,20})?"
    r"|mailer|e?mail|smtp|sendmail|messages?|messaging|msg|notifications?|notify|notifier|alerts?|relay|automated|auto|system|server)"
    r"(?:[-_.+]\S{0,60})?",
    re.IGNORECASE,
)
# What forms and their programs are called in a name.
FORM_NAME = re.compile(
    r"\b(?:contact ?form|web ?form|contact us|(?:web ?site|form) (?:form|contact|enquiry|inquiry|submission)"
    r"|kontakt-?formular|formulaire|formulario|formulário|modulo (?:di )?contatt\w|contactformulier|wpforms|elementor"
    r"|gravity ?forms|ninja ?forms|jotform|typeform|formspree|contact form 7|fluent ?forms)\b",
    re.IGNORECASE,
)
# What programs of web sites write into the head of what a form sends.
OF_A_SITE = re.compile(r"x-(?:php|wp|wordpress|contact|form|web)[\w-]*")
SITE_MAILERS = re.compile(
    r"phpmailer|swiftmailer|wordpress|wp[ _-]?mail|contact ?form|joomla|drupal|typo3|shopware|prestashop", re.IGNORECASE
)
VIA = re.compile(r"^(['\"]?)(.{1,200}?)\1\s(?:via|über|par|vía|tramite|door|přes|через)\s.{1,200}$", re.IGNORECASE)
LISTED = ("list-unsubscribe", "list-id", "list-post")
BULK = {"bulk", "list", "junk"}


def plain_address(address: str) -> str:
    """Without an extension, in small letters: `help+form@shop.example` is `help@shop.example`."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if domain else ""


def writer_of(fields: Fields, *, own: Iterable[str]) -> Mailbox:
    """Who wrote; without an address where nobody is named but us. `own`: our addresses, however they are extended."""
    ours = {plain_address(each) for each in own}
    sender = sender_of(fields)
    others = [each for each in _named(fields) if plain_address(each.address) not in ours]
    if sender.address and plain_address(sender.address) in ours:
        return _as_named(others[0], sender) if others else NOBODY
    if not others:
        return sender if sender.address else _by_path(fields, sender)
    if not sender.address:
        return Mailbox(sender.name or others[0].name, others[0].address)
    if original := _rewritten(fields, sender):
        return _as_named(original, sender)
    if _is_to_itself(fields, sender) or _speaks_for(fields, sender, others[0]):
        return _as_named(others[0], sender)
    return sender


def names_nobody(sender: Mailbox, writer: Mailbox) -> bool:
    """Whether the head names none but us or a program: then who wrote may stand in what a form's program wrote."""
    return not writer.address or (writer == sender and ROBOT.fullmatch(sender.address.partition("@")[0]) is not None)


def sender_of(fields: Fields) -> Mailbox:
    """From's first mailbox, Sender's where From has none."""
    found = [*read_addresses(fields.plain("from")), *read_addresses(fields.plain("sender"))]
    return next((each for each in found if each.address), next(iter(found), NOBODY))


def _named(fields: Fields) -> list[Mailbox]:
    """Whom Reply-To and what groups write name, the likeliest first."""
    return [each for name in ("reply-to", *ORIGINALS) for each in read_addresses(fields.plain(name)) if each.address]


def _as_named(other: Mailbox, sender: Mailbox) -> Mailbox:
    via = VIA.match(sender.name)
    return Mailbox(other.name or (via[2] if via else ""), other.address)


def _by_path(fields: Fields, sender: Mailbox) -> Mailbox:
    """A From that is a name alone: where the mail came from."""
    path = next(iter(addresses_in(fields.plain("return-path"))), "")
    return Mailbox(sender.name, path)


def _is_to_itself(fields: Fields, sender: Mailbox) -> bool:
    """From and To are one: somebody's own form or group wrote it, whoever they are."""
    to = {plain_address(each) for name in ("to", "delivered-to") for each in addresses_in(fields.plain(name))}
    return plain_address(sender.address) in to


def _rewritten(fields: Fields, sender: Mailbox) -> Mailbox | None:
    """Who wrote, where a group wrote itself into From, for DMARC's sake, and keeps who it was."""
    originals = [each for name in ORIGINALS for each in read_addresses(fields.plain(name)) if each.address]
    others = (each for each in originals if each.address != sender.address)
    return next(others, None) if VIA.match(sender.name) else None


def _speaks_for(fields: Fields, sender: Mailbox, other: Mailbox) -> bool:
    """A program sends what somebody at another house wrote; a newsletter's office is nobody who wrote."""
    if plain_address(sender.address) == plain_address(other.address):
        return False
    is_bulk = fields.plain("precedence").lower() in BULK or any(fields.has(name) for name in LISTED)
    local, _, domain = sender.address.lower().rpartition("@")
    if is_bulk or domain == other.address.rpartition("@")[2]:
        return False
    is_form = ROBOT.fullmatch(local) is not None or FORM_NAME.search(sender.name) is not None
    return is_form or _is_of_a_site(fields) or _bears_the_name(sender, other)


def _is_of_a_site(fields: Fields) -> bool:
    """Whether a program of a web site wrote the head, so that Reply-To names who filled its form in."""
    if any(OF_A_SITE.fullmatch(name) for name, _ in fields.all):
        return True
    return SITE_MAILERS.search(fields.plain("x-mailer")) is not None


def _bears_the_name(sender: Mailbox, other: Mailbox) -> bool:
    """From bears the name of whom Reply-To's address names: `Anna Kern <post@site.example>`, anna.kern@…."""
    words = [each for each in re.split(r"\W+", sender.name.lower()) if len(each) > 2]
    here, there = sender.address.lower().rpartition("@")[0], other.address.lower().rpartition("@")[0]
    return bool(words) and any(each in there for each in words) and not any(each in here for each in words)
