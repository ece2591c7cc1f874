"""What had not left is sent in another way."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.made_good import MadeGood, NewParcels, expected
from makegood.replies.phrases import day, listed, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOtherwise(MadeGood):
    """From which places by which services, and when all of it is there."""

    kind = NewsKind.SENT_OTHERWISE

    places: tuple[str, ...]
    services: tuple[str, ...]
    new_parcels: NewParcels

    def subject(self) -> str:
        return _("we are sending it another way")

    def acknowledgement(self) -> str:
        late = ngettext(
            "Your order goes another way now. We’re sorry that it didn’t leave when it should have.",
            "Your orders go another way now. We’re sorry that they didn’t leave when they should have.",
            len({parcel.order_reference for parcel in self.matter.parcels}),
        )
        if all(parcel.is_part for parcel in self.matter.parcels):
            late = _(
                "Part of what you ordered goes another way now. We’re sorry that it didn’t leave when it should have."
            )
        return together(late, self.matter.long_known())

    def deeds(self) -> str:
        return together(*self._way(), _("You pay nothing more for it."))

    def _way(self) -> tuple[str, ...]:
        new = self.new_parcels
        if new.delivered_date:
            return (_("It was delivered on %(day)s.") % {"day": day(new.delivered_date)},)
        context = {"places": listed(self.places), "services": listed(self.services)}
        way = _("We are sending it from %(places)s by %(services)s.") % context
        promised = {"day": day(new.arrives_date)}
        if new.is_late:
            late = _("It was promised for %(day)s, and it comes later than that. We’re sorry.") % promised
            return way, late, expected(new.expected_date)
        return way, _("It will be with you on %(day)s.") % promised
