"""The customer gets their money back."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.replies.letters.made_good import MadeGood, Refund, refunds_in_words
from makegood.replies.phrases import together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPromised(MadeGood):
    kind = NewsKind.REFUND_PROMISED

    refunds: tuple[Refund, ...]
    unpaid: tuple[Money, ...] = ()

    def subject(self) -> str:
        return _("your money back")

    def acknowledgement(self) -> str:
        is_paid = all(refund.paid_date for refund in self.refunds)
        said = _("We have paid you back.") if is_paid else _("You will have your money back.")
        return together(said, _("We’re sorry that it came to this."), self.matter.long_known())

    def deeds(self) -> str:
        is_here = all(parcel.left_on is None for parcel in self.matter.parcels)
        kept = _("What has not left us is not sent any more.") if is_here else ""
        return together(refunds_in_words(self.refunds, unpaid=self.unpaid), kept)
