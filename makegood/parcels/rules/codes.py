"""Tables of what a carrier's codes and words mean; each connector has its own, beside their sources."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from makegood.parcels.rules.scans import ScanKind


def by_code(kinds: Mapping[ScanKind, str]) -> Mapping[str, ScanKind]:
    """What each code means, from the codes of each kind, such as `{ScanKind.MOVED: "AR DP"}`."""
    return MappingProxyType({code: kind for kind, codes in kinds.items() for code in codes.split()})


def said(table: Iterable[tuple[str, ScanKind]], words: str) -> ScanKind | None:
    """The first of the table whose words stand in `words`, both in small letters."""
    return next((kind for part, kind in table if part in words), None)
