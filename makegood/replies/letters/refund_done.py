"""Money that was promised back is there: the second message, which comes by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.letters.made_good import Refund
from makegood.replies.phrases import orders_named, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDone(ParcelLetter):
    """What was paid back since the last letter said that it would be; `order_references`: what for, if for any."""

    kind = NewsKind.REFUND_DONE

    refunds: tuple[Refund, ...]
    order_references: tuple[str, ...] = ()

    def about(self) -> str:
        return orders_named(self.order_references) if self.order_references else self.head.shop_name

    def subject(self) -> str:
        return _("your money has gone back to you")

    def acknowledgement(self) -> str:
        return _("The money that we promised you has gone back to you.")

    def truths(self) -> Iterator[str]:
        yield from (refund.in_words() for refund in self.refunds)

    def remedy(self) -> str:
        return together(
            _("There is nothing for you to do. If you can’t find it, tell us, and we see to it."), self.matter.follow()
        )
