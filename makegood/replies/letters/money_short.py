"""Money came, and not all that an order costs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.replies.letters.money import MoneyLetter, SumOf
from makegood.replies.phrases import listed, money, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyShort(MoneyLetter):
    """`received`: what came; `due`: what is still to be paid, by the order's reference."""

    kind = NewsKind.MONEY_SHORT

    received: tuple[SumOf, ...]
    due: tuple[tuple[str, Money], ...]

    def subject(self) -> str:
        return _("something is still to be paid")

    def acknowledgement(self) -> str:
        return _("Thank you for your payment. It is less than was due.")

    def truths(self) -> Iterator[str]:
        if self.received:
            yield _("We received: %(sums)s.") % {"sums": listed(each.in_words() for each in self.received)}
        for reference, due in self.due:
            yield _("Order %(order)s: %(money)s is still to be paid.") % {"order": reference, "money": money(due)}

    def remedy(self) -> str:
        return together(
            _("Please pay that in whichever way suits you. If you think that it is not so, write to us."),
            self.where_it_stands(),
        )
