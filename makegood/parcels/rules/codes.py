"""Tables of what a carrier's codes and words mean; each connector has its own, beside their sources."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from makegood.parcels.rules.scans import ScanKind


def by_code(kinds: Mapping[ScanKind, str]) -> Mapping[str, ScanKind]:
    """What each code means, from the codes of each kind, such as `{ScanKind.MOVED: "AR DP"}`."""
    return MappingProxyType({code: kind for kind, codes in kinds.items() for code in codes.split()})


_CLAUSES = re.compile(r"[,.;:()]|\s[-–]\s|\b(?:and|but)\b")
_DENIES = re.compile(r"\b(?:not|no|never|without)\b|n['\u2019]t\b")
_DENIED_BEHIND = re.compile(
    r"[^,.;:]{0,30}?\b(?:not|no longer) (?:required|needed|necessary|requested|found|reported)\b"
)


def said(table: Iterable[tuple[str, ScanKind]], words: str) -> ScanKind | None:
    """The first of the table whose words stand in `words`, both in small letters, and are not denied there."""
    return next((kind for part, kind in table if _is_said(part, words)), None)


def _is_said(part: str, words: str) -> bool:
    at = words.find(part)
    if at < 0:
        return False
    is_denied = _DENIES.search(_CLAUSES.split(words[:at])[-1]) or _DENIED_BEHIND.match(words[at + len(part) :])
    return is_denied is None
