"""Numbers and days that can't be about the customer's orders: a house number, 320 pages, a telephone, opening hours."""

import re
from collections.abc import Iterator

from makegood.replies.rules.claims import Records
from makegood.replies.rules.lexicon import fold

_NUMBER = r"\d+(?:[.,]\d+)?"
_MEASURED = re.compile(
    rf"(?<![\w.,]){_NUMBER}(?:\s?(?:x|by|-)\s?{_NUMBER})*[\s-]?(?:pages?|paginas?|p\.|chapters?|chapitres?|capitulos?"
    r"|volumes?|tomes?|tomos?|cm|mm|metres?|meters?|metros?|kms?|kilomet\w+|inch(?:es)?|pouces?|pulgadas?"
    r"|feet|foot|ft|miles?|kg|kilos?|m?g|oz|lbs?|ounces?|grams?|grammes?|gramos?|ml|cl|litres?|liters?|litros?|watts?|volts?|mah|gb|mb"
    r"|degrees?|degres|grados)(?!\w)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?<!\w)(?:pages?|pagina|chapters?|chapitre|capitulo|volumes?|tome|tomo|edition|size|taille|talla|isbn|aged?|platform"
    r"|floor|room|suite|apartment|apt|flat|etage|appartement|piso|puerta|question|step|etape|paso|point|line|article)"
    r"\.?\s?:?\s?#?\d[\d-]*(?!\w)(?!\s?[$\u20ac\u00a3%])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"(?<!\w)\d{1,3}(?:st|nd|rd|th|er|e|eme|ere|a|o|[\u00aa\u00ba\u00b0])\s+(?:edition|edicion|floor|etage|piso|century|siecle)(?!\w)",
    re.IGNORECASE,
)
_ALWAYS_OPEN = re.compile(r"(?<![\w/])24\s?/\s?7(?![\w/])|(?<!\w)7\s?j(?:ours)?\s?(?:/|sur)\s?7(?!\w)")
_TELEPHONE = re.compile(
    r"(?<![\w+])\+\d[\d ()./-]{6,}\d(?!\w)"
    r"|(?<!\w)(?:phone|call us|ring us|reach us|telephone|tel|fax|appelez-nous|joignable|llame(?:nos)?|telefono)"
    r"(?:\s+(?:us|number|is|on|at|au|al|en|el|numero|under))*\.?\s?:?\s*(?P<number>\(?\d[\d ()./-]{4,}\d)(?!\w)",
    re.IGNORECASE,
)
_STREETS = r"street|st|road|rd|avenue|ave|lane|ln|drive|square|way|place|court|boulevard|blvd|terrace|close"
_HOUSE = re.compile(
    rf"(?<![\w.,#])(?P<number>\d{{1,5}}[a-z]?)\s+(?:bis\s+|ter\s+)?(?P<street>(?:[A-Z][\w'.-]*\s+){{1,3}}(?i:{_STREETS})(?!\w))"
    r"|(?<![\w.,#])(?P<numero>\d{1,5}(?:\s?(?:bis|ter))?),?\s+(?P<rue>(?i:rue|avenue|boulevard|place|quai|chemin|impasse|allee)"
    r"\s+(?:(?:de|du|des|la|le|les|l')\s*)*[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)*)"
    r"|(?P<calle>(?<!\w)(?i:calle|avenida|plaza|paseo|camino|c/)\s*(?:(?:de|del|la|las|los|el)\s+)*[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)*)"
    r",?\s+(?P<puerta>\d{1,5})(?!\w)"
)
# A shop's hours and holidays: they are nobody's order.
_OPENING = re.compile(
    r"(?<!\w)(?:closed|open|opens|reopen\w*|opening hours|office hours|bank holiday|public holiday|holidays?"
    r"|fermes?|fermee?s?|ferm(?:ons|erons)|ouverts?|ouvertes?|ouvr(?:ons|irons)|jours? ferie\w*|horaires?|vacances"
    r"|cerrad[oa]s?|cerr(?:amos|aremos)|abiert[oa]s?|abri(?:mos|remos)|festivos?|horario|vacaciones)(?!\w)",
    re.IGNORECASE,
)
# What holds for everybody: how long post takes to a country, since when there is a shop, and how many work there.
_POSTAGE = (
    r"(?:shipping|delivery|postage|parcels?|livraison|envois?|envios?|entrega)"
    r"(?: (?:to|within|vers|en|aux?|a|hacia) (?:\S+ ){1,3})?"
)
_IN_GENERAL = re.compile(
    rf"(?<!\w)(?:{_POSTAGE} ?(?:usually |normally |generally |en general )?(?:takes?|prend|demande|tarda|tardan|lleva)"
    r"|(?:the|our) (?:shop|store|company|team|warehouse|business)|(?:la|notre) (?:boutique|maison|equipe|entreprise)"
    r"|(?:la|el|nuestr[oa]) (?:tienda|equipo|empresa))(?!\w)",
    re.IGNORECASE,
)
_OF_THE_CUSTOMER = re.compile(
    r"(?<!\w)(?:you\w*|its?|they|them|this|order|votre|vos|vous|il|elle|cette|commande|sus?|usted|pedido)(?!\w)",
    re.IGNORECASE,
)


def harmless_in(text: str, *, records: Records) -> Iterator[tuple[int, int]]:
    """Where folded `text` has numbers that can't be about an order; what our records hold is never among them."""
    for pattern in (_MEASURED, _NUMBERED, _ORDINAL, _ALWAYS_OPEN, _TELEPHONE):
        for match in pattern.finditer(text):
            if not _is_recorded(match[0], records):
                yield match.span()
    streets = [fold(name).casefold() for name in records.names]
    for match in _HOUSE.finditer(text):
        street = (match["street"] or match["rue"] or match["calle"]).casefold()
        # Another number in a street that our records hold is a wrong address, and no matter of no interest.
        if not any(street in known for known in streets):
            yield match.span()


def tells_of_the_shop(sentence: str) -> bool:
    """Whether a sentence tells when the shop is open, or of what it is to everybody, and nothing of this customer."""
    if _OPENING.search(sentence):
        return True
    return _IN_GENERAL.search(sentence) is not None and not _OF_THE_CUSTOMER.search(sentence)


def _is_recorded(written: str, records: Records) -> bool:
    digits = re.sub(r"\D", "", written)
    if digits == "247":
        # Round the clock, unless the 24th of July is on record: it is written the same.
        return any((day.month, day.day) == (7, 24) for day in records.dates)
    return any(len(digits) > 4 and digits == re.sub(r"\D", "", number) for number in records.numbers)
