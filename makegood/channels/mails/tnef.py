"""What Outlook packs into winmail.dat (TNEF, [MS-OXTNEF]): the words of a mail, and its files.

Each record is read once, and none beyond the bytes that are there. No library of this format is kept (the newest is of
2021), and this is all of it that a mail needs; what RTF says is left to libraries.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text

from makegood.channels.mails import bounds
from makegood.channels.mails.charsets import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
BODY, MAPI, CODEPAGE = 0x800C, 0x9003, 0x9007
RENDERING, TITLE, FILE, FILE_MAPI = 0x9002, 0x8010, 0x800F, 0x9005
# Properties ([MS-OXPROPS]): the words as text, RTF and HTML; a file's long name, type, content id and bytes.
P_BODY, P_RTF, P_HTML = 0x1000, 0x1009, 0x1013
P_LONG_NAME, P_NAME, P_TYPE, P_CONTENT_ID, P_BYTES = 0x3707, 0x3001, 0x370E, 0x3712, 0x3701
RECORDS = 2_000
RTF_BYTES = 500_000
FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
TEXT_8, TEXT_16, BINARY, OBJECT = 0x1E, 0x1F, 0x102, 0xD
MULTIPLE = 0x1000


@dataclass(slots=True)
class PackedFile:
    name: str = ""
    content: bytes = b""
    declared_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Packed:
    """`text` and `html` are "" where it holds none; `is_whole`: the records went on to the end."""

    text: str = ""
    html: str = ""
    files: list[PackedFile] = field(default_factory=list)
    is_whole: bool = True


def unpack(raw: bytes) -> Packed:
    """What is in it; nothing, where it is no TNEF or is broken off at once."""
    packed = Packed()
    if not raw.startswith(SIGNATURE):
        packed.is_whole = False
        return packed
    codepage = "cp1252"
    for attribute, content in _records(raw, packed):
        if attribute == CODEPAGE and len(content) >= 4:
            codepage = f"cp{struct.unpack_from('<I', content)[0]}"
        elif attribute == BODY:
            packed.text = packed.text or _text(content, codepage)
        elif attribute == MAPI:
            _take_words(packed, dict(_properties(content)), codepage)
        elif attribute == RENDERING and len(packed.files) < bounds.PARTS:
            packed.files.append(PackedFile())
        elif packed.files:
            _take_file(packed.files[-1], attribute, content, codepage)
    packed.files = [each for each in packed.files if each.content]
    return packed


def _records(raw: bytes, packed: Packed) -> Iterator[tuple[int, bytes]]:
    """Each attribute and its bytes: level (1), attribute and type (4), length (4), bytes, sum (2)."""
    position = 6
    for _ in range(RECORDS):
        if position + 9 > len(raw):
            break
        attribute, _, length = struct.unpack_from("<HHI", raw, position + 1)
        begin, end = position + 9, position + 9 + length
        if end > len(raw):
            packed.is_whole = False
            return
        yield attribute, raw[begin:end]
        position = end + 2
    packed.is_whole = position >= len(raw)


def _text(content: bytes, codepage: str) -> str:
    return decode(content.split(b"\0", 1)[0], codepage)[0].replace("\r\n", "\n")


def _take_words(packed: Packed, found: dict[int, bytes | str], codepage: str) -> None:
    packed.text = packed.text or _said(found.get(P_BODY, ""), codepage)
    packed.html = _said(found.get(P_HTML, ""), codepage)
    rtf = found.get(P_RTF, b"")
    if not packed.text and isinstance(rtf, bytes) and rtf:
        packed.text = _rtf(rtf)


def _rtf(content: bytes) -> str:
    """The words of compressed RTF; "" where the libraries can't make any of it."""
    try:
        plain = decompress(content[:RTF_BYTES])[:RTF_BYTES].decode("latin-1")
        return str(rtf_to_text(plain, errors="replace")).strip()  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  they raise whatever broken bytes lead them into; the file itself stays
        return ""


def _take_file(file: PackedFile, attribute: int, content: bytes, codepage: str) -> None:
    if attribute == TITLE:
        file.name = file.name or _text(content, codepage)
    elif attribute == FILE:
        file.content = content
    elif attribute == FILE_MAPI:
        found = dict(_properties(content))
        file.name = _said(found.get(P_LONG_NAME) or found.get(P_NAME) or file.name, codepage)
        file.declared_type = _said(found.get(P_TYPE, ""), codepage).lower()
        file.content_id = _said(found.get(P_CONTENT_ID, ""), codepage)
        held = found.get(P_BYTES, b"")
        file.content = file.content or (held if isinstance(held, bytes) else b"")


def _said(value: bytes | str, codepage: str) -> str:
    text = value if isinstance(value, str) else decode(value, codepage)[0]
    return text.split("\0", 1)[0].replace("\r\n", "\n")


def _properties(content: bytes) -> Iterator[tuple[int, bytes | str]]:
    """Each property and its bytes, or its text where it has some; the first value where it has several."""
    try:
        (count,) = struct.unpack_from("<I", content)
        position = 4
        for _ in range(min(count, RECORDS)):
            kind, name = struct.unpack_from("<HH", content, position)
            position = _after_name(content, position + 4, name)
            value, position = _value(content, position, kind)
            yield name, value
    except (struct.error, ValueError):
        return  # cut off: what was read stands


def _after_name(content: bytes, position: int, name: int) -> int:
    """A property of 0x8000 and above has a name of its own: 16 bytes, and a number or a text."""
    if name < 0x8000:
        return position
    (kind,) = struct.unpack_from("<I", content, position + 16)
    if kind == 0:
        return position + 24
    length = int(struct.unpack_from("<I", content, position + 20)[0])
    return position + 24 + length + -length % 4


def _value(content: bytes, position: int, kind: int) -> tuple[bytes | str, int]:
    single = kind & ~MULTIPLE
    count = 1
    if kind & MULTIPLE or single in {TEXT_8, TEXT_16, BINARY, OBJECT}:
        (count,) = struct.unpack_from("<I", content, position)
        position += 4
    if single in FIXED:
        return content[position : position + FIXED[single]], position + FIXED[single] * count
    if single not in {TEXT_8, TEXT_16, BINARY, OBJECT}:
        raise ValueError(f"a property of the unknown type {single:#x}")
    first: bytes | None = None
    for _ in range(min(count, RECORDS)):
        (length,) = struct.unpack_from("<I", content, position)
        value = content[position + 4 : position + 4 + length]
        if len(value) < length:
            raise ValueError("a property is cut off")
        first = value if first is None else first
        position += 4 + length + -length % 4
    first = first or b""
    if single == TEXT_16:
        return first.decode("utf-16-le", "replace"), position
    # What an object holds begins with 16 bytes that say what it is.
    return first[16:] if single == OBJECT else first, position
