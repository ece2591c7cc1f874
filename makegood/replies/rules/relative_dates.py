"""Finding days that are named from where we stand: Friday, the 27th, tomorrow, in three days, next week, in October."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from makegood.replies.rules.claims import ClaimKind, Count, Counted, Found, Records
from makegood.replies.rules.dates import (
    DAY,
    DAYS_WITHOUT_YEAR,
    NOT_A_DAY,
    ORDINAL,
    WEEKDAY,
    found,
    is_near,
    weekday_of,
)
from makegood.replies.rules.lexicon import (
    BUSINESS,
    CARDINALS,
    DAYS,
    MONTHS,
    RELATIVE_DAYS,
    RELATIVE_WEEKS,
    WEEKDAYS,
    WEEKS,
    any_of,
    plain,
)

# How far from today a day may be that is named so loosely.
_WEEKDAY_ALONE, _WEEKDAY_NEXT, _DAY_ALONE, _WEEKDAY_AND_DAY = 7, 13, 31, 62

_NUMBERS = {word: number for words in CARDINALS.values() for word, number in words.items()} | {"a": 1, "an": 1}
_NUMBER = rf"(?P<number>\d{{1,3}}|{any_of(_NUMBERS)})"
_NEXT = "next|coming|prochain|proximo|que viene"
_LAST = "last|past|dernier|passe|pasado"

_WEEKDAY_WITH_DAY = re.compile(rf"(?<!\w){WEEKDAY}(?P<day>{DAY}){ORDINAL}?{NOT_A_DAY}", re.IGNORECASE)
_NUMBERED_DAYS = (
    re.compile(rf"(?<![\w.,:/-])(?P<day>{DAY})(?:st|nd|rd|th){NOT_A_DAY}", re.IGNORECASE),
    re.compile(rf"(?<!\w)(?:le|au|du|el|al|del)\s+(?P<day>{DAY})(?:er|[º°])?{NOT_A_DAY}", re.IGNORECASE),
)
_WEEKDAYS_ALONE = re.compile(
    rf"(?<!\w)(?P<before>(?:{_NEXT}|{_LAST})\s+)?"
    rf"(?P<weekday>{any_of(WEEKDAYS)}|(?-i:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun))"
    rf"(?P<after>\s+(?:{_NEXT}|{_LAST}))?(?!\w)",
    re.IGNORECASE,
)
# "la mañana" is a morning, "mañana" alone is tomorrow.
_WORDS_FOR_DAYS = re.compile(rf"(?<!\w)(?<!la )(?<!una )(?<!cada )({any_of(RELATIVE_DAYS)})(?!\w)", re.IGNORECASE)
_WORDS_FOR_WEEKS = re.compile(rf"(?<!\w)({any_of(RELATIVE_WEEKS)})(?!\w)", re.IGNORECASE)
_WITHIN = any_of(
    ["within", "in the next", "within the next", "over the next", "sous", "d'ici", "dans les", "en los proximos"]
)
_AGO = any_of(["il y a", "hace"])
_SPAN = re.compile(
    rf"(?<!\w)(?:(?:(?P<within>{_WITHIN})|(?P<ago>{_AGO})|(?P<exactly>in|dans|en|dentro\s+de))\s+)?"
    rf"{_NUMBER}\s+(?:more\s+)?(?P<business>{any_of(BUSINESS)}\s+)?"
    rf"(?:{any_of(DAYS)}|(?P<weeks>{any_of(WEEKS)}))(?P<business_too>\s+{any_of(BUSINESS)})?"
    r"(?P<later>\s+(?:from\s+now|later))?(?P<ago_too>\s+ago)?(?!\w)",
    re.IGNORECASE,
)
_MONTH_WORDS = any_of(MONTHS)
_MONTHS_ALONE = (
    re.compile(
        r"(?<!\w)(?:(?:in|by|since|until|till|early|late|mid|of|en|fin|debut|mi|depuis|jusqu'en|desde|hasta|de)[\s-]+|d')"
        rf"(?P<month>{_MONTH_WORDS})(?!\w)(?!\s+\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?P<month>{_MONTH_WORDS})\s+(?:(?:of|de|del)\s+)?(?P<year>(?:19|20)\d\d)(?![\w:])", re.IGNORECASE
    ),
)


Days = tuple[tuple[int, int], Callable[[date], bool]]  # A place, and which days its words can mean.


def relative_dates_in(text: str, *, records: Records, today: date) -> Iterator[Found]:
    """Each day, week or month that folded `text` names from where we stand."""
    for by in (_by_weekday_and_number, _by_weekday, _by_word, _by_month):
        for span, matches in by(text, today):
            yield found(*span, records=records, matches=matches)
    yield from _by_span(text, records=records, today=today)


def _by_weekday_and_number(text: str, today: date) -> Iterator[Days]:
    for match in _WEEKDAY_WITH_DAY.finditer(text):
        yield match.span(), _near(today, _WEEKDAY_AND_DAY, number=int(match["day"]), weekday=weekday_of(match))
    for pattern in _NUMBERED_DAYS:
        for match in pattern.finditer(text):
            yield (match.start("day"), match.end()), _near(today, _DAY_ALONE, number=int(match["day"]))


def _by_weekday(text: str, today: date) -> Iterator[Days]:
    for match in _WEEKDAYS_ALONE.finditer(text):
        words = plain(f"{match['before'] or ''} {match['after'] or ''}")
        earliest, latest = -_WEEKDAY_ALONE, _WEEKDAY_ALONE
        if re.search(_NEXT, words):
            earliest, latest = 1, _WEEKDAY_NEXT
        elif re.search(_LAST, words):
            earliest, latest = -_WEEKDAY_NEXT, -1
        yield match.span(), _between(today, earliest, latest, weekday_of(match))


def _by_word(text: str, today: date) -> Iterator[Days]:
    for match in _WORDS_FOR_DAYS.finditer(text):
        days = RELATIVE_DAYS[plain(match[1])]
        yield match.span(), _between(today, days, days)
    for match in _WORDS_FOR_WEEKS.finditer(text):
        yield match.span(), _in_week(today, RELATIVE_WEEKS[plain(match[1])])


def _by_month(text: str, today: date) -> Iterator[Days]:
    for pattern in _MONTHS_ALONE:
        for match in pattern.finditer(text):
            year = match.groupdict().get("year")
            yield (match.start("month"), match.end()), _in_month(today, MONTHS[plain(match["month"])], year)


def _by_span(text: str, *, records: Records, today: date) -> Iterator[Found]:
    """Spans from today: in three days, within a week, il y a deux jours. "After three days" starts elsewhere.

    Holidays aren't known here, so a recorded count of past business days supports the words as well as a day does.
    """
    for match in _SPAN.finditer(text):
        ago = bool(match["ago"] or match["ago_too"])
        if not (ago or match["within"] or match["exactly"] or match["later"]):
            continue
        written = match["number"]
        number = int(written) if written.isdigit() else _NUMBERS[plain(written)]
        days = -number if ago else number
        if match["business"] or match["business_too"]:
            if ago and (counted := records.counts.get(Count(number, Counted.DAYS))):
                yield Found(*match.span(), ClaimKind.DATE, counted)
                continue
            matches = _after_business_days(today, number)
        elif match["within"]:
            matches = _between(today, 0, number * (7 if match["weeks"] else 1))
        else:
            matches = _in_week(today, days) if match["weeks"] else _between(today, days, days)
        yield found(*match.span(), records=records, matches=matches)


def _between(today: date, earliest: int, latest: int, weekday: int | None = None) -> Callable[[date], bool]:
    return lambda day: earliest <= (day - today).days <= latest and weekday in {None, day.weekday()}


def _near(today: date, days: int, *, number: int, weekday: int | None = None) -> Callable[[date], bool]:
    return lambda day: day.day == number and is_near(day, today, days) and weekday in {None, day.weekday()}


def _in_week(today: date, weeks: int) -> Callable[[date], bool]:
    week = (today + timedelta(weeks=weeks)).isocalendar()[:2]
    return lambda day: day.isocalendar()[:2] == week


def _in_month(today: date, month: int, year: str | None) -> Callable[[date], bool]:
    return lambda day: (
        day.month == month and (day.year == int(year) if year else is_near(day, today, DAYS_WITHOUT_YEAR))
    )


def _after_business_days(today: date, number: int) -> Callable[[date], bool]:
    def matches(day: date) -> bool:
        days = (today + timedelta(days=passed) for passed in range(1, (day - today).days + 1))
        return day > today and sum(candidate.weekday() < 5 for candidate in days) == number

    return matches
