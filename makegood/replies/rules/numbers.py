"""Finding every other number: references and tracking numbers, also elided ones, counts, percents, and times of day."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import chain

from makegood.replies.rules.claims import ClaimKind, Evidence, Found, Records
from makegood.replies.rules.counts import counted, counts, counts_in
from makegood.replies.rules.lexicon import any_of, plain

# So many characters of a reference must be shown before what is left out, and after it, taken together.
_SHOWN_OF_ELIDED = 4

_GROUP = r"[A-Za-z]{0,8}\d[A-Za-z\d]*"
_RUN = re.compile(rf"(?<![\w])#?{_GROUP}(?:[ .,'/_-]{_GROUP})*(?!\w)")
_PIECE = re.compile(_GROUP)
# Whatever else has a digit in it: nothing is passed over.
_WITH_A_DIGIT = re.compile(r"\w*\d\w*")
_ELIDED = re.compile(
    r"(?<!\w)(?P<start>[A-Z]*\d[A-Z\d]*(?:[ -][A-Z\d]+)*)?\s?(?:…|\.{3}|[*•·]{2,})\s?"
    r"(?P<end>(?:[A-Z\d]+[ -])*[A-Z]*\d[A-Z\d]*)(?!\w)"
)
_TIME = re.compile(
    r"(?<![\w.,:/])(?:(?P<hour>[01]?\d|2[0-4])(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?\s?(?P<half>[ap](?:m\b|\.m\b\.?))?"
    r"|\s?h\s?(?P<french>[0-5]\d)?(?![\w])|\s?(?P<bare_half>[ap](?:m\b|\.m\b\.?))|\s(?P<oclock>o'clock|heures?\b(?!\s\d))))(?![\w:])"
    r"(?:\sUTC[+-]\d{1,2}(?::\d\d)?(?!\w))?",
    re.IGNORECASE,
)
_SPANISH_HOUR = re.compile(r"(?<!\w)(?:a|desde|hasta) las? (?P<hour>[01]?\d|2[0-4])(?![\w:%])(?![.,]\d)", re.IGNORECASE)
_ENGLISH_HOUR = re.compile(
    r"(?<!\w)at (?P<hour>1?\d|2[0-4])(?=\s*(?:[;!?)]|[.,](?!\d)|$|\b(?:tonight|today|tomorrow|on|in the)\b))",
    re.IGNORECASE,
)
_HOURS_THAT_PASS = re.compile(r"(?<!\w)(?:dans|en|sous|pendant|apres|d'ici|toutes les)\s$", re.IGNORECASE)
_NOON = {"noon": 12, "midday": 12, "midi": 12, "mediodia": 12, "midnight": 0, "minuit": 0, "medianoche": 0}
_NOONS = re.compile(rf"(?<!\w)(?<!apres-){any_of(_NOON)}(?!\w)", re.IGNORECASE)


def numbers_in(text: str, *, records: Records, language: str) -> Iterator[Found]:
    """Each number in folded `text`, whatever it numbers; where a date or a sum is longer, it wins."""
    yield from _recorded(text, records)
    yield from _elided(text, records)
    yield from counts_in(text, records=records, language=language)
    yield from _runs(text, records)
    for match in _WITH_A_DIGIT.finditer(text):
        yield Found(*match.span(), ClaimKind.NUMBER)


def times_in(text: str, *, records: Records) -> Iterator[Found]:
    """Each time of day in folded `text`: 18:10, 6 pm, 18 h 10, a las 6, noon."""
    for match in _TIME.finditer(text):
        if match["minute"] is None and match["bare_half"] is None and _HOURS_THAT_PASS.search(text, 0, match.start()):
            continue
        minute, half = int(match["minute"] or match["french"] or 0), match["half"] or match["bare_half"]
        yield _found_time(match.span(), _hours(int(match["hour"]), half, bool(match["oclock"])), minute, records)
    for match in chain(_SPANISH_HOUR.finditer(text), _ENGLISH_HOUR.finditer(text)):
        hours = _hours(int(match["hour"]), None, either=True)
        yield _found_time(match.span("hour"), hours, 0, records)
    for match in _NOONS.finditer(text):
        yield _found_time(match.span(), {_NOON[plain(match[0])]}, 0, records)


def _recorded(text: str, records: Records) -> Iterator[Found]:
    """A recorded number as it stands, in whatever groups it is written; before what people count it is a count."""
    for number, evidence in records.numbers.items():
        characters = re.findall(r"[^\W_]", number)
        if not characters:
            continue
        spaced = r"[ .-]?".join(re.escape(character) for character in characters)
        for match in re.finditer(rf"(?<![^\W_])(?<!\d[.,]){spaced}(?![^\W_]|[.,-]\d)", text, re.IGNORECASE):
            if not counts(text, *match.span()):
                yield Found(*match.span(), ClaimKind.NUMBER, evidence)


def _elided(text: str, records: Records) -> Iterator[Found]:
    for match in _ELIDED.finditer(text):
        start, end = _bare(match["start"] or ""), _bare(match["end"])
        if not start and len(end) < _SHOWN_OF_ELIDED:
            continue  # An ellipsis between sentences.
        evidence = (
            each
            for number, recorded in sorted(records.numbers.items())
            if len(start) + len(end) >= _SHOWN_OF_ELIDED
            and len(_bare(number)) >= len(start) + len(end)
            and _bare(number).startswith(start)
            and _bare(number).endswith(end)
            for each in recorded
        )
        yield Found(*match.span(), ClaimKind.NUMBER, tuple(evidence))


def _runs(text: str, records: Records) -> Iterator[Found]:
    """Groups of digits in a row, each as long as one record explains; what none explains stays together."""
    recorded = {_bare(number): evidence for number, evidence in records.numbers.items()}
    for match in _RUN.finditer(text):
        groups = [(match.start() + group.start(), match.start() + group.end()) for group in _PIECE.finditer(match[0])]
        unexplained: list[tuple[int, int]] = []
        while groups:
            taken, evidence = _longest_recorded(text, groups, recorded, records)
            if not evidence:
                unexplained.append(groups.pop(0))
                continue
            yield from _together(unexplained)
            yield Found(groups[0][0], groups[taken - 1][1], ClaimKind.NUMBER, evidence)
            groups, unexplained = groups[taken:], []
        yield from _together(unexplained)


def _longest_recorded(
    text: str, groups: Sequence[tuple[int, int]], recorded: Mapping[str, tuple[Evidence, ...]], records: Records
) -> tuple[int, tuple[Evidence, ...]]:
    """How many of the groups, from the first, are one recorded number or count, and what is recorded of it."""
    start = groups[0][0]
    for taken in range(len(groups), 0, -1):
        end = groups[taken - 1][1]
        written = text[start:end]
        if re.search(r"\w[.,'/_-]$", text[:start][-2:]) or re.match(r"[.,'/_-]\w", text[end : end + 2]):
            continue  # Cut from a longer number, as in 10482-2 or 3.5.
        if not counts(text, start, end) and (evidence := recorded.get(_bare(written))):
            return taken, evidence
        if re.fullmatch(r"\d{1,15}|\d{1,3}(?:[ .,']\d{3}){1,4}", written):
            number = int(_bare(written))
            if evidence := counted(text, end, number, records) or records.years.get(number, ()):
                return taken, evidence
    return 0, ()


def _together(groups: Sequence[tuple[int, int]]) -> Iterator[Found]:
    if groups:
        yield Found(groups[0][0], groups[-1][1], ClaimKind.NUMBER)


def _bare(number: str) -> str:
    return re.sub(r"[\W_]", "", number).upper()


def _hours(hour: int, half: str | None, either: bool) -> set[int]:
    if half:
        return {hour % 12 + (12 if half.lower().startswith("p") else 0)}
    return {hour % 24, (hour + 12) % 24} if either and hour <= 12 else {hour % 24}


def _found_time(span: tuple[int, int], hours: set[int], minute: int, records: Records) -> Found:
    meant = sorted(time(hour, minute) for hour in hours)
    evidence = (each for moment in meant for each in records.times.get(moment, ()))
    return Found(*span, ClaimKind.TIME, tuple(evidence))
