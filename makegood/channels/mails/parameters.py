"""Values with parameters: `multipart/mixed; boundary=x`, `attachment; filename*=utf-8''%e2%82%ac.pdf`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from makegood.channels.mails.charsets import decode
from makegood.channels.mails.fields import decode_words

PARAMETER = re.compile(
    r"""[;\s]\s{0,99}([^\s=;*"]{1,60})(?:\*(\d{1,3}))?(\*)?\s{0,99}=\s{0,99}("(?:[^"\\]|\\.)*"?|[^;]*)""", re.DOTALL
)
COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Parametered:
    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")


def read_parametered(text: str) -> Parametered:
    """The value in small letters and its parameters; RFC 2231's pieces and encoded words are joined and decoded."""
    head, semicolon, _ = text.partition(";")
    words = COMMENT.sub(" ", head).split()
    value = words[0].lower() if words else ""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    rest = text[len(head) :] if semicolon else text[len(head.split()[0]) if head.split() else 0 :]
    for name, index, is_encoded, written in PARAMETER.findall(rest):
        pieces.setdefault(name.lower(), []).append((int(index or 0), bool(is_encoded), _unquoted(written)))
    return Parametered(value, {name: _joined(found) for name, found in pieces.items()})


def _unquoted(written: str) -> str:
    written = written.strip()
    if written.startswith('"'):
        # Only quotes and backslashes are escaped by mailers; any other backslash is Windows's.
        return re.sub(r"\\([\"\\])", r"\1", written[1:].removesuffix('"'))
    return COMMENT.sub("", written).strip() or written


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    ordered = sorted({index: (index, is_encoded, text) for index, is_encoded, text in reversed(pieces)}.values())
    if not any(is_encoded for _, is_encoded, _ in ordered):
        return decode_words("".join(text for _, _, text in ordered))
    charset, content = "", b""
    for index, is_encoded, text in ordered:
        value = text
        if is_encoded and index == 0 and text.count("'") >= 2:
            charset, _, value = text.split("'", 2)
        content += unquote_to_bytes(value) if is_encoded else value.encode()
    return decode(content, charset or "utf-8")[0]
