"""Counts: how many of what. "93 %" supports no 93 parcels, and two books are not two orders."""

import re
from collections.abc import Iterator
from functools import cache

from makegood.replies.rules.claims import ClaimKind, Count, Counted, Evidence, Found, Records
from makegood.replies.rules.lexicon import COUNTED_AS, EVERYTHING_COUNTED, any_of, base_of, cardinals, plain

_PERCENT = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,3})\s?(?:%|per\s?cent\b|pour\s?cent\b|por\s?ciento\b)", re.IGNORECASE
)
_OF_YOUR = (
    r"(?:(?:of|de|d'|parmi)\s*"
    r"(?:(?:your|our|the|these|those|my|her|his|their|vos|nos|les|ces|ses|leurs|sus|los|las|nuestros|nuestras|estos|estas)"
    r"\s+)?)"
)
# What is counted, right after its number or with a word or two between: "3 of your lost parcels", "9 business days".
_COUNTED = re.compile(
    rf"\s+{_OF_YOUR}?(?P<between>(?:[\w'-]+\s+){{0,2}}?)(?P<noun>{any_of(EVERYTHING_COUNTED)})(?!\w)", re.IGNORECASE
)
# Longer than this it is a reference that happens to stand before a noun.
_DIGITS_OF_A_COUNT = 4
_CALLED = re.compile(
    r"(?:\b(?:orders?|parcels?|packages?|number|no|nr|commandes?|colis|numero|pedidos?|paquetes?)\.?|#|n[\u00b0\u00ba])\s*$",
    re.IGNORECASE,
)
_MULTIPLIED = re.compile(
    r"(?:\s+|-)(?:hundred|thousand|cents?|mille|cientos?|mil|dozen|douzaines?|docenas?)(?!\w)", re.IGNORECASE
)
# A number that names nothing it counts may be so many of these, and no percents or days.
_WITHOUT_A_NOUN = (Counted.UNITS, Counted.PARCELS, Counted.ORDERS)


def counts_in(text: str, *, records: Records, language: str) -> Iterator[Found]:
    """Percents, and number words before what people count; "one" only right before it, or in "one of your parcels"."""
    for match in _PERCENT.finditer(text):
        yield Found(
            *match.span(), ClaimKind.NUMBER, records.counts.get(Count(int(match["number"]), Counted.PERCENT), ())
        )
    words = cardinals(language)
    for match in _words_that_count(base_of(language)).finditer(text):
        number = words[plain(match["word"])]
        if many := _MULTIPLIED.match(text, match.end()):
            yield Found(match.start(), many.end(), ClaimKind.NUMBER)
        elif number > 1 or match["near"]:
            yield Found(*match.span(), ClaimKind.NUMBER, counted(text, match.end(), number, records))


def counts(text: str, start: int, end: int) -> bool:
    """Whether the digits at a place say how many of something there are: "100 parcels", and not "order 100"."""
    written = text[start:end]
    if not written.isdigit() or len(written) > _DIGITS_OF_A_COUNT or _CALLED.search(text, max(0, start - 16), start):
        return False
    match = _COUNTED.match(text, end)
    return match is not None and not match["between"]


def counted(text: str, end: int, number: int, records: Records) -> tuple[Evidence, ...]:
    """What is recorded of so many of what the text names after `end`; where it names nothing, of units and the like."""
    match = _COUNTED.match(text, end)
    kinds = (COUNTED_AS[plain(match["noun"])],) if match else _WITHOUT_A_NOUN
    return tuple(each for kind in kinds for each in records.counts.get(Count(number, kind), ()))


@cache
def _words_that_count(language: str) -> re.Pattern[str]:
    # "Un colis" is a parcel, and says no number.
    words = any_of(cardinals(language).keys() - {"un", "une", "una", "uno"})
    nouns = rf"{any_of(EVERYTHING_COUNTED)}(?!\w)"
    return re.compile(
        rf"(?<!\w)(?P<word>{words})(?=(?P<near>\s+{_OF_YOUR}?{nouns})|\s+{_OF_YOUR}?(?:[\w'-]+\s+){{1,2}}?{nouns})",
        re.IGNORECASE,
    )
