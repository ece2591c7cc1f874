"""What the visitor of a contact form typed into it, where the form's program writes that into the text, a line each.

`Name: John Miller`, `E-Mail: john@mail.example`, `Message: …`: at least two lines that begin so, one after another, and
the address alone on its own. What was typed may stand below its label.
"""

import re

from makegood.channels.mails.addresses import addresses_in
from makegood.channels.mails.mail import Mailbox

NAMES = (
    "name", "your name", "full name", "ihr name", "dein name", "vor- und nachname", "nom", "votre nom", "nom et prénom",
    "nombre", "tu nombre", "su nombre", "nombre y apellidos", "nome", "naam", "namn", "navn", "imię i nazwisko",
)  # fmt: skip
ADDRESSES = (
    "email", "e-mail", "mail", "e mail", "email address", "e-mail address", "your email", "your e-mail",
    "e-mail-adresse", "emailadresse", "ihre e-mail", "ihre e-mail-adresse", "adresse e-mail", "adresse email",
    "adresse mail", "courriel", "votre email", "votre e-mail", "correo", "correo electrónico", "tu correo electrónico",
    "su correo electrónico", "dirección de correo", "indirizzo email", "e-mailadres", "e-post", "adres e-mail",
)  # fmt: skip
# A label, and what was typed behind it.
FIELD = re.compile(
    r"^[ \t*•-]{0,4}([^\W\d_][^:\n@]{0,40}?)[ \t*]{0,3}(?:\([^)\n]{0,30}\))?[ \t]{0,3}[:：][ \t]{0,8}(.{0,300})$"
)
# A label that needs no colon, since forms alone have it: in a table, or above what was typed.
KNOWN = "|".join(sorted(map(re.escape, (*NAMES, *ADDRESSES)), key=len, reverse=True))
LABEL = re.compile(rf"[ \t*•-]{{0,4}}({KNOWN})(?:\s|$)(.{{0,300}})", re.IGNORECASE)
MOST_LINES = 60


def typed_into_form(text: str) -> Mailbox | None:
    """Who filled in the form whose text this is; None where it is no form's, or names no address."""
    fields = _fields(text)
    address = next((found for label, value in fields if label in ADDRESSES and (found := _only_address(value))), "")
    if len(fields) < 2 or not address:
        return None
    return Mailbox(next((value for label, value in fields if label in NAMES), ""), address)


def _fields(text: str) -> list[tuple[str, str]]:
    """The labels and values at the head of a text, until a line is none: there the visitor's own words begin."""
    found: list[tuple[str, str]] = []
    above = ""
    for line in filter(None, map(str.strip, text.splitlines()[:MOST_LINES])):
        field = FIELD.match(line) or LABEL.fullmatch(line)
        if field:
            above = " ".join(field[1].lower().split())
            found.append((above, field[2].strip()))
            above = "" if field[2].strip() else above
        elif above:
            found[-1], above = (above, line), ""
        elif found:
            break
    return found


def _only_address(value: str) -> str:
    """The address that a value is, and nothing besides: as such, in angle brackets, or as a link to itself."""
    found = list(dict.fromkeys(each.lower() for each in addresses_in(value)))
    left = re.sub(r"mailto:|[\s<>()\[\]\"']", "", value.lower()).replace(found[0], "") if len(found) == 1 else value
    return found[0] if not left else ""
