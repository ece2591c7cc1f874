"""The addresses that answers and failures come back to, each bound to what it is about and signed with the shop's key.

`help+r2s-1k-mqv3…@shop.example` is customer 100's, case 56's; `help+b7n-…@shop.example` is message 275's envelope. They
are small letters and digits, since some hosts change letters' case, and they don't expire: people answer old mails.
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

SALT = "makegood.channels.addresses"
# 80 bits: a forger has to send a mail for every guess, and would gain the right to say something on one case.
SIGNATURE_BYTES = 10
BOUND = re.compile(r"\+([rb])([0-9a-z]{1,13})(?:-([0-9a-z]{1,13}))?-([a-z2-7]{16})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a valid address proves: whose letter was answered, on which case (0: none), or which message failed."""

    customer_id: int = 0
    case_number: int = 0
    message_id: int = 0


def reply_address(*, customer_id: int, case_number: int | None) -> str:
    """Where answers to a letter go; empty where the shop takes no answers by mail."""
    return _extended("r", f"{int_to_base36(customer_id)}-{int_to_base36(case_number or 0)}")


def bounce_address(*, message_id: int) -> str:
    """Where a message comes back to if it can't be delivered; empty where the shop takes no answers by mail."""
    return _extended("b", int_to_base36(message_id))


def bound_by(addresses: Iterable[str]) -> frozenset[Bound]:
    """What valid ones among `addresses` are bound to; whatever else they are proves nothing."""
    return frozenset(bound for address in addresses if (bound := _bound(address)) is not None)


def own_addresses() -> frozenset[str]:
    """Every address that the shop writes from or takes mail at; a whole domain is none."""
    named = (settings.MAIL_FROM, settings.MAIL_REPLY_TO, *settings.MAIL_ADDRESSES)
    return frozenset(address.lower() for each in named if (address := parseaddr(each)[1]) and "@" in address)


def is_for_us(address: str, *, others: Iterable[str] = ()) -> bool:
    """Whether mail to `address` is ours to take: the reply address, however it is extended, or one of `others`."""
    local, _, domain = address.strip().lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return plain in {each.strip().lower() for each in (settings.MAIL_REPLY_TO, *others) if each.strip()}


def _extended(kind: str, numbers: str) -> str:
    local, _, domain = settings.MAIL_REPLY_TO.rpartition("@")
    if not local:
        return ""
    return f"{local}+{kind}{numbers}-{_signature(kind + numbers, settings.SECRET_KEY)}@{domain}"


def _bound(address: str) -> Bound | None:
    found = BOUND.search(address)
    if found is None:
        return None
    kind, first, second, signature = (part.lower() if part else "" for part in found.groups())
    signed = f"{kind}{first}-{second}" if second else f"{kind}{first}"
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(signature, _signature(signed, key)) for key in keys):
        return None
    if kind == "b":
        return Bound(message_id=base36_to_int(first))
    return Bound(customer_id=base36_to_int(first), case_number=base36_to_int(second or "0"))


def _signature(signed: str, key: str) -> str:
    digest = salted_hmac(SALT, signed, secret=key, algorithm="sha256").digest()
    return b32encode(digest[:SIGNATURE_BYTES]).decode().lower()
