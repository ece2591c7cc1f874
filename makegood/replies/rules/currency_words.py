"""The signs, codes and names that people write beside an amount, and the currencies each can mean.

Which currencies there are of a name, and their signs in our languages, is Unicode's locale data.
"""

from collections.abc import Mapping

from babel.numbers import get_currency_name, get_currency_symbol

from makegood.kit.currencies import CURRENCIES
from makegood.replies.rules.lexicon import fold


def _called(*names: str) -> frozenset[str]:
    """The currencies whose English name has one of these words."""
    return frozenset(code for code in CURRENCIES if set(get_currency_name(code, locale="en").split()) & set(names))


_DOLLARS, _PESOS, _POUNDS, _RUPEES = _called("Dollar"), _called("Peso"), _called("Pound"), _called("Rupee")
# Signs of one currency beyond those that the locales below write; an underscore stands for a space.
_MORE_SIGNS = """
    AU$=AUD C$=CAD $_CA=CAD $HK=HKD S$=SGD $_MX=MXN Fr.=CHF zł=PLN zl=PLN Kc=CZK Ft=HUF lei=RON CFP=XPF ₺=TRY ₽=RUB
    ₴=UAH ₦=NGN ₲=PYG ₡=CRC ₸=KZT ₵=GHS ₾=GEL ₼=AZN usd=USD eur=EUR gbp=GBP cad=CAD aud=AUD chf=CHF jpy=JPY mxn=MXN
    """
MARKS: Mapping[str, frozenset[str]] = {
    **{code: frozenset({code}) for code in CURRENCIES},
    **{
        fold(get_currency_symbol(code, locale)): frozenset({code})
        for locale in ("en", "fr", "es", "en_CA", "fr_CA", "es_MX")
        for code in CURRENCIES
    },
    **{sign.replace("_", " "): frozenset({code}) for sign, code in (each.split("=") for each in _MORE_SIGNS.split())},
    "$": _DOLLARS | _PESOS,
    "£": _POUNDS,
    "¥": frozenset({"JPY", "CNY"}),
    "kr": _called("Krona", "Króna", "Krone", "Koruna"),
    "Rs": _RUPEES,
    "FCFA": frozenset({"XAF", "XOF"}),
    "F CFA": frozenset({"XAF", "XOF"}),
}
NAMES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(["dollar", "dollars", "dolar", "dolares"], _DOLLARS),
    **dict.fromkeys(["euro", "euros"], frozenset({"EUR"})),
    **dict.fromkeys(["pound", "pounds", "quid", "livres sterling", "livre sterling", "libra", "libras"], _POUNDS),
    **dict.fromkeys(["yen", "yens", "yenes"], frozenset({"JPY"})),
    **dict.fromkeys(["franc", "francs", "franco", "francos"], _called("Franc")),
    **dict.fromkeys(["peso", "pesos"], _PESOS),
    **dict.fromkeys(["rupee", "rupees", "roupies", "rupias"], _RUPEES),
}
