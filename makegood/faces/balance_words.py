"""What we and a customer owe each other, in a sentence: what a bank is deciding about is asked of nobody meanwhile."""

from django.utils.translation import gettext as _

from makegood.faces.words import money
from makegood.money.rules import Money
from makegood.replies.phrases import together


def headline(balance: Money, *, at_bank: Money, due: Money, free: Money, is_one_of_several: bool = False) -> str:
    """What we owe each other; `at_bank` is what their bank has of it while it decides. Where something is `due` and
    something `free` at once, the difference alone would hide that the one can pay for the other.

    That nothing is owed says in which currency, where it `is_one_of_several`.
    """
    if not at_bank.amount_minor:
        owed = _of_them(balance) if is_one_of_several and not balance.amount_minor else _owed(balance)
        return together(owed, _both(due, free))
    deciding = _("Your bank is deciding about %(sum)s; we ask nothing of you for it meanwhile.") % {
        "sum": _sum(at_bank)
    }
    rest = balance + at_bank
    words = {"sum": _sum(rest)}
    if rest.amount_minor > 0:
        return together(deciding, _("Apart from that, we owe you %(sum)s.") % words)
    if rest.amount_minor < 0:
        return together(deciding, _("Apart from that, you owe us %(sum)s.") % words)
    return deciding


def _both(due: Money, free: Money) -> str:
    if not (due.amount_minor and free.amount_minor):
        return ""
    words = {"due": _sum(due), "free": _sum(free)}
    return _("%(due)s is still to be paid, and %(free)s of yours is free to pay with.") % words


def _owed(balance: Money) -> str:
    if balance.amount_minor > 0:
        return _("We owe you %(sum)s.") % {"sum": _sum(balance)}
    if balance.amount_minor < 0:
        return _("You owe us %(sum)s.") % {"sum": _sum(balance)}
    return _("Nothing is owed on either side.")


def for_helpers(balance: Money, *, at_bank: Money) -> str:
    """The same, said of the customer."""
    if at_bank.amount_minor:
        deciding = _("Their bank is deciding about %(sum)s.") % {"sum": _sum(at_bank)}
        return together(deciding, _of_them(balance + at_bank))
    return _of_them(balance)


def _of_them(balance: Money) -> str:
    if balance.amount_minor > 0:
        return _("We owe them %(sum)s.") % {"sum": _sum(balance)}
    if balance.amount_minor < 0:
        return _("They owe us %(sum)s.") % {"sum": _sum(balance)}
    return _("Nothing is owed in %(currency)s.") % {"currency": balance.currency}


def owed_then(balance: Money, *, at_bank: Money) -> str:
    """Whose a sum was, within a line; `at_bank` is what a bank had asked back by then."""
    return _whose(balance, at_bank, ours=_("we owed you"), theirs=_("you owed"))


def owed_now(balance: Money, *, at_bank: Money) -> str:
    """Whose a sum is."""
    return _whose(balance, at_bank, ours=_("we owe you"), theirs=_("you owe"))


def _whose(balance: Money, at_bank: Money, *, ours: str, theirs: str) -> str:
    if balance.amount_minor > 0:
        return ours
    if _is_all_at_bank(balance, at_bank):
        return _("at your bank")
    return theirs if balance.amount_minor < 0 else _("settled")


def _is_all_at_bank(balance: Money, at_bank: Money) -> bool:
    return balance.amount_minor < 0 <= (balance + at_bank).amount_minor


def _sum(amount: Money) -> str:
    return money(abs(amount.amount_minor), amount.currency)
