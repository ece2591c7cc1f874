"""The truth check: which dates, times, sums, numbers and deeds a text states, and whether our records support each.

A record supports a claim if it agrees with it, is about what the claim is about (`discourse`), and is done where the
words say done (`cues`). It fails closed: a digit that is no part of a name and no record explains has no support.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from makegood.replies.rules.claims import Claim, ClaimKind, Count, Counted, Found, Records, Subject, Topic, Why
from makegood.replies.rules.cues import DEEDS, Cue, CueKind, cues_in
from makegood.replies.rules.dates import dates_in
from makegood.replies.rules.discourse import Name, NameKind, Scope, paragraphs_of, scopes_of, sentences_of, widened
from makegood.replies.rules.fitting import cue_beside, fits, tells_elapsed
from makegood.replies.rules.harmless import harmless_in, tells_of_the_shop
from makegood.replies.rules.lexicon import MONTHS, fold, plain
from makegood.replies.rules.numbers import numbers_in, times_in
from makegood.replies.rules.own_names import names_in, references_in
from makegood.replies.rules.prices import SHORTEST_PLAIN_TITLE, is_price_of, quoted_in
from makegood.replies.rules.relative_dates import relative_dates_in
from makegood.replies.rules.sums import sums_in

# Stands where something was read already; no pattern takes it for a letter, a digit or a space.
_READ = "\0"
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"“”«»]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_OPEN_QUOTE, _CLOSE_QUOTE = r"[“”«\"‘‹]\s?", r"\s?[”“»\"’›]"
# Whether a sentence is about an order at all, where it names none and says nothing to be done or to come.
_ABOUT_ORDERS = re.compile(
    r"(?<!\w)(?:it|its|they|them|parcels?|packages?|box(?:es)?|orders?|ordered|deliver\w*|track\w*|replacements?|you(?:r)?|we|i"
    r"|colis|commandes?|livraison|suivi|paquets?|il|elle|vous|nous|je|votre|vos"
    r"|paquetes?|pedidos?|envios?|entrega|seguimiento|usted|le|su|sus)(?!\w)",
    re.IGNORECASE,
)
_PASSING = frozenset({Counted.DAYS, Counted.WEEKS})
_MAY_BE_OF_THE_SHOP = frozenset({ClaimKind.DATE, ClaimKind.TIME, ClaimKind.NUMBER})


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A stretch of text with its cues, whose places count from the text's beginning."""

    start: int
    end: int
    cues: tuple[Cue, ...]
    # What the sentence before it in its paragraph ended on.
    before: CueKind | None
    # Whether it names an order, a parcel or what was ordered.
    is_named: bool


def check(text: str, *, records: Records, language: str, today: date) -> tuple[Claim, ...]:
    """Every claim in `text`, in order, each with the record that supports it or why none does.

    Of claims that overlap, the longest is meant; of equally long ones, one that a record agrees with. What a loser
    leaves uncovered is read again, so no digit goes unread. Addresses, recorded names and what can't be about an order
    claim nothing.
    """
    folded = fold(text)
    references = list(references_in(folded, records=records))
    for reference in references:
        # Digits, whatever it reads like: it names an order, and says nothing.
        folded = folded[: reference.start] + "1" * (reference.end - reference.start) + folded[reference.end :]
    unread, titles = _without_names(folded, records=records, today=today)
    for span in harmless_in(unread, records=records):
        unread = _blank(unread, *span)
    named_out = unread
    found: list[Found] = references
    for reference in references:
        unread = _blank(unread, reference.start, reference.end)
    while meant := _meant(_all_in(unread, records=records, language=language, today=today)):
        for claim in meant:
            found.append(claim)
            unread = _blank(unread, claim.start, claim.end)
    names = [title for title in titles if title.subjects]
    names += [name for claim in found if (name := _name_of(claim, records))]
    names.sort(key=lambda name: name.start)
    titles = sorted([*titles, *quoted_in(named_out)], key=lambda title: title.start)
    sentences = list(_sentences(named_out, names))
    found += _deeds(sentences, found, named_out, records)
    scopes = list(scopes_of(named_out, names, matter=records.matter))
    claims = (_judged(claim, text, named_out, scopes, sentences, titles) for claim in found)
    return tuple(sorted((claim for claim in claims if claim), key=lambda claim: claim.start))


def unsupported(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """What must be put right, or answered for, before the words may be sent."""
    return tuple(claim for claim in claims if not claim.supported)


def _all_in(text: str, *, records: Records, language: str, today: date) -> Iterator[Found]:
    yield from dates_in(text, records=records, today=today)
    yield from relative_dates_in(text, records=records, today=today)
    yield from times_in(text, records=records)
    yield from sums_in(text, records=records)
    yield from numbers_in(text, records=records, language=language)


def _meant(found: Iterable[Found]) -> list[Found]:
    meant: list[Found] = []
    for claim in sorted(found, key=_length_then_support):
        if all(claim.end <= other.start or other.end <= claim.start for other in meant):
            meant.append(claim)
    return meant


def _length_then_support(claim: Found) -> tuple[int, bool, bool, int]:
    return claim.start - claim.end, not claim.evidence, claim.kind is ClaimKind.NUMBER, claim.start


def _sentences(text: str, names: Sequence[Name]) -> Iterator[_Sentence]:
    for start, end in paragraphs_of(text):
        before: CueKind | None = None
        for first, last in sentences_of(text, start, end):
            cues = tuple(
                Cue(first + cue.start, first + cue.end, cue.kind, cue.claims) for cue in cues_in(text[first:last])
            )
            is_named = any(first <= name.start < last for name in names)
            yield _Sentence(first, last, cues, before, is_named)
            before = cues[-1].kind if cues else before


def _deeds(sentences: Sequence[_Sentence], found: Sequence[Found], text: str, records: Records) -> Iterator[Found]:
    """What the text says to be done, as claims; a date or a sum in the middle of one keeps its place."""
    for sentence in sentences:
        for cue in sentence.cues:
            if not cue.claims:
                continue
            start, end = cue.start, cue.end
            for other in found:
                if start < other.end and other.start < end:
                    end = min(end, other.start)
            end = start + len(text[start:end].rstrip(" ,\0"))
            if end > start:
                yield Found(start, end, ClaimKind.DEED, records.deeds.get(DEEDS[cue.kind], ()))


def _name_of(claim: Found, records: Records) -> Name | None:
    """The order or parcel that a number names, if it is one's own reference or tracking number."""
    if claim.kind is not ClaimKind.NUMBER:
        return None
    for each in claim.evidence:
        if isinstance(each.value, str) and each.value in records.parcels:
            return Name(claim.start, claim.end, NameKind.PARCEL, records.parcels[each.value])
        if isinstance(each.value, str) and each.value in records.orders:
            return Name(claim.start, claim.end, NameKind.ORDER, frozenset({Subject(each.value)}))
    return None


def _judged(
    found: Found,
    text: str,
    folded: str,
    scopes: Sequence[Scope],
    sentences: Sequence[_Sentence],
    titles: Sequence[Name],
) -> Claim | None:
    """The claim, with its support or the want of it; None where it tells of the shop and is nobody's order."""
    sentence = next(each for each in sentences if each.start <= found.start < each.end)
    scope = next(each for each in reversed(scopes) if each.start <= found.start)
    words = folded[sentence.start : sentence.end]
    cue = cue_beside(found, sentence.cues)
    if cue is None and found.kind in _MAY_BE_OF_THE_SHOP and not sentence.is_named and tells_of_the_shop(words):
        return None
    subjects = widened(scope, words)
    of_matter = [
        each
        for each in found.evidence
        if (
            is_price_of(each, found, folded, start=sentence.start, titles=titles, about=subjects)
            if each.topic is Topic.CATALOGUE
            else _is_about(each.about, subjects)
        )
    ]
    if not tells_elapsed(words):
        of_matter = [each for each in of_matter if not (isinstance(each.value, Count) and each.value.of in _PASSING)]
    before = next((each.kind for each in reversed(sentence.cues) if cue and each.start < cue.start), sentence.before)
    fitting = [each for each in of_matter if fits(each, found, cue, before)]
    is_money = found.kind in {ClaimKind.DEED, ClaimKind.SUM} and cue is not None and cue.kind is CueKind.REFUNDED
    nearest = next(iter(fitting or of_matter or found.evidence), None)
    return Claim(
        start=found.start,
        end=found.end,
        text=text[found.start : found.end],
        kind=found.kind,
        supported=bool(fitting),
        record=nearest.source if nearest else None,
        about=nearest.about_words() if nearest else "",
        why=None if fitting else _why(found, bool(of_matter), cue, scope, words),
        may_override=not is_money,
    )


def _is_about(about: frozenset[Subject], subjects: frozenset[Subject] | None) -> bool:
    return subjects is None or all(any(each.covers(other) for each in subjects) for other in about)


def _why(found: Found, is_of_matter: bool, cue: Cue | None, scope: Scope, words: str) -> Why:
    if is_of_matter:
        return Why.NOT_DONE if cue and cue.kind in DEEDS else Why.NOT_SO
    if found.evidence:
        return Why.OF_ANOTHER
    if found.kind is ClaimKind.DEED:
        return Why.NOT_DONE
    if cue is None and not scope.is_named and not _ABOUT_ORDERS.search(words):
        return Why.UNCLEAR
    return Why.NO_RECORD


def _without_names(text: str, *, records: Records, today: date) -> tuple[str, list[Name]]:
    """The text without addresses and recorded names, and where it names a product.

    A single word outside quotes stays: it hides nothing but what it says itself, as a carrier's "Delivered" does.
    """
    titles: list[Name] = []
    for match in _ADDRESS.finditer(text):
        text = _blank(text, *match.span())
    for span in names_in(text, records=records):
        text = _blank(text, *span)
    for name in sorted(records.names | records.titles.keys(), key=lambda name: (-len(name), name)):
        words = r"\s+".join(re.escape(word) for word in fold(name).split())
        if not words:
            continue
        pattern = rf"(?:{_OPEN_QUOTE})(?P<quoted>{words})(?:{_CLOSE_QUOTE})|(?<!\w){words}(?!\w)"
        plain_too = not _claims_by_itself(fold(name), today)
        is_title, is_word = name in records.titles, name.isalpha()
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if not match["quoted"] and not (plain_too and (not is_title or len(name) >= SHORTEST_PLAIN_TITLE)):
                continue
            if match["quoted"] or not is_word:
                text = _blank(text, *match.span())
            if is_title:
                titles.append(Name(*match.span(), NameKind.TITLE, records.titles[name], name))
    return text, titles


@lru_cache(maxsize=4096)
def _claims_by_itself(name: str, today: date) -> bool:
    """Whether a name outside quotes would read as a date, a sum or a number: a book called "Friday", or "1984"."""
    if plain(name) in MONTHS:
        return True
    found = _all_in(name, records=Records(), language="en", today=today)
    whole = (claim for claim in found if (claim.start, claim.end) == (0, len(name)))
    return any(claim.kind is not ClaimKind.NUMBER or not re.search(r"[A-Za-z]", name) for claim in whole)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + _READ * (end - start) + text[end:]
