"""The words that English, French and Spanish people use for days, months, counts and currencies.

All are written as `fold` leaves them: without accents. Abbreviations of the three languages never contradict
each other, so that a date in one language is found in a text of another.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

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
    """A pattern for any of the words, the longest first; a space or hyphen in one stands for either."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.sub(r"\\? |\\?-", lambda _: r"[\s-]+", re.escape(word)) for word in longest_first) + ")"


def plain(word: str) -> str:
    """A matched word in the one form that the tables below use."""
    return re.sub(r"[\s-]+", " ", word.strip().lower())


def _table(rows: str) -> dict[str, int]:
    """Each word is the names of one number, counted from 1, separated by commas; a hyphen stands for a space too."""
    return {plain(name): place for place, row in enumerate(rows.split(), start=1) for name in row.split(",")}


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


MONTHS = _table(
    """
    january,janvier,enero february,fevrier,febrero march,mars,marzo april,avril,abril may,mai,mayo june,juin,junio
    july,juillet,julio august,aout,agosto september,septembre,septiembre,setiembre october,octobre,octubre
    november,novembre,noviembre december,decembre,diciembre
    """
)
ENGLISH_MONTHS = _words("january february march april may june july august september october november december")
SHORT_MONTHS = _table("jan,janv,ene feb,fev,fevr mar apr,avr,abr may jun jul,juil aug,ago sep,sept oct nov dec,dic")
WEEKDAYS = _table(
    """
    monday,lundi,lunes tuesday,mardi,martes wednesday,mercredi,miercoles thursday,jeudi,jueves friday,vendredi,viernes
    saturday,samedi,sabado sunday,dimanche,domingo
    """
)
SHORT_WEEKDAYS = _table("mon,lun tue,tues,mar wed,mer,mie thu,thur,thurs,jeu,jue fri,ven,vie sat,sam,sab sun,dim,dom")


def _compounds(tens: Mapping[str, int], units: str, joint: str) -> dict[str, int]:
    """Forty-one to ninety-nine and their like: each ten with each unit, joined by `joint`."""
    return {
        plain(f"{ten}{joint}{unit}"): number + count
        for ten, number in tens.items()
        for count, names in enumerate(units.split(), start=1)
        for unit in names.split(",")
    }


_TENS = {
    "en": {"forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
    "fr": {"quarante": 40, "cinquante": 50, "soixante": 60},
    "es": {"cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90},
}
_FRENCH_TEENS = """
    un,une,et-un deux trois quatre cinq six sept huit neuf dix onze,et-onze douze treize quatorze quinze seize dix-sept
    dix-huit dix-neuf
    """
CARDINALS: Mapping[str, Mapping[str, int]] = {
    "en": _table(
        """
        one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty twenty-one twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven
        twenty-eight twenty-nine thirty thirty-one
        """
    )
    | _TENS["en"]
    | {f"thirty {word}": 30 + number for number, word in enumerate(_words("one two three four five six seven"), 1)}
    | {"thirty eight": 38, "thirty nine": 39, "a hundred": 100}
    | _compounds(_TENS["en"], "one two three four five six seven eight nine", "-"),
    "fr": _table(
        """
        un,une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit
        dix-neuf vingt vingt-et-un vingt-deux vingt-trois vingt-quatre vingt-cinq vingt-six vingt-sept vingt-huit
        vingt-neuf trente trente-et-un trente-deux trente-trois trente-quatre trente-cinq trente-six trente-sept
        trente-huit trente-neuf
        """
    )
    | _TENS["fr"]
    | _compounds(_TENS["fr"], "et-un,et-une deux trois quatre cinq six sept huit neuf", "-")
    | _compounds({"soixante": 60, "quatre-vingt": 80}, _FRENCH_TEENS, "-")
    | {"quatre vingts": 80, "cent": 100},
    "es": _table(
        """
        un,una,uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete
        dieciocho diecinueve veinte veintiuno,veintiun,veintiuna veintidos veintitres veinticuatro veinticinco
        veintiseis veintisiete veintiocho veintinueve treinta treinta-y-uno,treinta-y-un treinta-y-dos treinta-y-tres
        treinta-y-cuatro treinta-y-cinco treinta-y-seis treinta-y-siete treinta-y-ocho treinta-y-nueve
        """
    )
    | _TENS["es"]
    | _compounds(_TENS["es"], "uno,un,una dos tres cuatro cinco seis siete ocho nueve", "-y-")
    | {"cien": 100},
}
# A day of the month in words: "the sixteenth of October", "le seize octobre", "el dieciséis de octubre".
ENGLISH_ORDINALS = _table(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
    twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first
    """
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
