"""Finding sums of money: 38.40 USD, $38.40, 38,40 €, 1 234,50 €, twenty dollars, 99p, and bare 46.98."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from makegood.kit.currencies import CURRENCIES, exponent
from makegood.money.rules import Money
from makegood.replies.rules.claims import ClaimKind, Found, Records
from makegood.replies.rules.currency_words import MARKS, NAMES
from makegood.replies.rules.lexicon import CARDINALS, any_of, plain

_AMOUNT = r"(?:\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d{1,3})?)"
# More minor units than this no column holds, and no record has.
_DIGITS_OF_AN_AMOUNT = 15
_ALONE = r"(?<!\w)(?<!\d[.,])"
_MARK = any_of(MARKS)
_SUM = re.compile(
    rf"(?<!\w)(?P<before>{_MARK})\s?(?P<amount>{_AMOUNT})(?!\d|[.,]\d)(?:\s?(?P<after>{_MARK})(?![\w]|\s?\d))?"
    rf"|{_ALONE}(?P<amount_first>{_AMOUNT})\s?(?P<mark>{_MARK})(?!\w)"
)
_SUM_IN_WORDS = re.compile(
    rf"{_ALONE}(?P<amount>{_AMOUNT}|{any_of(word for words in CARDINALS.values() for word in words)})\s"
    rf"(?:(?:US|U\.S\.|Canadian|Australian|Hong Kong|New Zealand)\s)?(?P<name>{any_of(NAMES)})(?!\w)",
    re.IGNORECASE,
)
_CENTS = re.compile(
    rf"{_ALONE}(?P<amount>\d{{1,3}})(?:\s?(?:cents?|centimes?|centimos?|centavos?|pence|¢)|p)(?!\w)", re.IGNORECASE
)
_BARE = re.compile(r"(?<![\w.,/:-])\d{1,3}(?:(?:[ ,.']\d{3})*|\d*)[.,]\d{2,3}(?![\w%]|[.,:/-]\d|\s?%)")
_NUMBER_WORDS = {word: number for words in CARDINALS.values() for word, number in words.items()}


def sums_in(text: str, *, records: Records) -> Iterator[Found]:
    """Each sum in folded `text`; one without a currency is a sum only where a recorded one has that amount."""
    for match in _SUM.finditer(text):
        currencies = MARKS[match["before"] or match["mark"]]
        if match["after"]:
            currencies &= MARKS[match["after"]]
        yield _found(match.span(), match["amount"] or match["amount_first"], currencies, records)
    for match in _SUM_IN_WORDS.finditer(text):
        yield _found(match.span(), match["amount"], NAMES[plain(match["name"])], records)
    for match in _CENTS.finditer(text):
        yield _found_recorded(match.span(), records, partial(_is_minor, int(match["amount"])))
    for match in _BARE.finditer(text):
        claim = _found(match.span(), match[0], CURRENCIES, records)
        if claim.evidence:
            yield claim


def readings(amount: str, currency: str) -> frozenset[int]:
    """The minor units that a written amount can mean: `1,234` is over a thousand, or a little over one dinar."""
    if plain(amount) in _NUMBER_WORDS:
        return frozenset({_NUMBER_WORDS[plain(amount)] * 10 ** exponent(currency)})
    digits = re.sub(r"\D", "", amount)
    if len(digits) > _DIGITS_OF_AN_AMOUNT:
        return frozenset()
    meant = set()
    if re.fullmatch(r"\d+|\d{1,3}([ .,'])\d{3}(?:\1\d{3})*", amount):
        meant.add(int(digits) * 10 ** exponent(currency))
    if decimals := re.fullmatch(r"(?:\d+|\d{1,3}(?:([ .,'])\d{3}(?:\1\d{3})*))([.,])(\d+)", amount):
        missing = exponent(currency) - len(decimals[3])
        if missing >= 0 and decimals[1] != decimals[2]:
            meant.add(int(digits) * 10**missing)
    return frozenset(meant)


def _is_minor(amount_minor: int, money: Money) -> bool:
    return money.amount_minor == amount_minor


def _found(span: tuple[int, int], amount: str, currencies: frozenset[str], records: Records) -> Found:
    def matches(money: Money) -> bool:
        return money.currency in currencies and money.amount_minor in readings(amount, money.currency)

    return _found_recorded(span, records, matches)


def _found_recorded(span: tuple[int, int], records: Records, matches: Callable[[Money], bool]) -> Found:
    evidence = (each for money, recorded in records.sums.items() if matches(money) for each in recorded)
    return Found(*span, ClaimKind.SUM, tuple(evidence))
