"""The signs, codes and names that people write beside an amount, and the currencies each can mean."""

from collections.abc import Mapping

from makegood.kit.currencies import CURRENCIES


def _codes(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


def _own(table: str) -> dict[str, frozenset[str]]:
    """Each row is a currency and the signs that mean it alone; an underscore stands for a space in a sign."""
    rows = (row.split() for row in table.strip().splitlines())
    return {sign.replace("_", " "): frozenset({currency}) for currency, *signs in rows for sign in signs}


_DOLLARS = _codes("USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD")
_PESOS = _codes("MXN ARS CLP COP CUP DOP PHP UYU")
_POUNDS = _codes("GBP EGP FKP GIP LBP SDG SHP SSP SYP")
_CROWNS = _codes("SEK NOK DKK ISK CZK")
_FRANCS = _codes("CHF BIF CDF DJF GNF KMF RWF XAF XOF XPF")
_RUPEES = _codes("INR PKR LKR SCR MUR NPR")

_SHARED_SIGNS = {
    "$": _DOLLARS | _PESOS,
    "£": _POUNDS,
    "¥": _codes("JPY CNY"),
    "kr": _CROWNS,
    "Rs": _RUPEES,
    "FCFA": _codes("XAF XOF"),
    "F CFA": _codes("XAF XOF"),
}
# As `fold` leaves them, and as Unicode's locale data writes them in our languages.
_OWN_SIGNS = _own(
    """
    USD US$ $US $_US
    AUD A$ AU$ $AU $_AU
    CAD C$ CA$ $CA $_CA
    NZD NZ$ $NZ $_NZ
    HKD HK$ $HK $_HK
    SGD S$ $SG $_SG
    MXN MX$ $MX $_MX
    TWD NT$
    XCD EC$
    BMD $BM
    BND $BN
    BZD $BZ
    FJD $FJ
    NAD $NA
    SBD $SB
    SRD $SR
    TTD $TT
    WST $WS
    ARS $AR
    CLP $CL
    COP $CO
    UYU $UY
    BRL R$
    GBP £GB
    FKP £FK
    GIP £GI
    LBP £LB
    EUR €
    JPY JP¥
    CNY CN¥
    CHF Fr.
    INR ₹
    KRW ₩
    ILS ₪
    VND ₫
    PHP ₱
    THB ฿
    TRY ₺
    RUB ₽
    UAH ₴
    NGN ₦
    PYG ₲
    CRC ₡
    KZT ₸
    GHS ₵
    GEL ₾
    AZN ₼
    PLN zł zl
    CZK Kc
    HUF Ft
    RON lei
    XPF CFP CFPF FCFP
    MRU UM
    XCG Cg.
    """
)
# A code in small letters is one only where it isn't also a word (all, top, try, mad ...).
_SMALL_CODES = {code.lower(): frozenset({code}) for code in ("USD", "EUR", "GBP", "CAD", "AUD", "CHF", "JPY", "MXN")}

MARKS: Mapping[str, frozenset[str]] = (
    _SHARED_SIGNS | _OWN_SIGNS | _SMALL_CODES | {code: frozenset({code}) for code in CURRENCIES}
)
NAMES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(["dollar", "dollars", "dolar", "dolares"], _DOLLARS),
    **dict.fromkeys(["euro", "euros"], _codes("EUR")),
    **dict.fromkeys(["pound", "pounds", "quid", "livres sterling", "livre sterling", "libra", "libras"], _POUNDS),
    **dict.fromkeys(["yen", "yens", "yenes"], _codes("JPY")),
    **dict.fromkeys(["franc", "francs", "franco", "francos"], _FRANCS),
    **dict.fromkeys(["peso", "pesos"], _PESOS),
    **dict.fromkeys(["rupee", "rupees", "roupies", "rupias"], _RUPEES),
}
