"""Some of what was lost, or has not left, is sent, and the rest is paid back."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.money.rules import Money
from makegood.replies.letters.made_good import MadeGood, NewParcels, Refund, if_it_turns_up, refunds_in_words
from makegood.replies.phrases import items_in_words, together, what_is_short
from makegood.replies.rules.values import ItemTruth, NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPart(MadeGood):
    """`sent` and `paid_back` say which items are sent and which are refunded; what cost nothing brings no
    `refunds`, and no word of any. `unpaid`: what the rest cost besides, that was never paid.
    """

    kind = NewsKind.SENT_PART

    sent: tuple[ItemTruth, ...]
    paid_back: tuple[ItemTruth, ...]
    new_parcels: NewParcels
    refunds: tuple[Refund, ...]
    unpaid: tuple[Money, ...] = ()

    def subject(self) -> str:
        if not self.refunds:
            return _("you are getting a part of it")
        return _("you will get a part of it, and your money back for the rest")

    def acknowledgement(self) -> str:
        getting = (
            _("You are getting a part of it, and your money back for the rest.")
            if self.refunds
            else _("You are getting a part of it.")
        )
        return together(getting, _("We’re sorry that it came to this."), self.matter.long_known())

    def deeds(self) -> str:
        return together(
            self._sent() % {"items": items_in_words(self.sent)},
            self.new_parcels.in_words(is_again=self.is_again),
            self._rest_paid_back(),
            if_it_turns_up(self.matter.parcels),
        )

    def _sent(self) -> str:
        if not self.is_again:
            return (
                _("We sent you %(items)s, and you pay nothing more for it.")
                if self.new_parcels.delivered_date
                else _("We are sending you %(items)s, and you pay nothing more for it.")
            )
        if self.new_parcels.delivered_date:
            return _("We sent you %(items)s again, at our cost.")
        return _("We are sending you %(items)s again, at our cost.")

    def _rest_paid_back(self) -> str:
        return together(what_is_short(self.sent, self.paid_back), refunds_in_words(self.refunds, unpaid=self.unpaid))
