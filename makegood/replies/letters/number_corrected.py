"""The number that was told of a new parcel was not right."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.phrases import orders_named, together
from makegood.replies.rules.values import NewsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCorrected(ParcelLetter):
    """With whom the new parcel of an order travels, and the number that is really its own."""

    kind = NewsKind.NUMBER_CORRECTED

    order_reference: str
    carrier_name: str
    number: str

    def subject(self) -> str:
        return _("the right tracking number")

    def acknowledgement(self) -> str:
        return _("The tracking number that we gave you was not right. We’re sorry for the mistake.")

    def truths(self) -> Iterator[str]:
        carrier = self.carrier_name or _("the carrier")
        context = {"about": orders_named([self.order_reference]), "carrier": carrier, "number": self.number}
        yield _("%(about)s: your parcel travels with %(carrier)s, and its tracking number is %(number)s.") % context

    def remedy(self) -> str:
        return together(_("There is nothing for you to do."), self.matter.follow())
