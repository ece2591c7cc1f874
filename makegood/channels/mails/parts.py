"""The tree of a mail's parts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from makegood.channels.mails import bounds
from makegood.channels.mails.charsets import decode
from makegood.channels.mails.containers import Container, container_of, signed_content
from makegood.channels.mails.fields import OF_A_MAIL, Fields, split_head
from makegood.channels.mails.parameters import Parametered, read_parametered
from makegood.channels.mails.tnef import unpack
from makegood.channels.mails.transfer import decode_text, decode_transfer, encoding_of

ENCRYPTED = "it is encrypted, and can't be read here"
GUESSED_BOUNDARY = re.compile(
    rb"(?:\A|\n)--([^\s][^\r\n]{0,150}?)[ \t]*\r?\n(?:[ \t]*\r?\n)?Content-[A-Za-z-]{3,40}:", re.IGNORECASE
)
# A part's parameter as quoted-printable has it: `charset=3Dutf-8`.
ENCODED_HEAD = re.compile(rb"^Content-Type:[^\r\n]{1,200}=3D", re.IGNORECASE | re.MULTILINE)
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,150}")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf has a `body` as it travelled, a multipart has `children`; one that holds none is a leaf of text."""

    fields: Fields
    content_type: Parametered
    disposition: Parametered
    body: bytes
    children: tuple["Part", ...] = ()

    @property
    def type(self) -> str:
        return self.content_type.value

    @property
    def name(self) -> str:
        """The file's name as it was said, not yet safe."""
        return self.disposition.get("filename") or self.content_type.get("name") or self.disposition.get("name")

    def content(self) -> tuple[bytes, bool]:
        """The bytes before they travelled, and whether they were well formed."""
        decode_body = decode_text if self.type.startswith("text/") else decode_transfer
        return decode_body(self.body, self.fields.plain("content-transfer-encoding"))


def leaves(part: Part) -> Iterator[Part]:
    """The parts that hold no others, in the order of the mail."""
    for child in part.children:
        yield from leaves(child)
    if not part.children:
        yield part


@dataclass(slots=True)
class Reading:
    """What has been met while one mail is read."""

    parts: int = 0
    # Words found within a part of another form, for mails that have none beside.
    within: list["Part"] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)

    def note(self, problem: str) -> None:
        self.problems[problem] = None


def read_parts(raw: bytes, reading: Reading) -> Part:
    """The tree of a mail. Bytes without a field that mails have are a body without a head."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    fields, start = split_head(raw)
    if not any(name in OF_A_MAIL for name, _ in fields.all):
        if fields.all or raw.strip():
            reading.note("it has no head; all of it was read as a body")
        fields, start = Fields(()), 0
    return _part(fields, raw[start:], "text/plain", 0, reading)


def _part(fields: Fields, body: bytes, default: str, depth: int, reading: Reading) -> Part:
    reading.parts += 1
    for problem in fields.problems:
        reading.note(problem)
    said = read_parametered(fields.plain("content-type"))
    if not TYPE.fullmatch(said.value):
        if said.value and said.value != "text":
            reading.note(f"the content type {said.value[:60]!r} is none")
        said = Parametered(default, said.parameters)
    disposition = read_parametered(fields.plain("content-disposition"))
    if not said.value.startswith("multipart/"):
        leaf = Part(fields, said, disposition, body)
        return replace(leaf, children=_within(leaf, depth, reading))
    encoding = encoding_of(fields.plain("content-transfer-encoding"))
    if (encoding == "base64" and b"--" not in body[:200]) or (
        encoding == "quoted-printable" and ENCODED_HEAD.search(body)
    ):
        # Some servers encode a multipart whole, which the rules forbid (RFC 2045, 6.4).
        reading.note("a multipart was encoded as a whole")
        body = decode_transfer(body, encoding)[0]
    children = _children(fields, said, body, depth, reading)
    return Part(fields, said if children else Parametered("text/plain", said.parameters), disposition, body, children)


def _within(part: Part, depth: int, reading: Reading) -> tuple[Part, ...]:
    """What a part of another form holds: the mail that is signed, the files of winmail.dat; nothing otherwise."""
    container = container_of(part.type, part.name)
    if container is None or depth >= bounds.DEPTH:
        return ()
    content = part.content()[0]
    match container:
        case Container.PKCS7:
            signed = signed_content(content)
            if signed is None:
                reading.note(ENCRYPTED if b"-----BEGIN" not in content[:40] else "a signature is of an unknown form")
                return ()
            head, begin = split_head(signed)
            return (_part(head, signed[begin:], "text/plain", depth + 1, reading),)
        case Container.TNEF:
            return _unpacked(content, reading)
        case _:
            assert_never(container)


def _unpacked(content: bytes, reading: Reading) -> tuple[Part, ...]:
    packed = unpack(content)
    if not packed.is_whole:
        reading.note("winmail.dat is damaged; what could be read of it was")
    for kind, text in (("text/plain", packed.text), ("text/html", packed.html)):
        if text.strip():
            said = Parametered(kind, {"charset": "utf-8"})
            reading.within.append(Part(Fields(()), said, Parametered(""), text.encode("utf-8", "replace")))
    found = []
    for each in packed.files[: max(0, bounds.PARTS - reading.parts)]:
        reading.parts += 1
        identifier = (("content-id", f"<{each.content_id}>".encode("utf-8", "replace")),) if each.content_id else ()
        said = Parametered(each.declared_type if TYPE.fullmatch(each.declared_type) else "application/octet-stream")
        found.append(Part(Fields(identifier), said, Parametered("attachment", {"filename": each.name}), each.content))
    if not found and reading.within:
        return (Part(Fields(()), Parametered("text/plain"), Parametered(""), b""),)
    return tuple(found)


def _children(fields: Fields, said: Parametered, body: bytes, depth: int, reading: Reading) -> tuple[Part, ...]:
    if depth >= bounds.DEPTH:
        reading.note(f"parts lie deeper than {bounds.DEPTH}; the deepest were not read")
        return ()
    default = "message/rfc822" if said.value == "multipart/digest" else "text/plain"
    found = []
    if lost := _first_without_boundary(fields, said, body):
        reading.note("the first part's boundary is missing; its fields stood among those of the whole")
        found.append(lost)
    for start, end in _sections(said.get("boundary").encode("utf-8", "replace"), body, reading):
        if reading.parts >= bounds.PARTS:
            reading.note(f"it has more than {bounds.PARTS} parts; the others were not read")
            break
        head, begin = split_head(body, start, end)
        found.append(_part(head, body[begin:end], default, depth + 1, reading))
    if not found:
        reading.note("a multipart holds no part; it was read as text")
    return tuple(found)


def _first_without_boundary(fields: Fields, said: Parametered, body: bytes) -> Part | None:
    """A part whose head ran into its multipart's: two content types, and words before the first boundary."""
    types = [value for name, value in fields.all if name == "content-type"]
    boundary = said.get("boundary").encode("utf-8", "replace")
    before = body.split(b"--" + boundary, 1)[0] if len(types) > 1 and boundary else b""
    own = read_parametered(decode(types[-1])[0]) if before.strip() else Parametered("")
    if not own.value.startswith("text/"):
        return None
    kept = tuple((name, value) for name, value in fields.all if name == "content-transfer-encoding")
    return Part(Fields(kept), own, Parametered(""), before.rstrip())


def _sections(boundary: bytes, body: bytes, reading: Reading) -> list[tuple[int, int]]:
    """Where each part starts and ends. The line break before a boundary belongs to the boundary."""
    found = _between(boundary, body, reading) if boundary else []
    if not found and (guessed := GUESSED_BOUNDARY.search(body)):
        reading.note("the boundary is missing or wrong; another was found")
        found = _between(guessed[1], body, reading)
    return found


def _between(boundary: bytes, body: bytes, reading: Reading) -> list[tuple[int, int]]:
    delimiter = re.compile(rb"(?:\r?\n|\A)--" + re.escape(boundary.rstrip()) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    sections: list[tuple[int, int]] = []
    begin = -1
    for found in delimiter.finditer(body):
        if begin >= 0:
            sections.append((begin, max(begin, found.start())))
        begin = -1 if found[1] else _after_line(body, found.end())
        if found[1] or len(sections) > bounds.PARTS:
            break
    if begin >= 0:
        reading.note("the last boundary is missing")
        sections.append((begin, len(body)))
    return sections


def _after_line(body: bytes, position: int) -> int:
    if body.startswith(b"\r\n", position):
        return position + 2
    return position + 1 if body.startswith(b"\n", position) else position
