"""Sums as Stripe writes them: whole numbers of a currency's smallest unit, mostly as ISO 4217 has it.

Where it does not (https://docs.stripe.com/currencies#special-cases): MGA has no decimals, ISK and UGX have two that
are always zero, and of three-decimal currencies the last digit is always zero.
"""

from makegood.kit.currencies import UnknownCurrency, exponent
from makegood.money.rules import Money
from makegood.payments.gateway import Rejected, Rejection, UnreadableAnswer

EXPONENTS = {"ISK": 2, "MGA": 0, "UGX": 2}
STEPS = {"BHD": 10, "ISK": 100, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10, "UGX": 100}


def amount_for_stripe(money: Money) -> int:
    """What Stripe is told; the currency goes beside it in small letters.

    Raises:
        Rejected: Stripe moves no such sum of this currency.
    """
    if money.amount_minor <= 0:
        raise Rejected(Rejection.BAD_AMOUNT, f"only more than nothing can be moved, and this is {money}")
    shift, step = _shift(money.currency), STEPS.get(money.currency, 1)
    amount, rest = _shifted(money.amount_minor, by=shift)
    if rest or amount % step:
        least = Money(amount_minor=_shifted(step, by=-shift)[0], currency=money.currency)
        raise Rejected(Rejection.BAD_AMOUNT, f"Stripe moves {money.currency} in steps of {least}, and this is {money}")
    return amount


def money_of(amount: int, currency: str) -> Money:
    """A sum that Stripe told.

    Raises:
        UnreadableAnswer: we know no such currency, or it has no such part.
    """
    code = currency.upper()
    try:
        minor, rest = _shifted(amount, by=-_shift(code))
    except UnknownCurrency as error:
        raise UnreadableAnswer(f"Stripe told a sum in {code!r}, which is no current code of ISO 4217") from error
    if rest:
        raise UnreadableAnswer(f"Stripe told {amount} of {code}, which has no such part")
    return Money(amount_minor=minor, currency=code)


def _shift(currency: str) -> int:
    """By how many digits Stripe's number is longer than ours."""
    ours = exponent(currency)
    return EXPONENTS.get(currency, ours) - ours


def _shifted(amount: int, *, by: int) -> tuple[int, int]:
    """`amount` with so many zeros more, or less; and what was cut off, if that was not zero."""
    if by >= 0:
        return amount * 10**by, 0
    whole, rest = divmod(amount, 10**-by)
    return whole, rest
