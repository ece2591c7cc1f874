"""What was chosen for one parcel, and what for another, in one letter: each beside the parcels that it is for."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.letter import ParcelLetter
from makegood.replies.letters.made_good import MadeGood
from makegood.replies.phrases import items_in_words, orders_named, together
from makegood.replies.rules.values import NewsKind, Paragraph, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(ParcelLetter):
    """Two or more `letters` in one, for a person to send: what goes by itself is told a kind at a time."""

    kind = NewsKind.SENT_AGAIN

    letters: tuple[MadeGood, ...]

    def subject(self) -> str:
        return _("what we do about it")

    def acknowledgement(self) -> str:
        return together(_("We’re sorry that it came to this."), self.matter.long_known())

    def remedy(self) -> str:
        return self.matter.follow()

    def body(self) -> Iterator[Paragraph]:
        yield Paragraph(part=Part.ACKNOWLEDGEMENT, text=self.acknowledgement())
        for letter in self.letters:
            yield from (Paragraph(part=Part.TRUTH, text=text) for text in letter.truths())
            yield Paragraph(part=Part.REMEDY, text=together(_which(letter), letter.deeds()))
        if follow := self.remedy():
            yield Paragraph(part=Part.REMEDY, text=follow)
        yield Paragraph(part=Part.COME_BACK, text=self.matter.reason_to_come_back())


def _which(letter: MadeGood) -> str:
    """Order 100, with “Field Notes on Birds”. Or, of several parcels, their orders alone."""
    if len(letter.matter.parcels) == 1:
        (parcel,) = letter.matter.parcels
        context = {"order": parcel.order_reference, "items": items_in_words(parcel.items)}
        return _("Order %(order)s, with %(items)s.") % context
    return f"{orders_named(parcel.order_reference for parcel in letter.matter.parcels)}."
