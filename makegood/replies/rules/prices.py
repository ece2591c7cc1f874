"""Which of the shop's products a sum is the price of: what was named last before it, by words that make it a price.

A price vouches for nothing else: a product that costs 28.90 supports no fee, voucher or balance of as much, and no
price of another product. So it counts only where one of a few turns of phrase stands between the product, or a word
for it, and the sum.
"""

import re
from collections.abc import Iterator, Sequence

from makegood.replies.rules.claims import Evidence, Found
from makegood.replies.rules.discourse import Name, NameKind, Subjects

# A title has at most so many words.
_WORDS_OF_A_TITLE = 12
# Alone and without quotes, a shorter word is never taken for a title: "We", "It".
SHORTEST_PLAIN_TITLE = 4
_MARKS_AROUND = "“”«»\"'‘’‹›()[].,;:!?…*_"

_ASIDES = (
    r"(?:now|only|just|still|today|also|currently|usually|always|new|about|exactly|seulement|toujours|aujourd'hui"
    r"|encore|aussi"
    r"|actuellement|solo|todavia|ahora|hoy|tambien|siempre)"
)
_COSTS = (
    r"(?:costs?|(?:(?:is|are) )?priced at|sells? (?:at|for)|(?:is|are) (?:on sale|sold|available) (?:at|for)"
    r"|coutent|coute|se vend(?:ent)?(?: a)?|(?:est|sont) (?:vendue?s?|disponibles?) (?:a|pour)"
    r"|cuestan?|se venden? (?:a|por)|(?:esta|estan) a la venta (?:a|por))"
)
_THING = (
    r"(?:books?|ones?|items?|articles?|titles?|edition|copy|copies|set"
    r"|livres?|exemplaires?|libros?|articulos?|ejemplar(?:es)?)"
)
_IT = (
    rf"(?:it|they|that|this|which|(?:the|this|that|these|each|both|ce|cet|cette|le|la|l'|este|ese|el) ?{_THING}"
    r"|il|elle|ils|elles|qui|cela|ca|que)"
)
_HAVE_IT = (
    r"(?:(?:we|you|i) (?:can |could |still |now )?(?:have|sell|offer|get|buy|order) (?:it|them|that|this|one) (?:at"
    r"|for)"
    r"|nous (?:l'avons|le vendons|la vendons|les avons) (?:a|pour)|vous pouvez l'(?:avoir|acheter|obtenir) (?:a|pour)"
    r"|(?:lo|la|los|las) (?:tenemos|vendemos|ofrecemos) (?:a|por)|puede (?:comprarlo|tenerlo|pedirlo) por)"
)
_ITS_PRICE = r"(?:(?:its|the) (?:\w+ )?price is|(?:son|le) prix est(?: de)?|(?:su|el) precio es(?: de)?)"
# Of what was named before: "It now costs", "We have it for"; in Spanish nothing need stand for it.
_OF_IT = re.compile(
    rf"(?<!\w)(?:{_IT} (?:{_ASIDES} )*{_COSTS}|{_HAVE_IT}|{_ITS_PRICE})(?: {_ASIDES})* ?$"
    rf"|(?:^|[,;:.]|(?<!\w)(?:y|pero))\W*(?:cuestan?|se venden? (?:a|por))(?: {_ASIDES})* ?$"
)
# Right after a product's title, which is then no mere part of what costs so much: "the delivery of … costs".
_AFTER_TITLE = re.compile(
    rf"\W*(?:(?:which|qui|que|{_ASIDES}) )*(?:{_COSTS}|is|are|at|for|est(?: a)?|sont(?: a)?|a|pour|es"
    rf"|por)(?: {_ASIDES})* ?|\W*\("
)
_PART_OF_A_WHOLE = re.compile(
    r"(?<!\w)(?<!price )(?<!prix )(?<!precio )(?:of|for|with|on|in|to|de|du|d'|sur|pour|avec|del|por|con|en|para)\W*$"
)
_BEFORE_TITLE = re.compile(
    rf" (?:is|est|es)(?: {_ASIDES})? (?:the|le|el) (?:price|prix|precio) (?:of|for|de|du|del)\W*"
)
# What else a sum is where such words stand before it.
_NO_PRICE = re.compile(
    r"(?<!\w)(?:paid|pay\w*|charged|billed|owed?|total|your (?:order|parcel)|discounts?|fees?|vouchers?|coupons?"
    r"|credits?"
    r"|cards?|balance|postage|shipping|deliver\w*|wrapping|customs|dut(?:y|ies)|tax(?:es)?|sav\w+|spent|off|back"
    r"|refund\w*"
    r"|factur\w+|debit\w+|votre (?:commande|colis)|remises?|frais|un avoir|bons? d'achat|cartes?|solde|livraison|douane"
    r"|taxes|econom\w+|rembours\w+|pag\w+|cobr\w+|cargad\w+|su (?:pedido|paquete)|descuentos?|gastos|vales?"
    r"|tarjetas?|saldo"
    r"|envio|entrega|portes|aduanas?|impuestos?|ahorr\w+|reembols\w+|devol\w+)(?!\w)"
)
# A title that no product has; an apostrophe quotes nothing here.
_QUOTED = re.compile(r"[“«\"]([^“”«»\"\n]{1,120})[”»\"]")


def may_be_titles(text: str) -> frozenset[str]:
    """All runs of words in `text`, as written, that may be a title: they begin with a capital, a digit or a quote."""
    return frozenset(run for line in text.splitlines() for run in _runs_of(line.split()))


def _runs_of(words: Sequence[str]) -> Iterator[str]:
    for start, first in enumerate(words):
        beginning = first.lstrip(_MARKS_AROUND)
        if not beginning or (beginning == first and not (first[0].isupper() or first[0].isdigit())):
            continue
        for end in range(start, min(start + _WORDS_OF_A_TITLE, len(words))):
            if not words[end].isprintable():
                break
            run = " ".join([beginning, *words[start + 1 : end + 1]])
            yield from {run, run.rstrip(_MARKS_AROUND), re.sub(r"[“”«»\"]|[.,;:]+$", "", run)}


def quoted_in(text: str) -> Iterator[Name]:
    """What folded `text` quotes, where recorded names are blank already: titles that nobody knows."""
    for match in _QUOTED.finditer(text):
        yield Name(*match.span(), NameKind.TITLE, frozenset(), match[1])


def is_price_of(
    evidence: Evidence, found: Found, text: str, *, start: int, titles: Sequence[Name], about: Subjects | None
) -> bool:
    """Whether a sum in the sentence that begins at `start` is said to be the price of this product.

    `titles` are all that the text names or quotes, in order. Where none comes before, the words are of what was ordered
    (`about`).
    """
    before = text[start : found.start].lower()
    last = next((title for title in reversed(titles) if title.start < found.start), None)
    if _NO_PRICE.search(before):
        return False
    if last and last.start >= start and _AFTER_TITLE.fullmatch(text[last.end : found.start].lower()):
        is_whole = not _PART_OF_A_WHOLE.search(text[start : last.start].lower())
        return is_whole and last.title in evidence.titles
    if _OF_IT.search(before):
        if last:
            return last.title in evidence.titles
        return about is None or any(each.covers(other) for each in about for other in evidence.about)
    after = next((title for title in titles if title.start >= found.end), None)
    is_said = after is not None and _BEFORE_TITLE.fullmatch(text[found.end : after.start].lower())
    return bool(is_said and after and after.title in evidence.titles)
