"""Everything that was lost is sent again."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.made_good import MadeGood, NewParcels, if_it_turns_up
from makegood.replies.phrases import together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAgain(MadeGood):
    kind = NewsKind.SENT_AGAIN

    new_parcels: NewParcels

    def subject(self) -> str:
        return _("we are sending it again")

    def acknowledgement(self) -> str:
        sorry = _("You are getting the same again. We’re sorry that it came to this.")
        return together(sorry, self.matter.long_known())

    def deeds(self) -> str:
        return together(
            _("We sent you the same again, at our cost.")
            if self.new_parcels.delivered_date
            else _("We are sending you the same again, at our cost."),
            self.new_parcels.in_words(),
            if_it_turns_up(self.matter.parcels),
        )
