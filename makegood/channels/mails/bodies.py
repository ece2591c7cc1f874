"""Which parts are the text, which the HTML, which are attached: RFC 8621, section 4.1.4, which mail clients follow."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from makegood.channels.mails import bounds
from makegood.channels.mails.charsets import codec_of, decode, storable
from makegood.channels.mails.flowed import unflow
from makegood.channels.mails.mail import Attachment
from makegood.channels.mails.parts import Part, Reading, leaves
from makegood.channels.mails.sniffing import sniff
from makegood.channels.mails.transfer import take_out_uu

TEXTS = {"text/plain", "text/html"}
# Plain words under other names: shown as text where a mail has nothing better.
MEDIA = re.compile(r"(?:image|audio|video)/.*")
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{2,40})", re.IGNORECASE)
# Characters that turn the order of what follows or that no file system takes.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*]")


@dataclass(slots=True)
class Bodies:
    """The leaves of a mail by what they are for; a part may be text and HTML at once, where only one is there."""

    text: list[Part] = field(default_factory=list)
    html: list[Part] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)


def sort_parts(root: Part) -> Bodies:
    """What stands between texts to be seen (a picture) is listed as attached as well, in the order of the mail."""
    bodies = Bodies()
    _sort((root,), "mixed", bodies, is_alternative=False, takes=(True, True))
    shown = [part for part in (*bodies.text, *bodies.html) if part.type not in TEXTS]
    listed = {id(part) for part in (*bodies.attached, *shown)}
    bodies.attached = [part for part in leaves(root) if id(part) in listed]
    return bodies


def _sort(
    parts: tuple[Part, ...], within: str, bodies: Bodies, *, is_alternative: bool, takes: tuple[bool, bool]
) -> None:
    """`takes`: whether text and HTML are wanted; a text part within an alternative is no HTML, and the reverse."""
    texts, htmls = len(bodies.text), len(bodies.html)
    for index, part in enumerate(parts):
        if part.children:
            below = part.type.partition("/")[2]
            is_below = is_alternative or below == "alternative"
            _sort(part.children, below, bodies, is_alternative=is_below, takes=takes)
        elif not _is_inline(part, index, within):
            bodies.attached.append(part)
        elif within == "alternative":
            {"text/plain": bodies.text, "text/html": bodies.html}.get(part.type, bodies.attached).append(part)
        else:
            if is_alternative:
                takes = (takes[0] and part.type != "text/html", takes[1] and part.type != "text/plain")
            _show(part, bodies, takes)
    if within == "alternative" and all(takes):
        if len(bodies.text) == texts:
            bodies.text.extend(bodies.html[htmls:])
        elif len(bodies.html) == htmls:
            bodies.html.extend(bodies.text[texts:])


def _show(part: Part, bodies: Bodies, takes: tuple[bool, bool]) -> None:
    if takes[0]:
        bodies.text.append(part)
    if takes[1]:
        bodies.html.append(part)
    if not all(takes) and MEDIA.fullmatch(part.type):
        bodies.attached.append(part)


def _is_inline(part: Part, index: int, within: str) -> bool:
    media = MEDIA.fullmatch(part.type) is not None
    if part.disposition.value == "attachment" or not (part.type in TEXTS or media):
        return False
    return index == 0 or (within != "related" and (media or not part.name))


def text_of(part: Part, reading: Reading) -> tuple[str, list[tuple[bytes, bytes]]]:
    """A text part's words, lines ended by line feeds alone, and the files that stood uuencoded in it."""
    content = _content(part, reading)
    if len(content) > bounds.TEXT_BYTES:
        reading.note(f"a text is longer than {bounds.TEXT_BYTES} bytes; the rest was not read")
        content = content[: bounds.TEXT_BYTES]
    content, files = take_out_uu(content) if part.type == "text/plain" else (content, [])
    text, is_certain = decode(content, _charset(part, content))
    if not is_certain:
        reading.note(f"the charset of a {part.type} part is missing or wrong; it was guessed")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type.get("format").lower() == "flowed" and part.type == "text/plain":
        text = unflow(text, joins_without_space=part.content_type.get("delsp").lower() == "yes")
    return text, files


def _charset(part: Part, content: bytes) -> str:
    said = part.content_type.get("charset")
    if part.type == "text/html" and not codec_of(said) and (meta := META_CHARSET.search(content[:4096])):
        return meta[1].decode("ascii")
    return said


def _content(part: Part, reading: Reading) -> bytes:
    content, is_whole = part.content()
    if not is_whole:
        reading.note(f"the {part.fields.plain('content-transfer-encoding')[:20]} of a {part.type} part is malformed")
    return content


def attachment_of(part: Part, reading: Reading) -> Attachment:
    content = _content(part, reading)
    content_id = storable(part.fields.plain("content-id")).strip("<> ")
    return Attachment(
        name=safe_name(part.name),
        declared_type=part.type,
        content_type=sniff(content, part.type),
        size=len(content),
        content=content,
        content_id=content_id,
        is_inline=part.disposition.value != "attachment" and (bool(content_id) or part.disposition.value == "inline"),
    )


def file_of(name: bytes, content: bytes) -> Attachment:
    """A file that stood uuencoded in a text."""
    return Attachment(
        name=safe_name(decode(name)[0]),
        declared_type="application/octet-stream",
        content_type=sniff(content, ""),
        size=len(content),
        content=content,
    )


def safe_name(said: str) -> str:
    """A bare file name: no folders, no control characters, none that hide the real ending; at most 150 characters."""
    bare = PurePosixPath(storable(said).replace("\\", "/")).name
    clean = re.sub(r"\s+", " ", UNSAFE.sub("", bare)).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    return clean if len(clean) <= 150 else f"{stem[: 149 - len(ending[:20])]}{dot}{ending[:20]}"
