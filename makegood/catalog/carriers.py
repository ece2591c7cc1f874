"""What carriers are called: one code each, whatever a shop writes.

A shop's software names the carrier, its company or its service: "UPS", "United Parcel Service", "fedex_ground", "DHL
Express", "USPS Priority Mail", "U.P.S.". Whom we don't recognise is refused where it is told, since nobody would ever
tell us of its parcels, and since "Ups " and "UPS" would be two carriers.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

_CALLED = {
    "usps": "USPS|United States Postal Service|US Postal Service|United States Post Office|US Mail|US Post",
    "ups": "UPS|United Parcel Service|United Parcel",
    "fedex": "FedEx|Federal Express|Fed Ex|FDX|FDXE|FDXG|FXSP",
    "dhl": "DHL|Deutsche Post DHL|DHL Group|Deutsche Post",
    "amazon": "Amazon|Amazon Logistics|Amazon Shipping|AMZL",
    "an_post": "An Post",
    "aramex": "Aramex",
    "australia_post": "Australia Post|AusPost",
    "austrian_post": "Austrian Post|Österreichische Post",
    "bpost": "bpost",
    "canada_post": "Canada Post|Postes Canada",
    "canpar": "Canpar|Canpar Express",
    "chronopost": "Chronopost",
    "correos": "Correos|Correos Express",
    "dpd": "DPD|Dynamic Parcel Distribution",
    "evri": "Evri|Hermes UK|Evri (Hermes)|myHermes",
    "gls": "GLS|General Logistics Systems",
    "gofo": "GOFO|GOFO Express",
    "hermes": "Hermes|Hermes Germany|Hermes Germany GmbH|Hermes Paket|Hermes Versand",
    "inpost": "InPost",
    "japan_post": "Japan Post",
    "landmark": "Landmark|Landmark Global",
    "la_poste": "La Poste|Colissimo",
    "lasership": "LaserShip|OnTrac LaserShip",
    "mondial_relay": "Mondial Relay",
    "mrw": "MRW",
    "old_dominion": "Old Dominion|ODFL|Old Dominion Freight Line",
    "ontrac": "OnTrac",
    "postnl": "PostNL|Post NL",
    "postnord": "PostNord",
    "poste_italiane": "Poste Italiane|SDA",
    "purolator": "Purolator",
    "royal_mail": "Royal Mail|Parcelforce",
    "seur": "SEUR",
    "speedee": "Spee-Dee|SpeeDee|Spee Dee Delivery",
    "swiss_post": "Swiss Post|Die Post|La Poste Suisse",
    "tnt": "TNT|TNT Express",
    "yodel": "Yodel",
    "yunexpress": "YunExpress|Yun Express",
    "other": "Other|Other carrier|Custom|Custom carrier",
}
"""By code: the name that people know, and what else it is called. Whose carrier is none of these says "other"."""

# A carrier that is none of these, of which nobody tells us the name.
OTHER = "other"

NAMES: Mapping[str, str] = MappingProxyType({code: called.split("|")[0] for code, called in _CALLED.items()})

_MAY_STAND_BESIDE = (
    "a and by carrier co company corp courier delivery economy express first freight global gmbh ground group inc "
    "international logistics ltd mail of overnight paket parcel post priority service services shipped shipping "
    "standard the tracked uk us usa via with worldwide"
)
_BESIDE = frozenset(_MAY_STAND_BESIDE.split())
"""Words that may stand beside a carrier's name without making it somebody else's."""
_EITHER = frozenset({"or", "oder", "ou"})
"""Words between two carriers of which nobody says which it was."""
_SERVICES = re.compile(
    r"(advantage|dedicated|ecommerce|economy|express|first|freight|ground|home|international|mail|media|next|overnight|"
    r"paket|parcel|priority|saver|smartpost|standard|surepost|worldwide|[12]day|2nd).*"
)
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z])")


@lru_cache(maxsize=1000)
def carrier_named(text: str) -> str:
    """Our code of the carrier that is meant; "" where none is, or two are."""
    spelled = [_words(text), _words(_CAMEL.sub(" ", text))]
    for words in spelled:
        code = _BY_LETTERS.get("".join(words)) or _BY_LETTERS.get("".join(words[:-1]) if words[-1:] == ["com"] else "")
        if code:
            return code
    for words in spelled:
        if code := _only_of(words) or ("" if _EITHER & set(words) else _first_of(words)):
            return code
    return _run_together("".join(spelled[0]))


def known_carrier(text: str) -> str:
    """The same, of a record.

    Raises:
        ValueError: no carrier that we know; it names those that we do.
    """
    code = carrier_named(text)
    if not code:
        raise ValueError(f"{text[:80]!r} is no carrier that we know; known: {', '.join(NAMES.values())}")
    return code


def _words(text: str) -> list[str]:
    """In small letters without accents and marks; letters that stand alone, as in U.P.S., are one word."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    joined = re.sub(r"\b(\w)(?:\W+(?=\w\b))", r"\1", bare)
    return [word.casefold() for word in _WORD.findall(joined)]


def _first_of(words: Sequence[str]) -> str:
    """The carrier whose name the words begin with, the longest name of all."""
    return next((code for name, code in _BY_WORDS if tuple(words[: len(name)]) == name), "")


def _only_of(words: Sequence[str]) -> str:
    """The only carrier named among words that name nothing else, as in "Ground (UPS)"."""
    found: set[str] = set()
    rest = list(words)
    while rest:
        code = _first_of(rest)
        if not code and rest[0] not in _BESIDE:
            return ""
        found |= {code} - {""}
        rest = rest[max(1, _length_of(rest)) :]
    return found.pop() if len(found) == 1 else ""


def _length_of(words: Sequence[str]) -> int:
    return next((len(name) for name, _ in _BY_WORDS if tuple(words[: len(name)]) == name), 0)


def _run_together(letters: str) -> str:
    """A name with its service behind it and nothing between, as in "fedexground"."""
    return next(
        (
            code
            for name, code in _BY_LETTERS.items()
            if letters.startswith(name) and _SERVICES.fullmatch(letters[len(name) :])
        ),
        "",
    )


def _spellings() -> Iterator[tuple[tuple[str, ...], str]]:
    for code, called in _CALLED.items():
        yield tuple(code.split("_")), code
        for name in called.split("|"):
            yield tuple(_words(name)), code


_BY_WORDS = tuple(sorted(set(_spellings()), key=lambda each: (-len(each[0]), each)))
_BY_LETTERS = {"".join(name): code for name, code in _BY_WORDS}
