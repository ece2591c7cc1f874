"""Days, instants and sums, as a reader of each language would write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.currencies import CURRENCIES, UnknownCurrency, exponent
from makegood.kit.localise import (
    format_day,
    format_deadline,
    format_hour,
    format_instant,
    format_money,
    format_percent,
    format_short_day,
    written_at,
)

FRIDAY = date(2026, 10, 16)
THE_FIRST = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("language", "full", "with_year", "short"),
    [
        ("en", "Friday 16 October", "Friday 16 October 2026", "16 Oct"),
        ("fr", "vendredi 16 octobre", "vendredi 16 octobre 2026", "16 oct."),
        ("es", "viernes 16 de octubre", "viernes 16 de octubre de 2026", "16 oct"),
        ("es-mx", "viernes 16 de octubre", "viernes 16 de octubre de 2026", "16 oct"),
        ("tlh", "Friday 16 October", "Friday 16 October 2026", "16 Oct"),
    ],
)
def test_a_day_reads_as_its_language_writes_it(language, full, with_year, short):
    assert format_day(FRIDAY, language) == full
    assert format_day(FRIDAY, language, with_year=True) == with_year
    assert format_short_day(FRIDAY, language) == short
    assert format_day(FRIDAY, language, with_weekday=False) in full


def test_french_says_first_for_the_first_and_only_then():
    assert format_day(THE_FIRST, "fr") == "vendredi 1er janvier"
    assert format_day(date(2026, 10, 11), "fr", with_weekday=False) == "11 octobre"
    assert format_day(date(2026, 10, 31), "fr", with_year=True) == "samedi 31 octobre 2026"


@pytest.mark.parametrize(
    ("language", "next_year", "short"),
    [
        ("en", "Friday 1 January 2027", "1 Jan 2027"),
        ("fr", "vendredi 1er janvier 2027", "1er janv. 2027"),
        ("es", "viernes 1 de enero de 2027", "1 ene 2027"),
    ],
)
def test_a_day_of_another_year_carries_it_for_whoever_reads_now(language, next_year, short):
    with written_at(datetime(2026, 11, 28, tzinfo=UTC)):
        assert (format_day(THE_FIRST, language), format_short_day(THE_FIRST, language)) == (next_year, short)
        assert format_day(FRIDAY, language) == format_day(FRIDAY, language, with_year=True).removesuffix(
            {"es": " de 2026"}.get(language, " 2026")
        )
    with written_at(datetime(2027, 11, 28, tzinfo=UTC)):
        assert "2027" not in format_day(THE_FIRST, language)
    assert "2027" not in format_day(THE_FIRST, language)


def test_an_instant_is_told_by_the_clocks_of_its_place():
    instant = datetime(2026, 10, 17, 0, 0, tzinfo=UTC)
    new_york = ZoneInfo("America/New_York")
    assert format_instant(instant, new_york, "en") == "Friday 16 October at 20:00 EDT"
    assert format_instant(instant, new_york, "fr") == "vendredi 16 octobre à 20:00 EDT"
    assert format_instant(instant, new_york, "es") == "viernes 16 de octubre a las 20:00 EDT"
    assert format_instant(instant, ZoneInfo("Europe/London"), "es") == "sábado 17 de octubre a la 01:00 BST"


def test_midnight_ends_the_day_before_where_something_holds_until_then():
    paris, midnight = ZoneInfo("Europe/Paris"), datetime(2026, 10, 5, 22, tzinfo=UTC)
    assert format_deadline(midnight, paris, "en") == "Monday 5 October at 24:00 CEST"
    assert format_deadline(midnight, paris, "fr") == "lundi 5 octobre à 24:00 CEST"
    assert format_deadline(midnight, paris, "es") == "lunes 5 de octubre a las 24:00 CEST"
    assert format_deadline(midnight, ZoneInfo("America/New_York"), "en") == "Monday 5 October at 18:00 EDT"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("America/Los_Angeles", "17:00 PDT"),
        ("Europe/Paris", "02:00 CEST"),
        ("America/Sao_Paulo", "21:00 UTC-3"),
        ("Asia/Kathmandu", "05:45 UTC+5:45"),
        ("UTC", "00:00 UTC"),
    ],
)
def test_an_hour_says_by_whose_clocks_it_is(zone, written):
    assert format_hour(datetime(2026, 10, 17, 0, 0, tzinfo=UTC), ZoneInfo(zone)) == written


@pytest.mark.parametrize(
    ("amount_minor", "currency", "language", "written"),
    [
        (3840, "USD", "en", "38.40 USD"),
        (3840, "USD", "fr", "38,40 USD"),
        (3840, "EUR", "es", "38,40 €"),
        (3840, "EUR", "en", "38.40 EUR"),
        (123450, "EUR", "fr", "1 234,50 €"),
        (3840, "JPY", "en", "3,840 JPY"),
        (3840, "KWD", "en", "3.840 KWD"),
        (5, "USD", "en", "0.05 USD"),
    ],
)
def test_a_sum_is_written_with_its_currency(amount_minor, currency, language, written):
    assert format_money(amount_minor, currency, language).replace("\u00a0", " ").replace("\u202f", " ") == written


@given(st.integers(0, 10**12), st.sampled_from(sorted(CURRENCIES)), st.sampled_from(["en", "fr", "es"]))
def test_no_cent_is_lost_in_writing(amount_minor, currency, language):
    amount = format_money(amount_minor, currency, language).rsplit("\u00a0", 1)[0]
    assert parse_decimal(amount, locale=language).scaleb(exponent(currency)) == amount_minor


def test_a_currency_nobody_lists_counts_for_nothing_and_is_printed_where_it_was_stored():
    with pytest.raises(UnknownCurrency):
        exponent("ZZZ")
    assert format_money(123_400, "ZZZ", "en") == "1,234.00\u00a0ZZZ"


def test_percent():
    assert format_percent(93, "en") == "93\u00a0%"
