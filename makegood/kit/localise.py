"""Days, instants, sums and shares as people write them in their own language.

Pages and letters call these and never format by hand, so that a date reads the same wherever it stands. As the language
is the one that is active, so is the year: within `written_at` a day of any other year carries its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from makegood.kit.currencies import CURRENCIES, exponent
from makegood.kit.instants import local_time

NO_BREAK_SPACE = "\u00a0"
_PLAIN_LANGUAGE = "en"
_USUAL_DECIMALS = 2
_DAY_PATTERNS = {"en": "d MMMM", "fr": "d MMMM", "es": "d 'de' MMMM"}
_SHORT_DAY_PATTERN = "d MMM"
_YEAR_PATTERNS = {"en": " y", "fr": " y", "es": " 'de' y"}
_this_year: ContextVar[int | None] = ContextVar("this_year", default=None)
_DAY_AND_TIME = {"en": "{day} at {time}", "fr": "{day} à {time}", "es": "{day} a las {time}"}


@contextmanager
def written_at(instant: datetime) -> Iterator[None]:
    """Write days for somebody who reads them at `instant`: to them "3 March", said in November, is the one before."""
    token = _this_year.set(instant.year)
    try:
        yield
    finally:
        _this_year.reset(token)


def locale_of(language: str) -> Locale:
    """The locale of a language code such as `fr` or `es-mx`; English where the code means nothing to us."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale(_PLAIN_LANGUAGE)


def format_day(day: date, language: str, with_weekday: bool = True, with_year: bool = False) -> str:
    """Friday 16 October · vendredi 16 octobre · viernes 16 de octubre; with its year where it wants one."""
    written = _written(language)
    pattern = _DAY_PATTERNS[written] + (_YEAR_PATTERNS[written] if with_year or _is_of_another_year(day) else "")
    return _format(day, f"EEEE {pattern}" if with_weekday else pattern, language)


def format_short_day(day: date, language: str) -> str:
    """16 Oct · 16 oct. · 16 oct: for lists and charts, where room is short."""
    return _format(day, _SHORT_DAY_PATTERN + (" y" if _is_of_another_year(day) else ""), language)


def _is_of_another_year(day: date) -> bool:
    return _this_year.get() not in {None, day.year}


def format_instant(
    instant: datetime, zone: ZoneInfo, language: str, with_weekday: bool = True, with_year: bool = False
) -> str:
    """Friday 16 October at 20:00 EDT, by the clocks of `zone`."""
    local = local_time(instant, zone)
    day = format_day(local.date(), language, with_weekday=with_weekday, with_year=with_year)
    template = _DAY_AND_TIME[_written(language)]
    if local.hour == 1:
        template = template.replace("a las", "a la")
    return template.format(day=day, time=format_hour(instant, zone))


def format_deadline(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """The same of an instant until which something holds: midnight is 24:00 of the day before (ISO 8601)."""
    local = local_time(instant, zone)
    if local.time() != time():
        return format_instant(instant, zone, language)
    day = format_day(local.date() - timedelta(days=1), language)
    return _DAY_AND_TIME[_written(language)].format(day=day, time=f"24:00 {_clocks_named(local)}")


def format_hour(instant: datetime, zone: ZoneInfo) -> str:
    """20:00 EDT: no hour is ever shown without saying by whose clocks it is."""
    local = local_time(instant, zone)
    return f"{local:%H:%M} {_clocks_named(local)}"


def _clocks_named(local: datetime) -> str:
    """EDT, CEST; where a zone has no letters of its own, how far it is from UTC: UTC-3, UTC+5:45."""
    name = local.tzname() or "UTC"
    if name.isalpha():
        return name
    offset = local.utcoffset() or timedelta()
    minutes = int(abs(offset).total_seconds()) // 60
    hours = f"{minutes // 60}:{minutes % 60:02}" if minutes % 60 else f"{minutes // 60}"
    return f"UTC{'-' if offset < timedelta() else '+'}{hours}"


def format_money(amount_minor: int, currency: str, language: str) -> str:
    """38.40 USD · 38,40 €: the code rather than a sign, because many countries share the dollar's.

    A row that was stored under a code nobody knows is printed all the same, as if it had two decimals, so that one bad
    row breaks no page; the doors refuse such codes.
    """
    sign = "€" if currency == "EUR" and _written(language) != "en" else currency
    return f"{format_amount(amount_minor, currency, language)}{NO_BREAK_SPACE}{sign}"


def format_amount(amount_minor: int, currency: str, language: str) -> str:
    """38.40 · 38,40: where what stands around it says the currency."""
    decimals = exponent(currency) if currency in CURRENCIES else _USUAL_DECIMALS
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(Decimal(amount_minor).scaleb(-decimals), pattern, locale=locale_of(language))


def format_percent(percent: int, language: str) -> str:
    """93 %, the same way in all our languages."""
    return f"{format_decimal(percent, locale=locale_of(language))}{NO_BREAK_SPACE}%"


def _format(day: date, pattern: str, language: str) -> str:
    written = format_date(day, pattern, locale=locale_of(language))
    if day.day == 1 and _written(language) == "fr":
        return written.replace("1 ", "1er ", 1)
    return written


def _written(language: str) -> str:
    base = locale_of(language).language
    return base if base in _DAY_PATTERNS else _PLAIN_LANGUAGE
