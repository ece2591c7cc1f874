"""The customer gets their money back."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.letters.made_good import Refund
from makegood.replies.phrases import money, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPromised(ParcelLetter):
    kind = NewsKind.REFUND_PROMISED

    refund: Refund | None  # What cost nothing is paid back without a sum.

    def subject(self) -> str:
        return _("your money back")

    def acknowledgement(self) -> str:
        sorry = _("You are getting your money back. We’re sorry that it came to this.")
        return together(sorry, self.matter.long_known())

    def remedy(self) -> str:
        if self.refund is None:
            return together(_("We are giving you your money back."), self.matter.follow())
        first = _("We are giving you %(money)s back.") % {"money": money(self.refund.money)}
        return together(first, self.refund.by_when(), self.matter.follow())
