"""A parcel is in trouble, and its customer hears it from us first."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.letters.offers import answer_to_come, offered
from makegood.replies.phrases import together
from makegood.replies.rules.values import NewsKind, Offer
from makegood.replies.truths import what_is_wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class InDanger(ParcelLetter):
    """Trouble, with what the customer may choose; without a choice, by when a person answers."""

    kind = NewsKind.IN_DANGER

    offers: tuple[Offer, ...] = ()
    reply_by: date | None = None

    def subject(self) -> str:
        return ngettext(
            "your parcel is in trouble, and what we can do",
            "your parcels are in trouble, and what we can do",
            len(self.matter.parcels),
        )

    def acknowledgement(self) -> str:
        early = _("We’re sorry, and would rather tell you now than have you find out.")
        return together(what_is_wrong(self.matter.parcels), early)

    def remedy(self) -> str:
        if self.offers:
            return offered(self.offers, link=self.matter.link)
        return together(answer_to_come(self.reply_by), self.matter.follow())
