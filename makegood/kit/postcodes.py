"""How postcodes are written, country by country, as far as it is known; elsewhere a few letters and digits."""

import re

_DIGITS = {
    3: "FO IS",
    4: "AT AU BE BG CH CY DK GE HU LI LU LV MK NO NZ PH SI TN ZA",
    5: "BA CR DE EE ES FI FR HR IT MA MC ME MX MY RS SA TH TR UA VA",
    6: "BY CN CO IN RO RU SG VN",
    7: "IL",
}
_NUMBERS = {country: rf"\d{{{count}}}" for count, countries in _DIGITS.items() for country in countries.split()}
_OTHERS = {
    "BR": r"\d{5}-?\d{3}",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "CZ": r"\d{3} ?\d{2}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|GIR ?0AA|BFPO ?\d{1,4}",
    "GR": r"\d{3} ?\d{2}",
    "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
    "JP": r"\d{3}-?\d{4}",
    "KR": r"\d{5}|\d{3}-\d{3}",
    "LT": r"(?:LT-?)?\d{5}",
    "MT": r"[A-Z]{3} ?\d{4}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "PL": r"\d{2}-?\d{3}",
    "PT": r"\d{4}(?:-?\d{3})?",
    "SE": r"\d{3} ?\d{2}",
    "SK": r"\d{3} ?\d{2}",
    "US": r"\d{5}(?:-?\d{4})?",
}
# Before the code some write the country's own letters, as in D-10115 and FR-75011.
_LETTERS = {"DE": "D", "FR": "F", "IT": "I", "ES": "E", "AT": "A", "CH": "CH"}
ANYWHERE = re.compile(r"[A-Z\d][A-Z\d -]{0,11}")


def is_postcode(code: str, *, country: str) -> bool:
    """Whether a country, by its two letters, may have such a postcode; none at all is for whoever asks to allow."""
    plain = " ".join(code.upper().split())
    pattern = {**_NUMBERS, **_OTHERS}.get(country)
    if pattern is None:
        return ANYWHERE.fullmatch(plain) is not None
    before = {country, _LETTERS.get(country, country)}
    return re.fullmatch(rf"(?:(?:{'|'.join(sorted(before))})[- ]?)?(?:{pattern})", plain) is not None
