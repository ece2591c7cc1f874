"""Parts that hold a mail under another form: opaque S/MIME (RFC 8551), and what Outlook calls winmail.dat."""

import re
from enum import Enum

from pyasn1.codec.ber import decoder
from pyasn1.error import PyAsn1Error
from pyasn1_modules import rfc5652

from makegood.channels.mails.transfer import from_base64

PKCS7 = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
NAMED_PKCS7 = re.compile(r".+\.p7m", re.IGNORECASE)
NAMED_TNEF = re.compile(r"(?:winmail|att\d{4,8}|win)\.dat", re.IGNORECASE)
UNTYPED = {"application/octet-stream", "application/unknown", "application/binary"}
# Certificates and a signature around words and photos; larger ones stay files.
LARGEST = 30_000_000

SEQUENCE = b"\x30"
ARMOUR = re.compile(rb"-----[A-Z0-9 ]{3,40}-----")


class Container(Enum):
    PKCS7 = 1
    TNEF = 2


def container_of(content_type: str, name: str) -> Container | None:
    """What a part holds, by its type, or by its name where its type says nothing; `winmail.dat` has many types."""
    if content_type in PKCS7 or (content_type in UNTYPED and NAMED_PKCS7.fullmatch(name)):
        return Container.PKCS7
    if content_type in TNEF or (content_type.startswith("application/") and NAMED_TNEF.fullmatch(name)):
        return Container.TNEF
    return None


def signed_content(raw: bytes) -> bytes | None:
    """The mail within a signature that is wrapped around it; None where it is encrypted, or nothing of the kind.

    Whether the signature holds is not asked: the words are shown like any that a stranger sends.
    """
    if len(raw) > LARGEST:
        return None
    if not raw.startswith(SEQUENCE):  # in letters, with or without the armour of PEM
        raw = from_base64(ARMOUR.sub(b"", raw))[0]
    try:
        outer, _ = decoder.decode(raw, asn1Spec=rfc5652.ContentInfo())
        if outer["contentType"] != rfc5652.id_signedData:
            return None
        signed, _ = decoder.decode(outer["content"], asn1Spec=rfc5652.SignedData())
        content = signed["encapContentInfo"]["eContent"]
        return bytes(content) if content.isValue else None
    except (PyAsn1Error, RecursionError, ValueError, KeyError, IndexError, TypeError, OverflowError):
        return None  # broken, or of a kind that says otherwise: it stays the file that it is
