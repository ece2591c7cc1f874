"""The truth check held against whatever babel writes and whatever anyone may type."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, get_currency_precision
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from makegood.kit.currencies import CURRENCIES, exponent
from makegood.kit.localise import format_day, format_money, format_short_day
from makegood.money.rules import Money
from makegood.replies.rules.claims import ClaimKind, Records, records_of
from makegood.replies.rules.truth import check
from tests.replies import evidence

LOCALES = ("en", "en_GB", "fr", "es", "es_MX")
SENTENCES = {
    "en": "It will be with you on {}, and not later.",
    "fr": "Vous l’aurez le {} chez vous, pas plus tard.",
    "es": "Le llegará el {} a casa, no más tarde.",
}
MANY = settings(max_examples=300, deadline=None)

days = st.dates(min_value=date(2016, 1, 1), max_value=date(2035, 12, 31))
locales = st.sampled_from(LOCALES)
formats = st.sampled_from(
    ["short", "medium", "long", "full", "MMMMd", "MMMd", "MMMMEEEEd", "MMMEd", "Md", "own", "own short"]
)
# Unicode's locale data writes some currencies without the decimals that ISO 4217 gives them.
currencies = st.sampled_from(sorted(code for code in CURRENCIES if get_currency_precision(code) == exponent(code)))
amounts = st.one_of(st.integers(0, 20_000), st.integers(0, 10**9))


def language_of(locale):
    return locale[:2]


def written(day, style, locale):
    if style in {"short", "medium", "long", "full"}:
        return format_date(day, style, locale=locale)
    if style == "own":
        return format_day(day, language_of(locale))
    if style == "own short":
        return format_short_day(day, language_of(locale))
    return format_skeleton(style, day, locale=locale)


def claims_about(words, records, locale, today=date(2026, 10, 13)):
    language = language_of(locale)
    text = SENTENCES[language].format(words)
    start = text.index(words)
    claims = check(text, records=records, language=language, today=today)
    for claim in claims:
        assert start <= claim.start < claim.end <= start + len(words), (text, claim)
    return claims


@MANY
@given(days, formats, locales, st.integers(-150, 150))
@example(date(2026, 8, 1), "MMMEd", "fr", 0)
@example(date(2027, 1, 1), "own", "fr", -60)
@example(date(2016, 7, 24), "Md", "fr", 0)
def test_a_recorded_day_is_found_and_supported_however_it_is_written(day, style, locale, days_to_today):
    words = written(day, style, locale)
    records = records_of([evidence.promised(day)])
    (claim,) = claims_about(words, records, locale, today=day + timedelta(days=days_to_today))
    assert (claim.kind, claim.supported, claim.record) == (ClaimKind.DATE, True, "promised delivery")
    assert claim.text.rstrip(".") == words.rstrip(".")


@MANY
@given(days, formats, locales, st.integers(1, 170), st.booleans())
def test_another_day_is_found_and_not_supported(recorded, style, locale, distance, earlier):
    day = recorded + timedelta(days=-distance if earlier else distance)
    assume((day.day, day.month) != (recorded.month, recorded.day))
    words = written(day, style, locale)
    (claim,) = claims_about(words, records_of([evidence.promised(recorded)]), locale, today=recorded)
    assert (claim.kind, claim.supported, claim.record) == (ClaimKind.DATE, False, None)


@MANY
@given(days, locales, st.sampled_from(["full", "own"]), st.integers(1, 6))
def test_a_day_with_another_weekday_is_not_supported(day, locale, style, turn):
    words = written(day, style, locale)
    right, wrong = (format_date(day + timedelta(days=by), "EEEE", locale=locale) for by in (0, turn))
    assert words.startswith(right)
    (claim,) = claims_about(words.replace(right, wrong, 1), records_of([evidence.promised(day)]), locale, today=day)
    assert (claim.kind, claim.supported) == (ClaimKind.DATE, False)


@MANY
@given(amounts, currencies, locales, st.sampled_from(["standard", "own", "code first"]))
def test_a_recorded_sum_is_found_and_supported_however_it_is_written(amount_minor, currency, locale, style):
    money = Money(amount_minor=amount_minor, currency=currency)
    (claim,) = claims_about(written_sum(money, locale, style), records_of([evidence.price(money)]), locale)
    assert (claim.kind, claim.supported, claim.record) == (ClaimKind.SUM, True, str(money))


@MANY
@given(amounts, amounts, currencies, locales, st.sampled_from(["standard", "own", "code first"]))
def test_another_sum_is_found_and_not_supported(recorded_minor, said_minor, currency, locale, style):
    assume(recorded_minor != said_minor)
    recorded, said = (Money(amount_minor=amount, currency=currency) for amount in (recorded_minor, said_minor))
    # Of a currency with three decimals, 1.234 may mean a thousand; that reading is allowed, and isn't this test's.
    assume(
        exponent(currency) < 3 or max(recorded_minor, said_minor) < 1_000_000 > 1000 * min(recorded_minor, said_minor)
    )
    claims = claims_about(written_sum(said, locale, style), records_of([evidence.price(recorded)]), locale)
    assert [claim.supported for claim in claims if claim.kind is ClaimKind.SUM] == [False]


@MANY
@given(amounts, currencies, currencies, locales)
def test_the_same_amount_of_another_currency_is_not_supported(amount_minor, recorded, said, locale):
    assume(recorded != said)
    records = records_of([evidence.price(Money(amount_minor=amount_minor, currency=recorded))])
    claims = claims_about(written_sum(Money(amount_minor=amount_minor, currency=said), locale, "own"), records, locale)
    assert not any(claim.supported for claim in claims)


def written_sum(money, locale, style):
    if style == "own":
        return format_money(money.amount_minor, money.currency, language_of(locale))
    amount = Decimal(money.amount_minor).scaleb(-exponent(money.currency))
    return format_currency(amount, money.currency, "¤¤ #,##0.00" if style == "code first" else None, locale=locale)


numbers = st.text("0123456789", min_size=9, max_size=24)


@MANY
@given(numbers, st.integers(2, 6), st.sampled_from([" ", "\u00a0", "-"]), locales)
def test_a_recorded_number_is_supported_in_whatever_groups(number, size, gap, locale):
    words = gap.join(number[place : place + size] for place in range(0, len(number), size))
    (claim,) = claims_about(words, records_of([evidence.number(number)]), locale)
    assert (claim.text, claim.supported, claim.record) == (words, True, number)


@MANY
@given(numbers, st.data(), locales)
def test_a_number_with_one_digit_changed_is_not_supported(number, data, locale):
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    words = number[:place] + other + number[place + 1 :]
    (claim,) = claims_about(words, records_of([evidence.number(number)]), locale)
    assert (claim.text, claim.supported) == (words, False)


@MANY
@given(numbers, st.integers(0, 6), st.integers(2, 6), st.sampled_from(["…", "...", " … "]), locales)
def test_an_elided_number_is_supported_by_its_ends_alone(number, first, last, gap, locale):
    assume(4 <= first + last <= len(number))
    words = (number[:first] + gap + number[-last:]).strip()
    records = records_of([evidence.number(number)])
    (claim,) = claims_about(words, records, locale)
    assert claim.supported
    wrong = words[:-1] + str((int(words[-1]) + 1) % 10)
    assert not any(claim.supported for claim in claims_about(wrong, records, locale))


NUMBER_PIECES = ("16", "7", "10482", "2026", "9400", "x", "A", "th", "er", "#", "%", "$", "€", "USD", " h", " pm")
WORD_PIECES = ("October", "Friday", "le", "el", "the", "de", "in", "dans", "days", "parcels", "colis")
MARK_PIECES = (" ", " ", " ", "\n", "/", "-", ".", ",", ":", "…", "'", "(")
pieces = st.sampled_from(NUMBER_PIECES + WORD_PIECES + MARK_PIECES)


@MANY
@given(st.lists(pieces, max_size=14).map("".join), st.sampled_from(["en", "fr", "es"]))
def test_without_records_every_digit_is_a_claim_and_none_is_supported(text, language):
    claims = check(text, records=Records(), language=language, today=date(2026, 10, 13))
    assert not any(claim.supported for claim in claims)
    covered = {place for claim in claims for place in range(claim.start, claim.end)}
    assert {place for place, character in enumerate(text) if character.isdecimal()} <= covered


@MANY
@given(st.text(max_size=60), st.sampled_from(["en", "fr", "es", "de"]))
def test_any_text_is_read_without_falling_over(text, language):
    claims = check(text, records=Records(), language=language, today=date(2026, 10, 13))
    for claim, following in pairwise(claims):
        assert claim.end <= following.start
    assert all(claim.text == text[claim.start : claim.end] != "" for claim in claims)
