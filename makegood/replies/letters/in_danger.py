"""A parcel is in trouble, and its customer hears it from us first."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.letters.offers import offered
from makegood.replies.phrases import together
from makegood.replies.rules.values import NewsKind, Offer
from makegood.replies.truths import what_is_wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class InDanger(ParcelLetter):
    """Trouble, with what the customer may choose; without a choice, that a person answers."""

    kind = NewsKind.IN_DANGER

    offers: tuple[Offer, ...] = ()

    @property
    def promises_answer(self) -> bool:
        """Whether it says that a person answers: whoever sends it owes that answer."""
        return not self.offers

    def subject(self) -> str:
        if all(parcel.left_on is None for parcel in self.matter.parcels):
            return _("not on its way yet, and what we can do")
        return ngettext(
            "your parcel is in trouble, and what we can do",
            "your parcels are in trouble, and what we can do",
            len(self.matter.parcels),
        )

    def acknowledgement(self) -> str:
        wrong = what_is_wrong(self.matter.parcels)
        if all(parcel.told_missing_date for parcel in self.matter.parcels):
            return together(wrong, _("Thank you for telling us; we’re sorry."))
        return together(wrong, _("We’re sorry, and would rather tell you now than have you find out."))

    def remedy(self) -> str:
        looked_into = _("A person here is looking into it, and you will have an answer from us.")
        return together(looked_into, self.matter.follow())

    def remedies(self) -> Iterator[str]:
        if self.promises_answer:
            yield self.remedy()
        else:
            yield from offered(self.offers, link=self.matter.link)
