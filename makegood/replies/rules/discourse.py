"""What each place in a text is about: the orders, parcels and titles that its sentences name.

1. A claim is about what its sentence names last before it; before anything is named, about what is named next, unless
   a new clause begins between ("it was due on the 12th, and order 200 comes on the 20th").
2. A sentence that names nothing is about what the sentence before it in its paragraph was about.
3. A paragraph that names nothing is about all that the text has named so far.
4. Where nothing was named yet, words are about the letter's or the case's matter, whatever it is.
5. An order's reference counts for more than a title, and a title of several orders means the one that is spoken of.
   "The other one" is the matter without what is spoken of; "both", "altogether" is all of it; a new parcel, a
   replacement is the order's, whichever of its parcels was spoken of.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from makegood.replies.rules.claims import Subject

Subjects = frozenset[Subject]

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_ABBREVIATED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|no|nr|st|sr|sra|mme|approx|env|tel|jan|janv|feb|fev|fevr|mar|apr|avr|abr|jun|jul|juil|aug|ago"
    r"|sep|sept|oct|nov|dec|dic|ene|[a-z])\.)$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:[.!?\u2026][\"'\u201d\u00bb)\]]*\s+(?=[^\sa-z])|\n+)")
_NEW_CLAUSE = re.compile(
    r"[;:]|\s-\s|,?\s(?:and|but|while|whereas|et|mais|tandis que|y|pero|mientras)\s", re.IGNORECASE
)
# Between two names, they make one: "orders 100 and 200", "parcel 9400 of order 100".
_JOINED = re.compile(
    r"(?:[\s,;&/()#\"'\u201c\u201d\u00ab\u00bb\0]|\b(?:and|or|et|ou|y|e|o|of|de|in|with|the|your|our|also|as|well|number|no"
    r"|avec|la|le|les|l|dans|du|des|votre|vos|con|el|los|las|su|sus|del|both|two|deux|dos"
    r"|orders?|parcels?|packages?|box|boxes|commandes?|colis|pedidos?|paquetes?)\b\.?)*",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"(?<!\w)(?:(?:the|your) other(?: (?:one|two|order|parcel|package|box)s?)?|the rest of your orders"
    r"|(?:l'|les |votre |vos )autres?|(?:el|la|los|las|su|sus) otr[oa]s?)(?!\w)",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?<!\w)(?:both|altogether|together|in total|in all|all of (?:it|them|your)|all (?:your|the|our)"
    r"|tous les deux|toutes les deux|les deux|ensemble|au total|en tout|tou(?:s|tes) (?:vos|les|nos)"
    r"|ambos|ambas|los dos|las dos|en total|juntos|juntas|tod[oa]s (?:sus|los|las))(?!\w)",
    re.IGNORECASE,
)
_NEW_PARCEL = re.compile(
    r"(?<!\w)(?:new (?:one|ones|parcels?|box|copy)|replacements?|send\w*|sent|instead|again"
    r"|nouveau|nouvel|nouveaux|remplacement|renv\w+|reexp\w+|nuevo|nuevos|reemplazo|sustitucion|reenv\w+)(?!\w)",
    re.IGNORECASE,
)
# "Its tracking number is …" says something of what is spoken of, and begins nothing new.
_OF_WHAT_IS_SPOKEN_OF = re.compile(
    r"(?<!\w)(?:its|their|tracking|son|leur|leurs|suivi|su|sus|seguimiento)(?!\w)[^.;]{0,40}$", re.IGNORECASE
)


class NameKind(StrEnum):
    ORDER = "order"
    PARCEL = "parcel"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Name:
    """A place in a text that names what it is about; a title of nothing that was ordered is about nothing."""

    start: int
    end: int
    kind: NameKind
    subjects: Subjects
    title: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a stretch of text is about; None is whatever the matter is. `is_named`: the text itself says so."""

    start: int
    end: int
    subjects: Subjects | None
    is_named: bool


def paragraphs_of(text: str) -> Iterator[tuple[int, int]]:
    """Where each paragraph begins and ends."""
    yield from _between([match.span() for match in _PARAGRAPH.finditer(text)], 0, len(text))


def sentences_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each sentence of a paragraph begins and ends; a line of its own is one."""
    ends = [
        match.span()
        for match in _ENDS.finditer(text, start, end)
        if not _ABBREVIATED.search(text, start, match.start() + 1)
    ]
    yield from _between(ends, start, end, kept=True)


def _between(gaps: Sequence[tuple[int, int]], start: int, end: int, *, kept: bool = False) -> Iterator[tuple[int, int]]:
    """The stretches between gaps; `kept` leaves each gap with the stretch before it."""
    for gap_start, gap_end in gaps:
        yield start, gap_end if kept else gap_start
        start = gap_end
    yield start, end


def scopes_of(text: str, names: Sequence[Name], *, matter: Subjects) -> Iterator[Scope]:
    """What every part of a text is about, in order and without a gap inside a sentence."""
    named: Subjects = frozenset()
    for start, end in paragraphs_of(text):
        spoken_of = named
        for first, last in sentences_of(text, start, end):
            of_sentence = [name for name in names if first <= name.start < last]
            for scope in _of_sentence(text, first, last, of_sentence, spoken_of, matter):
                yield scope
                if scope.is_named and scope.subjects:
                    spoken_of = scope.subjects
            named |= frozenset(Subject(subject.order) for subject in spoken_of)


def _of_sentence(
    text: str, start: int, end: int, names: Sequence[Name], spoken_of: Subjects, matter: Subjects
) -> Iterator[Scope]:
    groups = _groups(text, names, spoken_of)
    general = _general(text[start:end], spoken_of, matter)
    if not groups or general is not None:
        subjects = general if general is not None else spoken_of
        if groups and general is not None:
            subjects = subjects | frozenset(subject for _, found in groups for subject in found)
        yield Scope(start, end, subjects or matter or None, is_named=bool(spoken_of or groups))
        return
    first = groups[0][0]
    if match := _NEW_CLAUSE.search(text, start, first):
        yield Scope(start, match.start(), spoken_of or matter or None, is_named=bool(spoken_of))
        start = match.start()
    places = [start, *(place for place, _ in groups[1:]), end]
    for (begins, ends), (_, subjects) in zip(pairwise(places), groups, strict=True):
        yield Scope(begins, ends, subjects, is_named=True)


def _general(sentence: str, spoken_of: Subjects, matter: Subjects) -> Subjects | None:
    """What a sentence is about that says "the other" or "both"; None where it says nothing of the kind."""
    if _ALL.search(sentence):
        return matter | spoken_of
    if _OTHERS.search(sentence) and matter:
        return frozenset(each for each in matter if not any(each.covers(other) for other in spoken_of)) or matter
    return None


def _groups(text: str, names: Sequence[Name], spoken_of: Subjects) -> list[tuple[int, Subjects]]:
    """What a sentence names, one after the other, each with where it begins; what is named in one breath is one."""
    groups: list[tuple[int, Subjects]] = []
    before = spoken_of
    end, kind = 0, NameKind.TITLE
    for name in names:
        subjects, is_new = name.subjects, True
        if name.kind is not NameKind.ORDER:
            within = frozenset(each for each in subjects if any(other.covers(each) for other in before))
            is_of_order = bool(groups) and kind is NameKind.ORDER
            if name.kind is NameKind.PARCEL and (
                is_of_order or (before and _OF_WHAT_IS_SPOKEN_OF.search(text, 0, name.start))
            ):
                continue  # What is said of an order is held against it; it begins nothing new.
            if is_of_order and (within or not _NEW_CLAUSE.search(text, end, name.start)):
                end = name.end
                continue
            subjects = within or subjects
        if groups and _JOINED.fullmatch(text, end, name.start):
            place, so_far = groups.pop()
            is_new = False
            subjects = _joined(so_far, subjects)
            groups.append((place, subjects))
        if is_new:
            groups.append((name.start, subjects))
        before, end = subjects, name.end
        kind = name.kind if is_new or name.kind is NameKind.ORDER else kind
    return groups


def _joined(one: Subjects, other: Subjects) -> Subjects:
    """Both; but a parcel and its own order are that parcel."""
    parcels = frozenset(each for each in one | other if each.parcel)
    orders = frozenset(
        each for each in one | other if not each.parcel and not any(parcel.order == each.order for parcel in parcels)
    )
    return parcels | orders


def widened(scope: Scope, sentence: str) -> Subjects | None:
    """What a sentence of a new parcel is about: the order, whichever of its parcels was spoken of."""
    if scope.subjects is None or not _NEW_PARCEL.search(sentence):
        return scope.subjects
    return frozenset(Subject(each.order) for each in scope.subjects)
