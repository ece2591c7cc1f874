"""Lists of addresses as mailers write them: groups, comments, names with commas in them, and worse."""

import re

from makegood.channels.mails import bounds
from makegood.channels.mails.fields import decode_words
from makegood.channels.mails.mail import Mailbox

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"?|(<[^<>]*>?)|(\()|([,;:])|([^"<>(),;:]+|.)', re.DOTALL)
ADDRESS = re.compile(r"[^\s<>\"(),;:\\\[\]]{1,64}@[^\s<>\"(),;:\\]{1,255}")


def read_addresses(text: str) -> tuple[Mailbox, ...]:
    """Every mailbox of a list; a group's members without its name; an address that is none is kept as a name."""
    found: list[Mailbox] = []
    words: list[str] = []
    angle = comment = ""
    position = 0
    # Any character at all is a token, so that the list ends where the text does.
    while len(found) < bounds.ADDRESSES and (token := TOKEN.match(text, position)):
        position = token.end()
        quoted, angled, opens, mark, plain = token.groups()
        if opens:
            said, position = _comment(text, position)
            comment = comment or said
        elif mark == ":":
            if angle or ADDRESS.search("".join(words)):
                words.append(":")
            else:
                words = []  # the name of a group
        elif mark:
            found.extend(_mailbox(words, angle, comment))
            words, angle, comment = [], "", ""
        elif angled:
            angle = angle or angled.strip("<> \t")
        elif quoted is not None:
            words.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
        else:
            words.append(plain)
    found.extend(_mailbox(words, angle, comment))
    return tuple(found)


def _comment(text: str, position: int) -> tuple[str, int]:
    """A comment's words and where it ends; comments nest."""
    start, depth = position, 1
    for found in re.compile(r"\\.|[()]", re.DOTALL).finditer(text, position):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return text[start : found.start()], found.end()
    return text[start:], len(text)


def _mailbox(words: list[str], angle: str, comment: str) -> list[Mailbox]:
    said = decode_words("".join(words)).strip(" \t'")
    said = re.sub(r"\s+", " ", said)
    if angle:
        # A route (`<@relay:anna@example.com>`) is history; the mailbox is what follows it.
        address = angle.rpartition(":")[2] if angle.startswith("@") else angle
        return [Mailbox(said or decode_words(comment).strip(), normal_case(decode_words(address)))]
    if found := ADDRESS.fullmatch(said.replace(" ", "")) if said.count("@") == 1 else None:
        return [Mailbox(decode_words(comment).strip(), normal_case(found[0]))]
    if inner := ADDRESS.search(said):
        return [Mailbox(said.replace(inner[0], " ").strip(), normal_case(inner[0]))]
    name = said or decode_words(comment).strip()
    return [Mailbox(name, "")] if name else []


def normal_case(address: str) -> str:
    """The address with its domain in small letters; a mailbox's own part may tell cases apart (RFC 5321, 2.4)."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local}@{domain.lower()}" if at else address.strip()


def addresses_in(text: str) -> list[str]:
    return [normal_case(found) for found in ADDRESS.findall(text)]
