"""The words that English, French and Spanish people use for days, months, counts and currencies.

All are written as `fold` leaves them: without accents. Abbreviations of the three languages never contradict
each other, so that a date in one language is found in a text of another.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping

from babel.dates import get_day_names, get_month_names

from makegood.replies.rules.claims import Counted

_APOSTROPHES, _HYPHENS = "\u2018\u2019\u02bc", "\u2010\u2011\u2012\u2013\u2014\u2212"
_TWINS = dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-")


def fold(text: str) -> str:
    """`text` without accents, with plain spaces, hyphens, apostrophes and digits; every character keeps its place."""
    return "".join(_fold_character(character) for character in text)


def _fold_character(character: str) -> str:
    if character in "\n\r\t" or character.isascii():
        return character
    if character in _TWINS:
        return _TWINS[character]
    if character.isspace():
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None and unicodedata.category(character) == "Nd":
        return str(digit)
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() and base.isalpha() else character


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest that fits; a space or hyphen in one stands for either.

    Words that begin alike share their beginning, so that hundreds cost little more than one.
    """
    return f"(?:{_branches(set(words))})"


def _branches(words: Collection[str]) -> str:
    rests: dict[str, set[str]] = {}
    for word in sorted(words):
        if word:
            rests.setdefault(word[0], set()).add(word[1:])
    written = [(r"[\s-]+" if first in " -" else re.escape(first)) + _branches(rest) for first, rest in rests.items()]
    if not written:
        return ""
    if "" not in words and len(written) == 1:
        return written[0]
    return f"(?:{'|'.join(written)})" + ("?" if "" in words else "")


def plain(word: str) -> str:
    """A matched word in the one form that the tables below use."""
    return re.sub(r"[\s-]+", " ", word.strip().lower())


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _numbered(
    names: Callable[..., Mapping[int, str]], width: str, first: int, more: Mapping[str, int]
) -> dict[str, int]:
    """The names that Unicode's locale data gives each month or weekday, as `fold` leaves them, and what it lacks."""
    return {
        plain(fold(name)).strip("."): number + first
        for language in LANGUAGES
        for context in ("format", "stand-alone")
        for number, name in names(width, context, language).items()
    } | dict(more)


LANGUAGES = ("en", "fr", "es")
MONTHS = _numbered(get_month_names, "wide", 0, {"setiembre": 9})
ENGLISH_MONTHS = tuple(get_month_names("wide", locale="en").values())
SHORT_MONTHS = _numbered(get_month_names, "abbreviated", 0, {"fev": 2})
SHORT_MONTHS = {name: number for name, number in SHORT_MONTHS.items() if name not in MONTHS or name == "may"}
WEEKDAYS = _numbered(get_day_names, "wide", 1, {})
SHORT_WEEKDAYS = _numbered(get_day_names, "abbreviated", 1, {"tues": 2, "thur": 4, "thurs": 4})


def _counted_up(words: str, first: int = 1) -> dict[str, int]:
    """Each word is the names of one number, counted from `first`, separated by commas; a hyphen is a space too."""
    return {plain(name): place for place, row in enumerate(words.split(), start=first) for name in row.split(",")}


def _with_tens(tens: str, units: Mapping[str, int], *, first: int = 20, joint: str = " ") -> dict[str, int]:
    """Each ten, and each with its units: twenty, twenty-one ..."""
    found: dict[str, int] = {}
    for place, ten in enumerate(tens.split()):
        found |= {ten: first + 10 * place} | {
            f"{ten}{joint}{unit}": first + 10 * place + count for unit, count in units.items()
        }
    return found


_ENGLISH_UNITS = _counted_up("one two three four five six seven eight nine")
_FRENCH_UNITS = _counted_up("et-un,et-une deux trois quatre cinq six sept huit neuf")
_FRENCH_TEENS = _counted_up("dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf", 10)
CARDINALS: Mapping[str, Mapping[str, int]] = {
    "en": _ENGLISH_UNITS
    | _counted_up("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
    | _with_tens("twenty thirty forty fifty sixty seventy eighty ninety", _ENGLISH_UNITS)
    | {"a hundred": 100},
    "fr": _counted_up("un,une deux trois quatre cinq six sept huit neuf")
    | _FRENCH_TEENS
    | _with_tens("vingt trente quarante cinquante soixante", _FRENCH_UNITS)
    | {f"soixante {word}": 60 + number for word, number in (_FRENCH_TEENS | {"et onze": 11}).items()}
    | {f"quatre vingt {word}": 80 + number for word, number in (_FRENCH_UNITS | _FRENCH_TEENS).items()}
    | {"quatre vingt un": 81, "quatre vingt une": 81, "quatre vingts": 80, "cent": 100},
    "es": _counted_up(
        """
        un,una,uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete
        dieciocho diecinueve veinte veintiuno,veintiun,veintiuna veintidos veintitres veinticuatro veinticinco
        veintiseis veintisiete veintiocho veintinueve
        """
    )
    | _with_tens(
        "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        _counted_up("uno,un,una dos tres cuatro cinco seis siete ocho nueve"),
        first=30,
        joint=" y ",
    )
    | {"cien": 100},
}
# A day of the month in words: "the sixteenth of October", "le seize octobre", "el dieciséis de octubre".
_TO_NINTH = _counted_up("first second third fourth fifth sixth seventh eighth ninth")
ENGLISH_ORDINALS = (
    _TO_NINTH
    | {f"{word}th": number for word, number in CARDINALS["en"].items() if 10 <= number <= 19 and number != 12}
    | {"twelfth": 12, "twentieth": 20, "thirtieth": 30, "thirty first": 31}
    | {f"twenty {word}": 20 + number for word, number in _TO_NINTH.items()}
)
ROMANCE_DAYS = {"premier": 1, "primero": 1} | {
    word: number
    for language in ("fr", "es")
    for word, number in CARDINALS[language].items()
    if number <= 31 and word not in {"un", "une", "una"}
}

# How many days, or weeks, from this one; written as `plain` leaves them.
RELATIVE_DAYS: Mapping[str, int] = {
    **dict.fromkeys(["today", "tonight", "this morning", "this afternoon", "this evening"], 0),
    **dict.fromkeys(["aujourd'hui", "ce matin", "cet apres midi", "cette apres midi", "ce soir", "cette nuit"], 0),
    **dict.fromkeys(["hoy", "esta manana", "esta tarde", "esta noche"], 0),
    **dict.fromkeys(["tomorrow", "demain", "manana"], 1),
    **dict.fromkeys(["the day after tomorrow", "apres demain", "pasado manana"], 2),
    **dict.fromkeys(["yesterday", "last night", "hier", "ayer", "anoche"], -1),
    **dict.fromkeys(["the day before yesterday", "avant hier", "anteayer", "antes de ayer"], -2),
}
RELATIVE_WEEKS: Mapping[str, int] = {
    **dict.fromkeys(["this week", "cette semaine", "esta semana"], 0),
    **dict.fromkeys(["next week", "la semaine prochaine", "la proxima semana", "la semana que viene"], 1),
    **dict.fromkeys(["last week", "la semaine derniere", "la semana pasada"], -1),
}

DAYS, WEEKS = _words("day days jour jours dia dias"), _words("week weeks semaine semaines semana semanas")
BUSINESS = _words("working business ouvre ouvres ouvrable ouvrables habil habiles laborable laborables")

# What people count in a letter about an order; a number before one of these is a claim, and of that alone.
COUNTED: Mapping[Counted, tuple[str, ...]] = {
    Counted.PARCELS: _words(
        """
        parcel parcels package packages box boxes delivery deliveries replacement replacements
        colis paquet paquets carton cartons boite boites livraison livraisons envoi envois
        paquete paquetes caja cajas entrega entregas envio envios
        """
    ),
    Counted.ORDERS: _words("order orders commande commandes pedido pedidos"),
    Counted.UNITS: _words(
        """
        book books present presents gift gifts item items article articles product products copy copies unit units
        piece pieces thing things title titles
        livre livres cadeau cadeaux produit produits exemplaire exemplaires unite unites objet objets titre titres
        libro libros regalo regalos articulo articulos producto productos ejemplar ejemplares unidad unidades
        pieza piezas cosa cosas titulo titulos
        """
    ),
    Counted.PROMISES: _words("promise promises promesse promesses promesa promesas"),
    Counted.SCANS: _words("scan scans label labels etiquette etiquettes etiqueta etiquetas escaneo escaneos"),
    Counted.REFUNDS: _words("refund refunds remboursement remboursements reembolso reembolsos"),
    Counted.PERCENT: _words("percent"),
    Counted.DAYS: DAYS,
    Counted.WEEKS: WEEKS,
    Counted.MONTHS: _words("month months mois mes meses"),
    Counted.YEARS: _words("year years an ans annee annees ano anos"),
    Counted.HOURS: _words("hour hours heure heures hora horas"),
    Counted.MINUTES: _words("minute minutes minuto minutos"),
}
COUNTED_AS: Mapping[str, Counted] = {word: counted for counted, words in COUNTED.items() for word in words}
EVERYTHING_COUNTED = tuple(COUNTED_AS)


def cardinals(language: str) -> Mapping[str, int]:
    """The number words of a language; English where we have none."""
    return CARDINALS.get(base_of(language), CARDINALS["en"])


def base_of(language: str) -> str:
    """`fr` for `fr-CA`."""
    return re.split(r"[-_]", language.lower(), maxsplit=1)[0]
