"""Something else goes in the place of what was ordered: what instead of what, and who bears the difference."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.money.rules import Money
from makegood.replies.letters.made_good import MadeGood, NewParcels, Refund, if_it_turns_up, refunds_in_words
from makegood.replies.phrases import items_in_words, together
from makegood.replies.rules.values import ItemTruth, NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InsteadOf:
    """What is sent, and what was ordered."""

    sent: tuple[ItemTruth, ...]
    ordered: tuple[ItemTruth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentInstead(MadeGood):
    """`was_agreed`: they said that they want it; else it is worth as much at least, and we bear the difference.

    `as_ordered` goes along as it was ordered; `refunds` is what something cheaper costs less.
    """

    kind = NewsKind.SENT_INSTEAD

    instead: InsteadOf
    was_agreed: bool
    new_parcels: NewParcels
    as_ordered: tuple[ItemTruth, ...] = ()
    refunds: tuple[Refund, ...] = ()
    unpaid: tuple[Money, ...] = ()

    def subject(self) -> str:
        return _("what we send you in place of what you ordered")

    def acknowledgement(self) -> str:
        what = (
            _("You are getting what you agreed to, in place of what you ordered.")
            if self.was_agreed
            else _("We can’t send you what you ordered as you ordered it, so you are getting another edition.")
        )
        return together(what, _("We’re sorry that it came to this."), self.matter.long_known())

    def deeds(self) -> str:
        return together(
            self._what(),
            self._along(),
            self.new_parcels.in_words(is_again=self.is_again),
            if_it_turns_up(self.matter.parcels),
            refunds_in_words(self.refunds, unpaid=self.unpaid) or _("It costs you no more than what you ordered."),
        )

    def _what(self) -> str:
        context = {"sent": items_in_words(self.instead.sent), "ordered": items_in_words(self.instead.ordered)}
        if self.new_parcels.delivered_date:
            return _("We sent you %(sent)s in place of %(ordered)s.") % context
        return _("We are sending you %(sent)s in place of %(ordered)s.") % context

    def _along(self) -> str:
        if not self.as_ordered:
            return ""
        count = sum(item.quantity for item in self.as_ordered)
        return ngettext(
            "%(items)s goes with it, as you ordered it.", "%(items)s go with it, as you ordered them.", count
        ) % {"items": items_in_words(self.as_ordered)}
