"""Money that was to go back did not arrive, and its customer is asked how they want it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.phrases import day, money, orders_named, to_tender, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """A sum, where it should have gone, and when we heard that it did not arrive."""

    money: Money
    tender_kind: str
    tender: str
    on_date: date

    def in_words(self) -> str:
        said = _("On %(day)s we heard that %(money)s did not go back %(where)s.")
        return said % {
            "money": money(self.money),
            "where": to_tender(self.tender_kind, self.tender),
            "day": day(self.on_date),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCameBack(ParcelLetter):
    """What did not arrive; it stays the customer's, with us, until they say how they want it."""

    kind = NewsKind.REFUND_CAME_BACK

    sums: tuple[CameBack, ...]
    order_references: tuple[str, ...] = ()

    def about(self) -> str:
        return orders_named(self.order_references) if self.order_references else self.head.shop_name

    def subject(self) -> str:
        return _("your money did not reach you: how do you want it?")

    def acknowledgement(self) -> str:
        return together(_("The money that we wanted to give back to you did not reach you."), _("We’re sorry."))

    def truths(self) -> Iterator[str]:
        yield from (each.in_words() for each in self.sums)

    def remedy(self) -> str:
        link = self.matter.link
        return together(
            _("The money is yours, and stays on your account with us until you tell us how you want it."),
            _("Write to us here: %(link)s") % {"link": link} if link else "",
        )
