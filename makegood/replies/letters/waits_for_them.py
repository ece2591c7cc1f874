"""A promised day has passed, and the parcel is where its customer can collect it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from makegood.replies.letters.broken import Broken
from makegood.replies.phrases import of_your_parcels, together
from makegood.replies.truths import whole_truth


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsForThem(Broken):
    """Told in the place of a delay: it is there, so that nothing is offered and nobody need look into it."""

    @property
    def promises_answer(self) -> bool:
        return False

    def subject(self) -> str:
        return of_your_parcels(_("your parcel waits for you"), _("your parcels wait for you"), self.matter.parcels)

    def acknowledgement(self) -> str:
        return of_your_parcels(
            _("Your parcel waits for you to collect it."),
            _("%(count)s of your parcels wait for you to collect them."),
            self.matter.parcels,
        )

    def truths(self) -> Iterator[str]:
        yield from (whole_truth(parcel) for parcel in self.matter.parcels)

    def remedies(self) -> Iterator[str]:
        yield self.remedy()

    def remedy(self) -> str:
        cannot = of_your_parcels(
            _("If you can’t collect it, or it isn’t there, tell us, and we see to it."),
            _("If you can’t collect them, or they aren’t there, tell us, and we see to it."),
            self.matter.parcels,
        )
        link = self.matter.link
        return together(cannot, _("Write to us here: %(link)s") % {"link": link} if link else "")
