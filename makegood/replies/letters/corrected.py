"""What we told of a parcel was not so, by what its carrier tells only now."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.phrases import of_your_parcels, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(ParcelLetter):
    """We wrote of trouble, and the parcel was moving or there by then; what we gave for it stays.

    `was_said_here`: what we wrote was that it had not left us.
    """

    kind = NewsKind.CORRECTED

    was_said_here: bool = False

    def subject(self) -> str:
        return ngettext(
            "what we wrote about your parcel was wrong",
            "what we wrote about your parcels was wrong",
            len(self.matter.parcels),
        )

    def acknowledgement(self) -> str:
        return together(self._wrong(), _("We’re sorry for the worry."))

    def _wrong(self) -> str:
        if self.was_said_here:
            return of_your_parcels(
                _("We wrote to you that your order hadn’t left us, and that was wrong."),
                _("We wrote to you that %(count)s of your parcels hadn’t left us, and that was wrong."),
                self.matter.parcels,
            )
        return of_your_parcels(
            _("We wrote to you that your parcel was in trouble, and that was wrong."),
            _("We wrote to you that %(count)s of your parcels were in trouble, and that was wrong."),
            self.matter.parcels,
        )

    def remedy(self) -> str:
        link = self.matter.link
        return together(
            _("There is nothing you have to do."),
            _("What we gave you for it stays yours.") if self.matter.free_express_until else "",
            _("If it is otherwise, tell us here: %(link)s") % {"link": link} if link else "",
        )
