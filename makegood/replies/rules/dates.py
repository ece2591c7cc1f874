"""Finding days that are named by their date: 16 October, October 16th 2026, el 16 de octubre, 16/10, 2026-10-16."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from makegood.replies.rules.claims import ClaimKind, Found, Records
from makegood.replies.rules.lexicon import (
    ENGLISH_MONTHS,
    ENGLISH_ORDINALS,
    EVERYTHING_COUNTED,
    MONTHS,
    ROMANCE_DAYS,
    SHORT_MONTHS,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    any_of,
    plain,
)

# A day named without its year is one of the year before or after today.
DAYS_WITHOUT_YEAR = 366

ALL_MONTHS, ALL_WEEKDAYS = MONTHS | SHORT_MONTHS, WEEKDAYS | SHORT_WEEKDAYS
DAY = r"(?:3[01]|[12]\d|0?[1-9])"
ORDINAL = r"(?:st|nd|rd|th|er|e|[º°])"
# What follows a number that is no day of the month after all.
NOT_A_DAY = (
    r"(?!\w|[.,:/]?\d|-\w|\s?(?:%|[$€£¥])|\s?(?:h|[ap]\.?m|o'clock)\b"
    rf"|\s+(?:{any_of(EVERYTHING_COUNTED)}|[A-Z]{{3}}|euros?|dollars?|pounds?|time|century|floor)\b)"
)
WEEKDAY = rf"(?:(?P<weekday>{any_of(ALL_WEEKDAYS)})\.?,?\s+(?:(?:the|le|el)\s+)?)"
_MONTH = rf"(?P<month>(?P<short>{any_of(SHORT_MONTHS)})(?!\w)|{any_of(MONTHS)})(?(short)\.?)"
_YEAR = r"(?:(?:\s*,?\s+(?:(?:de|del|of)\s+)?|[-./]\s?)(?P<year>(?:19|20)\d\d)(?![\d:]))?"
_ENGLISH_MONTHS = any_of(month.capitalize() for month in ENGLISH_MONTHS)

_DAY_FIRST = re.compile(
    rf"(?<!\w){WEEKDAY}?(?:(?P<day>{DAY}){ORDINAL}?\.?(?:\s+(?:of|de)\s+|\s*[-./]\s*|\s+)"
    rf"|(?P<ordinal>{any_of(ENGLISH_ORDINALS)})\s+of\s+|(?P<romance>{any_of(ROMANCE_DAYS)})\s+(?:de\s+)?)"
    rf"{_MONTH}{_YEAR}(?!\w)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w){WEEKDAY}?{_MONTH}\s+(?:the\s+)?(?P<day>{DAY})(?:st|nd|rd|th)?(?!\w|[:/]\d|[.,]\d){_YEAR}(?!\w)",
    re.IGNORECASE,
)
_MONTH_FIRST_IN_WORDS = re.compile(
    rf"(?<!\w){WEEKDAY}?(?P<month>(?-i:{_ENGLISH_MONTHS}))\s+(?:the\s+)?(?P<ordinal>{any_of(ENGLISH_ORDINALS)}){_YEAR}(?!\w)",
    re.IGNORECASE,
)
_ENDS_WITH_A_DAY = re.compile(rf"\d{ORDINAL}?\.?(?:\s+(?:of|de))?\s*[-./]?\s*$", re.IGNORECASE)
# "16" in "16 to 18 October", "16 and 17 October", "entre el 16 y el 18 de octubre".
_RANGE_BEFORE = re.compile(
    rf"(?<![\w.,:/])(?P<day>{DAY}){ORDINAL}?\s*(?:-|,|&|\b(?:to|and|or|through|au|et|ou|y|o|al|a|hasta)\b)"
    rf"\s*(?:\b(?:the|le|el)\s+)?$",
    re.IGNORECASE,
)
_RANGE_AFTER = re.compile(
    rf"\s*(?:-|&|\b(?:to|and|or|through)\b)\s*(?:the\s+)?(?P<day>{DAY})(?:st|nd|rd|th)?{NOT_A_DAY}(?!\s+{_MONTH}(?!\w)){_YEAR}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"(?<![\w-]){WEEKDAY}?(?P<year>\d{{4}})(?P<mark>[-/.])(?P<first>\d{{1,2}})(?P=mark)(?P<second>\d{{1,2}})(?![\da-su-z]|-\w)",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    rf"(?<![\w/]){WEEKDAY}?(?P<first>\d{{1,2}})(?P<mark>[/.-])(?P<second>\d{{1,2}})(?P=mark)"
    r"(?P<year>\d{4}|\d{2})(?!\w|[-./]\w)",
    re.IGNORECASE,
)
_WITHOUT_YEAR = re.compile(
    rf"(?<![\w/.,-]){WEEKDAY}?(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})(?![\w/]|[.,-]\d)", re.IGNORECASE
)


def dates_in(text: str, *, records: Records, today: date) -> Iterator[Found]:
    """Each date that folded `text` gives by day and month."""
    yield from _named(text, records=records, today=today)
    yield from _numeric(text, records=records, today=today)


def found(start: int, end: int, *, records: Records, matches: Callable[[date], bool]) -> Found:
    """A day claimed at a place, and what is recorded of the days that it can mean, the earliest first."""
    evidence = (each for day, recorded in sorted(records.dates.items()) if matches(day) for each in recorded)
    return Found(start, end, ClaimKind.DATE, tuple(evidence))


def is_near(day: date, today: date, days: int) -> bool:
    return abs((day - today).days) <= days


def weekday_of(match: re.Match[str]) -> int | None:
    """The weekday a match names, Monday being 0."""
    name = match["weekday"]
    return None if name is None else ALL_WEEKDAYS[plain(name)] - 1


def _named(text: str, *, records: Records, today: date) -> Iterator[Found]:
    for match in _DAY_FIRST.finditer(text):
        month, year = ALL_MONTHS[plain(match["month"])], _year(match["year"])
        yield _found_on(match.span(), _day(match), month, year, weekday_of(match), records, today)
        yield from _range_before(text, match.start(), month, year, records, today)
    for pattern in (_MONTH_FIRST, _MONTH_FIRST_IN_WORDS):
        for match in pattern.finditer(text):
            if _ENDS_WITH_A_DAY.search(text[max(0, match.start() - 12) : match.start()]):
                continue
            month, year = ALL_MONTHS[plain(match["month"])], _year(match["year"])
            yield _found_on(match.span(), _day(match), month, year, weekday_of(match), records, today)
            if other := _RANGE_AFTER.match(text, match.end()):
                span = (other.start("day"), other.end())
                yield _found_on(span, int(other["day"]), month, _year(other["year"]), None, records, today)


def _range_before(text: str, end: int, month: int, year: int | None, records: Records, today: date) -> Iterator[Found]:
    while match := _RANGE_BEFORE.search(text, max(0, end - 24), end):
        yield _found_on(match.span("day"), int(match["day"]), month, year, None, records, today)
        end = match.start()


def _numeric(text: str, *, records: Records, today: date) -> Iterator[Found]:
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _WITHOUT_YEAR):
        for match in pattern.finditer(text):
            year = None if pattern is _WITHOUT_YEAR else _year(match["year"])
            first, second = int(match["first"]), int(match["second"])
            readings = [
                (day, month) for day, month in ((second, first), (first, second)) if 1 <= month <= 12 and 1 <= day <= 31
            ]
            if pattern is _YEAR_FIRST:
                readings = readings[:1] if first <= 12 else readings
            options = [
                _found_on(match.span(), *reading, year, weekday_of(match), records, today) for reading in readings
            ]
            yield from sorted(options, key=lambda option: not option.evidence)[:1]


def _found_on(
    span: tuple[int, int],
    day: int,
    month: int,
    year: int | None,
    weekday: int | None,
    records: Records,
    today: date,
) -> Found:
    def matches(candidate: date) -> bool:
        in_year = candidate.year == year if year else is_near(candidate, today, DAYS_WITHOUT_YEAR)
        return (
            in_year
            and (candidate.day, candidate.month) == (day, month)
            and (weekday is None or candidate.weekday() == weekday)
        )

    return found(*span, records=records, matches=matches)


def _day(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if word := groups.get("ordinal"):
        return ENGLISH_ORDINALS[plain(word)]
    if word := groups.get("romance"):
        return ROMANCE_DAYS[plain(word)]
    return int(groups["day"])


def _year(written: str | None) -> int | None:
    if written is None:
        return None
    return int(written) if len(written) == 4 else 2000 + int(written)
