"""An order was cancelled here, and what becomes of the money that was paid for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.made_good import Refund, refunds_in_words
from makegood.replies.letters.money import MoneyLetter, SumOf, is_yours
from makegood.replies.phrases import items_in_words, listed, together
from makegood.replies.rules.values import ItemTruth, NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(MoneyLetter):
    """`items` are what is not sent; `stays` what was paid for it and waits on the account."""

    kind = NewsKind.ORDER_CANCELLED

    items: tuple[ItemTruth, ...]
    refunds: tuple[Refund, ...] = ()
    stays: tuple[SumOf, ...] = ()

    def subject(self) -> str:
        return _("it is cancelled")

    def acknowledgement(self) -> str:
        return ngettext("Your order is cancelled.", "Your orders are cancelled.", len(self.order_references))

    def truths(self) -> Iterator[str]:
        if self.items:
            yield _("This is not sent any more: %(items)s.") % {"items": items_in_words(self.items)}

    def remedy(self) -> str:
        return together(refunds_in_words(self.refunds), self._what_stays(), self.where_it_stands())

    def _what_stays(self) -> str:
        if self.stays:
            sums = {"sums": listed(each.in_words() for each in self.stays)}
            return together(_("Of what you paid, this stays on your account: %(sums)s.") % sums, is_yours())
        return "" if self.refunds else _("Nothing was paid for it that would have to go back.")
