"""More money came than was due."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.replies.letters.money import MoneyLetter, SumOf, is_yours
from makegood.replies.phrases import listed, money, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What came, how much of it is left, and the orders that the rest pays for."""

    came: SumOf
    left: Money
    order_references: tuple[str, ...] = ()

    def in_words(self) -> str:
        context = {"money": self.came.in_words(), "left": money(self.left)}
        if self.order_references:
            paid = _("%(money)s came in: %(left)s of it is left, and the rest pays for: %(orders)s.")
            return paid % (context | {"orders": listed(self.order_references)})
        return _("%(money)s came in, and nothing was due that it could pay for.") % context


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLeft(MoneyLetter):
    kind = NewsKind.MONEY_LEFT

    receipts: tuple[Left, ...]

    def subject(self) -> str:
        return _("some of your money is left")

    def acknowledgement(self) -> str:
        return _("Thank you for your payment. It is more than was due.")

    def truths(self) -> Iterator[str]:
        yield from (each.in_words() for each in self.receipts)

    def remedy(self) -> str:
        return together(is_yours(), self.where_it_stands())
