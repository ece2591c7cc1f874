"""Lists of addresses as mailers write them: groups, comments, names with commas in them, and worse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from makegood.channels.mails import bounds
from makegood.channels.mails.fields import decode_words
from makegood.channels.mails.mail import Mailbox

ENCODED = r"(=\?[^?\s]{1,80}\?[bBqQ]\?[^?]{0,2000}\?=)"
TOKEN = re.compile(rf'{ENCODED}|"((?:[^"\\]|\\.)*)"|(<[^<>]*>?)|(\()|([,;:])|([^"<>(),;:=]+|.)', re.DOTALL)
# Once a quote was not ended, those that follow are letters.
WITHOUT_QUOTES = re.compile(rf"{ENCODED}|(?!)()|(<[^<>]*>?)|(\()|([,;:])|([^<>(),;:=]+|.)", re.DOTALL)
# Of how many pieces between commas one name may consist: `Osei, David, MD, PhD`.
NAME_PIECES = 5
# What stands around an address in East Asian text.
WIDE = "\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
ADDRESS = re.compile(rf"[^\s<>\"(),;:\\\[\]{WIDE}]{{1,64}}@[^\s<>\"(),;:\\{WIDE}]{{1,255}}")


@dataclass(slots=True)
class Piece:
    """What stands between two marks of a list; `mark` is the one before it."""

    mark: str = ""
    words: list[str] = field(default_factory=list)
    angle: str = ""
    comment: str = ""
    has_address: bool = False


def read_addresses(text: str) -> tuple[Mailbox, ...]:
    """Every mailbox of a list; a group's members without its name. Names that nobody quoted keep their commas
    (`Kern, Anna <a@b.example>`). Where no mailbox has an address, names alone are given.
    """
    found: list[Mailbox] = []
    names: list[Mailbox] = []
    pending: list[tuple[str, str]] = []
    for piece in _pieces(text):
        mailbox = _mailbox(piece)
        if not mailbox.address:
            names.extend([mailbox] if mailbox.name else [])
            pending.extend([(piece.mark, mailbox.name)] if mailbox.name else [])
            continue
        if pending and (mailbox.name or piece.angle):
            name = _joined([*pending[-NAME_PIECES:], (piece.mark, mailbox.name)])
            mailbox = Mailbox(name, mailbox.address)
        pending = []
        found.append(mailbox)
    return tuple((found or names)[: bounds.ADDRESSES])


def _joined(pieces: list[tuple[str, str]]) -> str:
    """The pieces of one name with the marks that stood between them."""
    return "".join(f"{mark} {name}" if at and name else name for at, (mark, name) in enumerate(pieces)).strip()


def _pieces(text: str) -> Iterator[Piece]:
    """Any character at all is a token, so that the pieces end where the text does."""
    piece, tokens, position, count = Piece(), TOKEN, 0, 0
    # A group ends with a semicolon, or has no members.
    groups_until, end = text.rfind(";"), len(text.rstrip())
    while count < bounds.ADDRESSES and (token := tokens.match(text, position)):
        position = token.end()
        encoded, quoted, angled, opens, mark, plain = token.groups()
        if opens:
            said, position = _comment(text, position)
            piece.comment = piece.comment or said
        elif mark == ":":
            if piece.angle or piece.has_address or groups_until < position < end:
                piece.words.append(":")
            else:
                piece = Piece()  # the name of a group
        elif mark:
            yield piece
            piece, count = Piece(mark), count + 1
        elif angled:
            piece.angle = piece.angle or angled.strip("<> \t")
        elif quoted is not None and tokens is TOKEN:
            piece.words.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
        elif plain == '"':
            tokens = WITHOUT_QUOTES
        else:
            piece.words.append(encoded or plain)
            piece.has_address = piece.has_address or "@" in piece.words[-1]
    yield piece


def _comment(text: str, position: int) -> tuple[str, int]:
    """A comment's words and where it ends; comments nest."""
    start, depth = position, 1
    for found in re.compile(r"\\.|[()]", re.DOTALL).finditer(text, position):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return text[start : found.start()], found.end()
    return text[start:], len(text)


def _mailbox(piece: Piece) -> Mailbox:
    """Without an address where the piece holds none, and without a name and an address where it holds nothing."""
    said = decode_words("".join(piece.words)).strip(" \t'<>")
    said = re.sub(r"\s+", " ", said)
    comment = decode_words(piece.comment).strip()
    if piece.angle:
        # A route (`<@relay:anna@example.com>`) is history; the mailbox is what follows it.
        is_led = re.match(r"@|(?:mailto|smtp):", piece.angle, re.IGNORECASE)
        address = piece.angle.rpartition(":")[2] if is_led else piece.angle
        return Mailbox(said or comment, normal_case(decode_words(address)))
    if found := ADDRESS.fullmatch(said.replace(" ", "")) if said.count("@") == 1 else None:
        return Mailbox(comment, normal_case(found[0]))
    if inner := ADDRESS.search(said):
        return Mailbox(said.replace(inner[0], " ").strip(" <>:"), normal_case(inner[0]))
    return Mailbox(said or comment, "")


def normal_case(address: str) -> str:
    """The address with its domain in small letters; a mailbox's own part may tell cases apart (RFC 5321, 2.4)."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local}@{domain.lower()}" if at else address.strip()


def addresses_in(text: str) -> list[str]:
    return [normal_case(found) for found in ADDRESS.findall(text)]
