"""What had not left comes by a later day, which its customer accepted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.made_good import MadeGood
from makegood.replies.phrases import day, together
from makegood.replies.rules.values import NewsKind
from makegood.replies.truths import what_is_known


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDate(MadeGood):
    """By when it is there now; `is_over`: that day has passed, too."""

    kind = NewsKind.NEW_DATE

    by_date: date
    is_over: bool = False

    def subject(self) -> str:
        return _("a later day for your order")

    def acknowledgement(self) -> str:
        later = ngettext(
            "Your order comes by a later day now. Thank you for waiting for it.",
            "Your orders come by a later day now. Thank you for waiting for them.",
            len({parcel.order_reference for parcel in self.matter.parcels}),
        )
        if all(parcel.is_part for parcel in self.matter.parcels):
            later = _("Part of what you ordered comes by a later day now. Thank you for waiting for it.")
        return together(later, _("We’re sorry that it came to this."), self.matter.long_known())

    def truths(self) -> Iterator[str]:
        # By when it is promised now is what the letter tells; it is said once.
        yield from (what_is_known(parcel) for parcel in self.matter.parcels)

    def deeds(self) -> str:
        new = _("The day we agreed on was %(day)s.") if self.is_over else _("It will be with you by %(day)s.")
        nothing = _("You pay nothing more for it.")
        return together(new % {"day": day(self.by_date)}, nothing)
