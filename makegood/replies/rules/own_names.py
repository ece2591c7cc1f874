"""Where a text bears the names that our letters put in themselves: an order's reference after the word order, whom it
greets, from or in which place something was and by which service it travels, and who signs it.

Whatever such a name reads like ("Order 12:30", "Hello Jeudi 12,", "by 24h"), it claims nothing there; anywhere else it
does.
"""

import re
from collections.abc import Iterable, Iterator

from makegood.replies.rules.claims import ClaimKind, Found, Records
from makegood.replies.rules.lexicon import fold

_ORDER = r"(?<!\w)(?:orders?|commandes?|pedidos?)\s+"
_JOINED = r"(?:,\s*(?:(?:and|et|y|e)\s+)?|\s+(?:and|et|y|e)\s+)"
_GREETING = (
    r"^[ \t]*(?:hello|hi|dear|good (?:morning|afternoon|evening)|bonjour|bonsoir|chere?|hola|estimad[oa]|querid[oa]"
    r"|buen[oa]s (?:dias|tardes|noches)),?[ \t]+"
)
_BY = r"(?<!\w)(?:by|with|via|par|avec|por|con)\s+"
# "It left May on Friday", "from Sunday River by Express": a place, where a day or a service comes after it.
_PLACED = r"(?<!\w)(?:in|at|left|from|a|de|en|desde)\s+"
_THEN = r"\s+(?:on|by|le|el|par|por)(?!\w)"


def references_in(text: str, *, records: Records) -> Iterator[Found]:
    """Each recorded reference that stands after the word order in folded `text`, alone or in a list, as what it is."""
    one = _any(records.orders)
    if not one:
        return
    listed = re.compile(rf"{_ORDER}(?P<list>{one}(?:{_JOINED}{one})*)(?!\w)", re.IGNORECASE)
    by_words = {_words(each): each for each in records.orders}
    for match in listed.finditer(text):
        for each in re.finditer(rf"(?<!\w){one}(?!\w)", match["list"], re.IGNORECASE):
            reference = by_words.get(_words(each[0]))
            evidence = records.numbers.get(reference or "", ())
            if evidence:
                start = match.start("list") + each.start()
                yield Found(start, start + len(each[0]), ClaimKind.NUMBER, evidence)


def names_in(text: str, *, records: Records) -> Iterator[tuple[int, int]]:
    """Where folded `text` greets its reader, names a place or a service, or is signed."""
    patterns = (
        (records.addressees, rf"{_GREETING}(?P<name>%s)(?=[ \t]*(?:[,:!.]|$))"),
        (records.places, rf"{_PLACED}(?P<name>%s)(?={_THEN})"),
        (records.services, rf"{_BY}(?P<name>%s)(?!\w)"),
        (records.signatures, r"^(?P<name>%s)[ \t]*$"),
    )
    for names, pattern in patterns:
        if one := _any(names):
            listed = f"{one}(?:{_JOINED}{one})*"
            for match in re.finditer(pattern % listed, text, re.IGNORECASE | re.MULTILINE):
                yield match.span("name")


def _any(names: Iterable[str]) -> str:
    """A pattern of any of the names, the longest first, however they are spaced; empty where there are none."""
    written = sorted({_words(name) for name in names} - {""}, key=lambda name: (-len(name), name))
    patterns = (r"\s+".join(re.escape(word) for word in name.split()) for name in written)
    return f"(?:{'|'.join(patterns)})" if written else ""


def _words(name: str) -> str:
    return " ".join(fold(name).split()).casefold()
