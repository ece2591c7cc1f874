"""Bodies as Stripe takes them: forms whose names nest by brackets, and files in parts."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl


def nested(text: str) -> dict[str, Any]:
    """`metadata[order]=7&expand[0]=data.source` as `{"metadata": {"order": "7"}, "expand": {"0": "data.source"}}`."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *path, last = name.replace("]", "").split("[")
        place = found
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return found


def parts(content_type: str, body: bytes) -> dict[str, Any]:
    """Fields of multipart/form-data: text, or bytes of a file."""
    whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    found: dict[str, Any] = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_content()
        found[name] = content.encode() if isinstance(content, str) and part.get_filename() else content
    return found


def decoded(content_type: str, body: bytes) -> dict[str, Any]:
    return parts(content_type, body) if content_type.startswith("multipart/") else nested(body.decode())
