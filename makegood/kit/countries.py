"""The countries that a parcel can go to, by their codes of ISO 3166-1: those that we can print a name for.

The table is babel's (CLDR), which also names islands with reserved codes that carriers use (`IC`, the Canaries) and
Kosovo (`XK`); what it names besides are unions and places that are none.
"""

from functools import cache

from babel import Locale

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def countries() -> frozenset[str]:
    """All codes, in capitals."""
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES
