"""Everything that was lost is sent again, and with it what had not left."""

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
        return _("we are sending it again") if self.is_again else _("we are sending all of it")

    def acknowledgement(self) -> str:
        getting = _("You are getting the same again.") if self.is_again else _("You are getting all of it.")
        return together(getting, _("We’re sorry that it came to this."), self.matter.long_known())

    def deeds(self) -> str:
        return together(
            self._sent(),
            self.new_parcels.in_words(is_again=self.is_again),
            if_it_turns_up(self.matter.parcels),
        )

    def _sent(self) -> str:
        if not self.is_again:
            return (
                _("We sent you all of it, and you pay nothing more for it.")
                if self.new_parcels.delivered_date
                else _("We are sending you all of it, and you pay nothing more for it.")
            )
        if self.new_parcels.delivered_date:
            return _("We sent you the same again, at our cost.")
        return _("We are sending you the same again, at our cost.")
