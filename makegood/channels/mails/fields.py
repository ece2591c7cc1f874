"""The head of a mail or of a part: its fields, as bytes and as text."""

import re
from dataclasses import dataclass

from makegood.channels.mails import bounds
from makegood.channels.mails.charsets import codec_of, decode, storable
from makegood.channels.mails.transfer import decode_transfer, from_base64

FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,100})[ \t]*:")
FOLD = re.compile(rb"[\r\n]+[ \t]*")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
WORD = re.compile(r"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,32})?\?([BbQq])\?([^?]*)\?=")
# A mail has at least one of these; bytes that begin otherwise are a body without a head.
OF_A_MAIL = {
    "from", "to", "subject", "date", "received", "return-path", "message-id", "mime-version", "content-type", "sender",
    "reply-to", "delivered-to", "cc", "x-mailer", "content-transfer-encoding", "content-disposition", "bcc",
    "dkim-signature",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fields:
    """Names in small letters, values unfolded and otherwise untouched, in the order of the mail."""

    all: tuple[tuple[str, bytes], ...]
    problems: tuple[str, ...] = ()

    def raw(self, name: str) -> bytes:
        return next((value for known, value in self.all if known == name), b"")

    def plain(self, name: str) -> str:
        """The first value as text, encoded words untouched: for what is parsed further."""
        return decode(self.raw(name))[0].strip()

    def every(self, name: str) -> list[str]:
        return [decode(value)[0].strip() for known, value in self.all if known == name]

    def words(self, name: str) -> str:
        """The first value as people read it."""
        return decode_words(self.plain(name))

    def has(self, name: str) -> bool:
        return any(known == name for known, _ in self.all)


def split_head(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Fields, int]:
    """The fields at `start`, and where the body begins. Reads each byte of the head once."""
    end = len(raw) if end is None else end
    found: list[tuple[str, list[bytes]]] = []
    problems: dict[str, None] = {}
    position, is_first = start, True
    while position < end:
        stop = raw.find(b"\n", position, end)
        after = end if stop < 0 else stop + 1
        line = raw[position : min(after, position + bounds.FIELD_BYTES)].rstrip(b"\r\n")
        if not line:
            return _fields(found, problems), after
        if line[0] in b" \t" and found:
            found[-1][1].append(line)
        elif matched := FIELD.match(line):
            found.append((matched[1].decode("ascii").lower(), [line[matched.end() :]]))
        elif is_first and re.match(rb">?From ", line):
            pass  # the line with which an mbox file begins each mail
        elif not line.startswith(b"--") and _goes_on(raw, after, end):
            problems["a line of the head is no field; it was passed over"] = None
        else:
            if found:
                problems["no empty line parts the head from the body"] = None
            return _fields(found, problems), position
        if len(found) > bounds.FIELDS:
            problems[f"it has more than {bounds.FIELDS} fields; the others were not read"] = None
            return _fields(found[: bounds.FIELDS], problems), _end_of_head(raw, after, end)
        position, is_first = after, False
    return _fields(found, problems), end


def _goes_on(raw: bytes, position: int, end: int) -> bool:
    """Whether the line at `position` is a field that mails have."""
    following = FIELD.match(raw, position, min(end, position + 101))
    return following is not None and following[1].decode("ascii").lower() in OF_A_MAIL


def _end_of_head(raw: bytes, position: int, end: int) -> int:
    empty = re.compile(rb"\n\r?\n").search(raw, max(0, position - 1), end)
    return empty.end() if empty else end


def _fields(found: list[tuple[str, list[bytes]]], problems: dict[str, None]) -> Fields:
    values = []
    for name, lines in found:
        value = FOLD.sub(b" ", b" ".join([lines[0], *(line.lstrip(b" \t") for line in lines[1:])]))
        if len(value) > bounds.FIELD_BYTES:
            problems[f"the field {name} is longer than {bounds.FIELD_BYTES} bytes; the rest was not read"] = None
        values.append((name, value[: bounds.FIELD_BYTES].strip()))
    return Fields(tuple(values), tuple(problems))


def decode_words(text: str) -> str:
    """A field's text with its encoded words (RFC 2047) read, broken ones too; a character cut in two is joined.

    Encoded words stand alone by the rules; in practice they stand in quotes, in the middle of words and with spaces
    in them, so each is read wherever it stands.
    """
    if "=?" not in text:
        return storable(text)
    text = re.sub(r"(\?[bBqQ]\?[^?]*)$", r"\1?=", text) if not text.rstrip().endswith("?=") else text
    pieces: list[str] = []
    charset, content = "", b""
    position = 0
    for word in WORD.finditer(text):
        between = text[position : word.start()]
        if between.strip() or codec_of(charset) != codec_of(word[1]):
            pieces.append(decode(content, charset)[0])
            content = b""
        if between.strip() or position == 0:
            pieces.append(between)
        charset, content = word[1], content + _word_bytes(word[2], word[3])
        position = word.end()
    return storable("".join([*pieces, decode(content, charset)[0], text[position:]]))


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(raw)[0]
    return decode_transfer(raw.replace(b"_", b" ").rstrip(b"\r\n"), "quoted-printable")[0]
